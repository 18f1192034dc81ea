"""The demo store as one that sends e-invoices: who it is, and its tax rules."""

from decimal import Decimal

from arportal.documents.einvoices.facts import Tax
from arportal.documents.einvoices.taxes import kept
from arportal.documents.models import EInvoiceSeller, EInvoiceTaxes
from arportal.sandbox.demo.places import PLACES
from arportal.stores.models import Store


def set_up(store: Store, **seller: str) -> None:
    """Freight bears no tax there, and goods that of the buyer's country."""
    values = {
        "legal_name": "Harbour Supplies GmbH",
        "street": "Kaistrasse 3",
        "city": "Kiel",
        "zip_code": "24103",
        "country": "DE",
        "vat_id": "DE136695976",
        "iban": "DE89370400440532013000",
    }
    EInvoiceSeller.objects.create(store=store, **(values | seller))
    rates = {code: Decimal(place.tax) / 10 for code, place in PLACES.items()}
    EInvoiceTaxes.objects.create(
        store=store,
        cost_lines=[
            {"description": "Subtotal", "role": "subtotal", "tax": None},
            {"description": "Sales Tax", "role": "tax", "tax": None},
            {"description": "Freight", "role": "charge", "tax": kept(Tax("Z"))},
        ],
        countries={code: kept(Tax("S" if rate else "Z", rate)) for code, rate in rates.items()},
    )
