from django.apps import AppConfig


class StoresConfig(AppConfig):
    name = "arportal.stores"

    def ready(self) -> None:
        from arportal.stores import sign_ins  # noqa: F401  connected by being imported
