from django.db import migrations

# As `manage.py createcachetable` makes it, so that `migrate` is all an installation has to run.
TABLE = """
CREATE TABLE stores_cache (cache_key varchar(255) PRIMARY KEY, value text NOT NULL, expires timestamptz NOT NULL);
CREATE INDEX stores_cache_expires ON stores_cache (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("stores", "0007_people")]

    operations = [migrations.RunSQL(TABLE, "DROP TABLE stores_cache")]
