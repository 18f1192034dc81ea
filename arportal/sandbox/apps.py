"""Register the sandbox's models with its own Django settings."""

from django.apps import AppConfig


class SandboxConfig(AppConfig):
    name = "arportal.sandbox"
    label = "sandbox"
    default_auto_field = "django.db.models.AutoField"
