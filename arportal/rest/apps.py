from django.apps import AppConfig

from arportal.collector import look_rarely


class RestConfig(AppConfig):
    name = "arportal.rest"

    def ready(self) -> None:
        look_rarely()  # Here, because it is the last of all apps: while they are loaded, memory is better kept tidy.
