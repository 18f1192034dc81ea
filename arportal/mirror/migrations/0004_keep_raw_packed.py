"""`raw` from jsonb to packed bytes, and what lists filter by, the extra fields, out of it into a column.

Records that are here stay as plain JSON, which is read just as well, until a pass writes them anew. There is no
way back but to read everything from the API again.
"""

from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models

from arportal.mirror.models.rows import RawField

WITH_EXTRA_FIELDS = ("buyer", "company", "invoice", "order")
OTHERS = (
    "channel",
    "companymethod",
    "creditterms",
    "extrafield",
    "method",
    "payment",
    "receipt",
    "receiptline",
)
PACK = "ALTER TABLE mirror_{} ALTER raw TYPE bytea USING convert_to(raw::text, 'UTF8')"
TAKE_OUT = """
UPDATE mirror_{} SET extra_fields = raw -> 'extraFields' WHERE jsonb_typeof(raw -> 'extraFields') = 'array'
"""


def packed(model, empty=dict):
    return migrations.SeparateDatabaseAndState(
        database_operations=[migrations.RunSQL(PACK.format(model))],
        state_operations=[migrations.AlterField(model, "raw", RawField(default=empty))],
    )


def with_extra_fields(model):
    return [
        migrations.AddField(model, "extra_fields", models.JSONField(default=list)),
        migrations.RunSQL(TAKE_OUT.format(model)),
    ]


class Migration(migrations.Migration):

    dependencies = [("mirror", "0003_search")]

    operations = [
        migrations.RemoveIndex("invoice", "invoice_by_extra_field"),
        *(operation for model in WITH_EXTRA_FIELDS for operation in with_extra_fields(model)),
        *(packed(model) for model in (*WITH_EXTRA_FIELDS, *OTHERS)),
        packed("orderproducts", empty=list),
        migrations.AddIndex(
            "invoice",
            GinIndex(fields=["extra_fields"], opclasses=["jsonb_path_ops"], name="invoice_by_extra_field"),
        ),
    ]
