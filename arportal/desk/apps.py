from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "arportal.desk"

    def ready(self) -> None:
        from arportal.desk.site import sign_in  # noqa: F401 - listens for who signs out
