from django.db import migrations, models

# A ledger built before this was kept: it is far in the past, so the next minute counts it, and the night's recount
# builds its sums anew.
NEVER_BROUGHT = "UPDATE receivables_ledger SET overdue_as_of = '2000-01-01' WHERE overdue_as_of IS NULL"


class Migration(migrations.Migration):
    """Sums that are kept are updated in place: no index holds their amounts."""

    dependencies = [
        ("receivables", "0015_list_indexes"),
        ("stores", "0004_number_format"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="ageingmovement", name="one_row_per_ageing_movement"),
        migrations.RemoveConstraint(model_name="dailycause", name="one_row_per_daily_cause"),
        migrations.RemoveConstraint(model_name="storeageing", name="one_row_per_store_ageing"),
        migrations.AddConstraint(
            model_name="ageingmovement",
            constraint=models.UniqueConstraint(
                fields=("store", "basis", "day", "currency", "aged_on"), name="one_row_per_ageing_movement"
            ),
        ),
        migrations.AddConstraint(
            model_name="dailycause",
            constraint=models.UniqueConstraint(
                fields=("store", "cause", "currency", "day"), name="one_row_per_daily_cause"
            ),
        ),
        migrations.AddConstraint(
            model_name="storeageing",
            constraint=models.UniqueConstraint(
                fields=("store", "basis", "currency", "aged_on"), name="one_row_per_store_ageing"
            ),
        ),
        migrations.RunSQL(NEVER_BROUGHT, migrations.RunSQL.noop),
        # In one transaction with the update before: rows that wait for a check would forbid it.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.AlterField(model_name="ledger", name="overdue_as_of", field=models.DateField()),
    ]
