from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "arportal.documents"

    def ready(self) -> None:
        from arportal.documents import checks as checks
        from arportal.documents.reminders import check as check
