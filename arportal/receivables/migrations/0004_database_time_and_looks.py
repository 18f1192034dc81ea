import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("receivables", "0003_approval_batches_methods"),
    ]

    operations = [
        migrations.AddField(
            model_name="change",
            name="looked_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name="change",
            name="asked_at",
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
        ),
        migrations.AlterField(
            model_name="change",
            name="attempts",
            field=models.PositiveIntegerField(default=0),
        ),
    ]
