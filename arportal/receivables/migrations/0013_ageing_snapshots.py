import arportal.mirror.models.rows
import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('receivables', '0012_company_figures'),
        ('stores', '0004_number_format'),
    ]

    operations = [
        migrations.CreateModel(
            name='AgeingSnapshot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('as_of', models.DateField()),
                ('known_at', models.DateTimeField()),
                ('basis', models.CharField(choices=[('due', 'Due date'), ('issued', 'Invoice date')], max_length=6)),
                ('buckets', models.CharField(max_length=80)),
                ('kept_at', models.DateTimeField(auto_now_add=True)),
                ('store', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='stores.store')),
            ],
        ),
        migrations.CreateModel(
            name='SnapshotRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('company_id', models.BigIntegerField()),
                ('currency', models.CharField(max_length=3)),
                ('amounts', django.contrib.postgres.fields.ArrayField(base_field=arportal.mirror.models.rows.MoneyField(), size=None)),
                ('open', arportal.mirror.models.rows.MoneyField()),
                ('credit', arportal.mirror.models.rows.MoneyField()),
                ('snapshot', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='receivables.ageingsnapshot')),
            ],
        ),
        migrations.AddConstraint(
            model_name='ageingsnapshot',
            constraint=models.UniqueConstraint(fields=('store', 'as_of'), name='one_snapshot_of_a_day'),
        ),
        migrations.AddConstraint(
            model_name='snapshotrow',
            constraint=models.UniqueConstraint(fields=('snapshot', 'company_id', 'currency'), name='one_row_per_snapshot_company'),
        ),
    ]
