from django.apps import AppConfig


class ReceivablesConfig(AppConfig):
    name = "arportal.receivables"

    def ready(self) -> None:
        # Each verb registers how it talks to the API; a worker needs them all without having called any.
        from arportal.receivables import verbs  # noqa: F401  imported for registration
        from arportal.receivables.ledger import listening as _ledger  # noqa: F401  connected by being imported
        from arportal.receivables.webhooks import listening as _webhooks  # noqa: F401  likewise
