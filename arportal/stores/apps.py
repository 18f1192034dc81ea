from django.apps import AppConfig
from django.db.models.signals import post_migrate


class StoresConfig(AppConfig):
    name = "arportal.stores"

    def ready(self) -> None:
        from arportal.stores import row_security, scope, sign_ins  # noqa: F401  connected by being imported

        # Sent by this app alone, when all have been migrated.
        post_migrate.connect(row_security.lock, sender=self)
