"""A store that has said all that its e-invoices need."""

from decimal import Decimal

import pytest

from arportal.documents.einvoices.facts import Tax
from arportal.documents.einvoices.saving import save_seller, save_taxes
from arportal.documents.einvoices.taxes import kept
from arportal.documents.models import EInvoiceSeller, EInvoiceTaxes

RATES = {
    "US": "7.2",
    "CA": "5",
    "DE": "19",
    "FR": "20",
    "ES": "21",
    "GR": "24",
    "BG": "20",
    "TW": "5",
    "JP": "10",
}


@pytest.fixture(autouse=True)
def pdf_cache(settings, tmp_path):
    settings.PDF_CACHE = tmp_path / "pdfs"


@pytest.fixture
def seller(admin) -> EInvoiceSeller:
    wanted = EInvoiceSeller(
        store=admin.store,
        legal_name="Harbour Supplies GmbH",
        street="Kai 7",
        city="Kiel",
        zip_code="24103",
        country="DE",
        vat_id="DE136695976",
        iban="DE89370400440532013000",
        vat_field="VAT",
        endpoint_field="Peppol",
        endpoint_field_scheme="0088",
    )
    assert save_seller(admin, wanted, based_on=None)
    return wanted


@pytest.fixture
def taxes(admin, seller) -> EInvoiceTaxes:
    """Goods are taxed by the buyer's country, freight is not."""
    wanted = EInvoiceTaxes(
        store=admin.store,
        cost_lines=[
            {"description": "Subtotal", "role": "subtotal", "tax": None},
            {"description": "Sales Tax", "role": "tax", "tax": None},
            {"description": "Freight", "role": "charge", "tax": kept(Tax("Z"))},
        ],
        countries={code: kept(Tax("S", Decimal(rate))) for code, rate in RATES.items()},
    )
    assert save_taxes(admin, wanted, based_on=None)
    return wanted
