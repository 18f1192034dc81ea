"""How far a scan of a list has come: the table says so."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mirror", "0014_other_clients")]

    operations = [
        migrations.RemoveConstraint("walk", "one_walk_per_resource"),
        migrations.RenameModel("Walk", "Scan"),
        migrations.AlterField(
            "scan",
            "sync_pass",
            models.ForeignKey("mirror.syncpass", on_delete=models.deletion.CASCADE, related_name="scans"),
        ),
        migrations.AddConstraint(
            "scan", models.UniqueConstraint(fields=["sync_pass", "resource"], name="one_scan_per_resource")
        ),
    ]
