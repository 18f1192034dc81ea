"""The trial store: its open invoices are e-invoices at once, and some of its companies lack something."""

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from arportal.documents.einvoices.identifiers import vat_id
from arportal.documents.einvoices.missing import missing_in
from arportal.documents.einvoices.profiles import Profile
from arportal.documents.einvoices.records import newest_seller, newest_taxes
from arportal.documents.models import EInvoiceSeller, EInvoiceTaxes
from arportal.sandbox.demo.numbers import extra_fields


def test_it_works(admin, store):
    for _time in range(2):
        call_command("demo_einvoices", store="demo")
    assert (EInvoiceSeller.objects.count(), EInvoiceTaxes.objects.count()) == (1, 1)
    assert (newest_seller(store).saved_by, newest_taxes(store).saved_by) == (admin, admin)
    missing = missing_in(admin, Profile.FACTUR_X, store.today(timezone.now()))
    # Kuwaiti dinars have a decimal more than EN 16931.
    others = [invoice for invoice, _reasons in missing.invoices if invoice.currency != "KWD"]
    assert missing.ready
    assert (others, list(missing.store)) == ([], [])


def test_a_store_that_is_not_there(store):
    with pytest.raises(CommandError, match="no store nowhere"):
        call_command("demo_einvoices", store="nowhere")


@pytest.mark.parametrize("country", ["DE", "FR", "ES", "GR", "BG"])
def test_numbers_are_made_up_and_right(country):
    for index in (0, 1, 2, 3, 5, 77):
        values = {field["fieldName"]: field["fieldValue"] for field in extra_fields(index, country)}
        assert vat_id(values["VAT ID"]) == values["VAT ID"]
