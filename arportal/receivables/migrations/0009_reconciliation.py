from django.db import migrations, models
import django.db.models.deletion


class Migration(migrations.Migration):
    dependencies = [("receivables", "0008_plain_words"), ("stores", "0001_initial")]

    operations = [
        migrations.RenameModel("Sweep", "Reconciliation"),
        migrations.AlterField(
            model_name="reconciliation",
            name="store",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="reconciliations",
                to="stores.store",
            ),
        ),
    ]
