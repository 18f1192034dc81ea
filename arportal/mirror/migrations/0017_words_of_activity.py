from django.db import migrations


class Migration(migrations.Migration):
    # An index of an expression and no column: the rows are sealed, and their floor knows no search.

    dependencies = [
        ("mirror", "0016_families"),
        ("stores", "0013_repairs_are_activity"),
    ]

    operations = [
        migrations.RunSQL(
            "CREATE INDEX activity_words ON stores_activity USING gin (mirror_words(store_id, words, who))",
            "DROP INDEX activity_words",
        ),
    ]
