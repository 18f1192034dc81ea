"""Beside the moments of invoices and orders the days that they stand for, and the indexes of lists by them."""

from django.db import migrations, models

# `b2b.day_of` for the database: exactly 00:00:00 UTC is that UTC day, any other moment the day in the zone.
DAY = """
CREATE FUNCTION mirror_day(moment timestamptz, zone text) RETURNS date
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
SELECT CASE
    WHEN moment IS NULL THEN NULL
    WHEN (moment AT TIME ZONE 'UTC')::time = '00:00' THEN (moment AT TIME ZONE 'UTC')::date
    -- Python, which reads it, knows no later day.
    ELSE least((moment AT TIME ZONE zone)::date, date '9999-12-31')
END
$$
"""
FILL_INVOICES = """
UPDATE mirror_invoice SET issued_on = mirror_day(issued_at, time_zone), due_on = mirror_day(due_at, time_zone)
FROM stores_store WHERE stores_store.id = store_id
"""
FILL_ORDERS = """
UPDATE mirror_order SET placed_on = mirror_day(mirror_order.created_at, time_zone)
FROM stores_store WHERE stores_store.id = store_id
"""


def indexed(model, name, *fields):
    return migrations.AddIndex(model, models.Index(fields=fields, name=name))


class Migration(migrations.Migration):

    dependencies = [("mirror", "0008_balance"), ("stores", "0003_rule_changes")]

    operations = [
        migrations.RunSQL(DAY, "DROP FUNCTION mirror_day"),
        migrations.RemoveIndex("invoice", "invoice_by_due"),
        migrations.RemoveIndex("invoice", "invoice_of_company"),
        migrations.RemoveIndex("order", "order_of_company"),
        migrations.AddField("invoice", "issued_on", models.DateField(null=True)),
        migrations.AddField("invoice", "due_on", models.DateField(null=True)),
        migrations.AddField("order", "placed_on", models.DateField(null=True)),
        migrations.RunSQL(FILL_INVOICES, migrations.RunSQL.noop),
        migrations.RunSQL(FILL_ORDERS, migrations.RunSQL.noop),
        indexed("invoice", "invoice_by_issue_day", "store", "issued_on", "api_id"),
        indexed("invoice", "invoice_by_due", "store", "due_on", "api_id"),
        indexed("invoice", "invoice_of_company", "store", "company_id", "issued_on", "api_id"),
        indexed("order", "order_by_day", "store", "placed_on", "api_id"),
        indexed("order", "order_of_company", "store", "company_id", "placed_on", "api_id"),
    ]
