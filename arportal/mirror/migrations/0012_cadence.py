"""When each list was last read, and when a message asked for it; a full pass has read them all."""

from django.db import migrations, models

READ_BY_THE_LAST_FULL_PASS = """
UPDATE mirror_watermark AS mark SET read_at = (
    SELECT max(started_at) FROM mirror_syncpass AS pass
    WHERE pass.store_id = mark.store_id AND kind = 'full' AND problem = '' AND finished_at IS NOT NULL
)
"""


class Migration(migrations.Migration):
    dependencies = [("mirror", "0011_left_out_by_reason")]

    operations = [
        migrations.AddField("watermark", "read_at", models.DateTimeField(null=True)),
        migrations.AddField("watermark", "wanted_at", models.DateTimeField(null=True)),
        migrations.RemoveField("watermark", "reread_at"),
        migrations.RunSQL(READ_BY_THE_LAST_FULL_PASS, migrations.RunSQL.noop),
    ]
