"""Requests of the store's other systems: the columns say so."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("mirror", "0013_walk_last_id")]

    operations = [
        migrations.RenameField("requestbudget", "strangers", "other_clients"),
        migrations.RenameField("requestbudget", "strangers_so_far", "other_clients_so_far"),
    ]
