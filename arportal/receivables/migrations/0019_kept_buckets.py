import django.db.models.deletion
from django.db import migrations, models

from arportal.mirror.models.rows import MoneyField

NAMES = ("late_30", "late_60", "late_90")
# What is kept is brought to the day by the next minute's task, which sees by this that it is not.
NOTHING_YET = """
UPDATE receivables_companybalance SET late_30 = 0, late_60 = 0, late_90 = 0;
INSERT INTO receivables_storebalance (store_id, currency, open, credit, overdue, late_30, late_60, late_90)
SELECT store_id, currency, SUM(open), SUM(credit), 0, 0, 0, 0 FROM receivables_companybalance GROUP BY store_id, currency;
UPDATE receivables_ledger SET overdue_as_of = '2000-01-01'
"""


class Migration(migrations.Migration):
    dependencies = [
        ("receivables", "0018_exchange_rates"),
        ("stores", "0004_number_format"),
    ]

    operations = [
        migrations.CreateModel(
            name="StoreBalance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("currency", models.CharField(max_length=3)),
                ("open", MoneyField()),
                ("credit", MoneyField()),
                ("overdue", MoneyField()),
                ("late_30", MoneyField()),
                ("late_60", MoneyField()),
                ("late_90", MoneyField()),
                (
                    "store",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="stores.store",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("store", "currency"), name="one_row_per_store_balance")
                ],
            },
        ),
        *(
            migrations.AddField(model_name="companybalance", name=name, field=MoneyField(null=True))
            for name in NAMES
        ),
        migrations.RunSQL(NOTHING_YET, migrations.RunSQL.noop),
        *(
            migrations.AlterField(model_name="companybalance", name=name, field=MoneyField())
            for name in NAMES
        ),
    ]
