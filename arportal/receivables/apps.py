from django.apps import AppConfig


class ReceivablesConfig(AppConfig):
    name = "arportal.receivables"

    def ready(self) -> None:
        # Each verb registers how it talks to the API; a worker needs them all without having called any.
        from arportal.receivables import (  # noqa: F401  imported for registration
            invoice_deletion,
            invoice_editing,
            invoicing,
            methods,
            moving,
            order_companies,
            orders,
            payment_deletion,
            payment_editing,
            payment_operations,
            receipt_deletion,
            recording,
        )
