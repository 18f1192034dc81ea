import django.db.models.deletion
from django.db import migrations, models

import arportal.mirror.models.rows

# A ledger that was built before gets the figures of its companies when its store's day is next looked at.
NOTHING_YET = "UPDATE receivables_companybalance SET overdue = 0"


class Migration(migrations.Migration):
    dependencies = [
        ("mirror", "0015_scan"),
        ("receivables", "0011_ledger"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="companybalance", name="company_by_open"),
        migrations.AddField(
            model_name="companybalance",
            name="company",
            field=models.ForeignObject(
                from_fields=["store", "company_id"],
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="kept_balances",
                to="mirror.company",
                to_fields=["store", "api_id"],
            ),
        ),
        migrations.AddField(
            model_name="companybalance",
            name="last_payment_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="companybalance",
            name="oldest_due_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="companybalance",
            name="overdue",
            field=arportal.mirror.models.rows.MoneyField(null=True),
        ),
        migrations.RunSQL(NOTHING_YET, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="companybalance",
            name="overdue",
            field=arportal.mirror.models.rows.MoneyField(),
        ),
        migrations.AddField(
            model_name="ledger",
            name="overdue_as_of",
            field=models.DateField(null=True),
        ),
        migrations.AddIndex(
            model_name="companybalance",
            index=models.Index(fields=["store", "currency", "open", "company_id"], name="company_by_open"),
        ),
        migrations.AddIndex(
            model_name="companybalance",
            index=models.Index(
                fields=["store", "currency", "overdue", "company_id"], name="company_by_overdue"
            ),
        ),
        migrations.AddIndex(
            model_name="companybalance",
            index=models.Index(
                fields=["store", "currency", "oldest_due_on", "company_id"], name="company_by_oldest_debt"
            ),
        ),
        migrations.AddIndex(
            model_name="companybalance",
            index=models.Index(
                fields=["store", "currency", "last_payment_on", "company_id"], name="company_by_last_payment"
            ),
        ),
    ]
