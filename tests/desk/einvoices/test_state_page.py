"""What is missing: in words, counted, with a link to where it can be mended; and the panel of an invoice."""

from decimal import Decimal

import pytest

from arportal.documents.branding.branding import save_branding
from arportal.documents.einvoices.missing import missing_in
from arportal.documents.einvoices.profiles import Profile
from arportal.documents.models import Branding, EInvoiceSeller
from arportal.mirror.models import Invoice
from arportal.stores.models import Role

PAGE = "/s/demo/e-invoices/"


@pytest.fixture
def invoice(store, taxes) -> Invoice:
    """The newest that can be made as it is."""
    for invoice in Invoice.objects.filter(store=store, currency="EUR", balance__gt=0).order_by("-issued_on"):
        return invoice
    raise LookupError("The seed has no open invoice in EUR.")


@pytest.fixture
def today(invoice):
    return invoice.issued_on


def test_before_anything_is_said(admin, viewer, browse, invoice_url):
    assert "Begin with the seller" in browse(admin).get(PAGE).content.decode()
    assert "An admin begins" in browse(viewer).get(PAGE).content.decode()
    assert "has not said yet who it is" in browse(viewer).get(invoice_url).content.decode()


@pytest.fixture
def invoice_url(open_invoices) -> str:
    return f"/s/demo/invoices/{open_invoices[0].api_id}/"


def test_what_is_missing_of_store_and_companies(admin, clerk, browse, invoice, today):
    missing = missing_in(admin, Profile.XRECHNUNG, today)
    assert missing.looked_at > missing.ready == 0
    assert "seller.contact_name" in {reason.field for reason in missing.store}
    assert "buyer.buyer_reference" in {reason.field for reason in missing.companies[invoice.company_id]}
    text = browse(admin).get(PAGE, {"profile": "xrechnung"}).content.decode()
    assert "The name of your contact is missing." in text
    assert 'href="/s/demo/e-invoices/seller/">Mend' in text
    assert f'href="/s/demo/companies/{invoice.company_id}/e-invoices/">Mend' in text
    text = browse(clerk).get(PAGE, {"profile": "xrechnung"}).content.decode()
    assert "The name of your contact is missing." in text
    assert ">Mend" not in text


def test_what_is_missing_of_single_invoices(admin, browse, invoice, today):
    ready = missing_in(admin, Profile.FACTUR_X, today).ready
    assert ready
    Invoice.objects.filter(pk=invoice.pk).update(original_balance=invoice.original_balance + Decimal("1.25"))
    missing = missing_in(admin, Profile.FACTUR_X, today)
    assert missing.ready == ready - 1
    assert invoice.api_id in {row.api_id for row, _reasons in missing.invoices}
    text = browse(admin).get(PAGE).content.decode()
    assert f"/s/demo/invoices/{invoice.api_id}/" in text
    assert "Apart by" in text


def test_only_of_companies_that_the_person_sees(member, browse, invoice, today):
    person = member(Role.CLERK)
    person.all_companies, person.company_ids = False, [invoice.company_id]
    person.save()
    missing = missing_in(person, Profile.PEPPOL, today)
    assert missing.looked_at
    assert set(missing.companies) == {invoice.company_id}


def test_the_files_of_an_invoice(admin, browse, invoice):
    browser, page = browse(admin), f"/s/demo/invoices/{invoice.api_id}/"
    text = browser.get(page).content.decode()
    assert f'href="{page}e-invoice/factur-x/"' in text
    assert f'href="{page}e-invoice/peppol/"' not in text
    pdf = browser.get(f"{page}e-invoice/factur-x/")
    assert (pdf["Content-Type"], pdf.content[:5]) == ("application/pdf", b"%PDF-")
    refused = browser.get(f"{page}e-invoice/peppol/")
    assert refused.status_code == 422
    assert "electronic address is missing" in refused.content.decode()
    assert browser.get(f"{page}e-invoice/word/").status_code == 404


def test_documents_that_name_another_account(admin, browse, invoice):
    """Paper and file would tell the buyer to pay to two places."""
    assert save_branding(admin, Branding(bank_details="IBAN GB33 BUKB 2020 1555 5555 55"), based_on=None)
    text = browse(admin).get(f"/s/demo/invoices/{invoice.api_id}/").content.decode()
    assert "name another account than DE89370400440532013000" in text
    assert "e-invoice/factur-x/" not in text


def test_an_xml_file(admin, browse, invoice, seller):
    said = {"endpoint_scheme": "0088", "endpoint_id": "4012345000009", "contact_name": "Accounts"}
    said |= {"contact_phone": "+49 431 555", "contact_email": "accounts@harbour.example"}
    EInvoiceSeller.objects.filter(pk=seller.pk).update(**said)
    browser, page = browse(admin), f"/s/demo/invoices/{invoice.api_id}/"
    browser.post(
        f"/s/demo/companies/{invoice.company_id}/e-invoices/",
        {
            "endpoint_scheme": "0088",
            "endpoint_id": "4006381333931",
            "buyer_reference": "Dock 4",
            "based_on": "",
        },
    )
    xml = browser.get(f"{page}e-invoice/peppol/")
    assert xml["Content-Type"] == "application/xml"
    assert xml["Content-Disposition"].startswith("attachment;")
    assert b"4006381333931" in xml.content


def test_an_invoice_that_cannot_be_made(clerk, admin, browse, invoice):
    Invoice.objects.filter(pk=invoice.pk).update(original_balance=invoice.original_balance + Decimal("1.25"))
    page = f"/s/demo/invoices/{invoice.api_id}/"
    text = browse(clerk).get(page).content.decode()
    assert "It cannot be made yet:" in text
    assert "Apart by 1.25 EUR" in text
    assert browse(admin).get(f"{page}e-invoice/factur-x/").status_code == 422
