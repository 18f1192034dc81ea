"""What a pass left out by reason and counted, and what is known of reads that a store refuses."""

from django.db import migrations, models

GROUP_LINES = """
UPDATE mirror_syncpass SET groups = jsonb_build_array(jsonb_build_object(
    'what', 'records', 'why', 'could not be read', 'count', cardinality(string_to_array(left_out, E'\\n')),
    'names', to_jsonb((string_to_array(left_out, E'\\n'))[:10])
)) WHERE left_out <> ''
"""


class Migration(migrations.Migration):
    dependencies = [("mirror", "0010_order_by_amount")]

    operations = [
        migrations.AddField("syncpass", "groups", models.JSONField(default=list)),
        migrations.RunSQL(GROUP_LINES, migrations.RunSQL.noop),
        migrations.RemoveField("syncpass", "left_out"),
        migrations.RenameField("syncpass", "groups", "left_out"),
        migrations.AddField("creditterms", "is_left_out", models.BooleanField(default=False)),
        migrations.AlterField("creditterms", "terms_enabled", models.BooleanField(null=True)),
        migrations.AlterField("creditterms", "terms_days", models.SmallIntegerField(null=True)),
        migrations.AddField("watermark", "due_at", models.DateTimeField(null=True)),
        migrations.AddField("watermark", "off_since", models.DateTimeField(null=True)),
        migrations.AddField("watermark", "refusals", models.PositiveSmallIntegerField(default=0)),
    ]
