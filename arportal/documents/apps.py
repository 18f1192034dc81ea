from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "arportal.documents"
