"""How far a walk came, to the very row: many invoices may be of one second."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mirror", "0012_cadence")]

    operations = [migrations.AddField("walk", "last_id", models.BigIntegerField(null=True))]
