from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "arportal.desk"
