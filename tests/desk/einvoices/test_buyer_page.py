"""The e-invoice data of a company: what is entered, what its extra fields say, and what of them is not used."""

import pytest

from arportal.documents.einvoices.records import buyer_of, newest_buyer
from arportal.stores.models import Activity


@pytest.fixture
def browser(admin, browse):
    return browse(admin)


@pytest.fixture
def page(company) -> str:
    return f"/s/demo/companies/{company.api_id}/e-invoices/"


def test_it_works(browser, page, company, store):
    fields = {
        "vat_id": "FR 40 303265045",
        "endpoint_scheme": "9957",
        "endpoint_id": "FR40303265045",
        "buyer_reference": "Dock 4",
        "tax-category": "AE",
        "based_on": "",
    }
    assert "Saved." in browser.post(page, fields, follow=True).content.decode()
    buyer = buyer_of(store, company.api_id)
    assert (buyer.vat_id, buyer.endpoint_scheme, buyer.buyer_reference) == ("FR40303265045", "9957", "Dock 4")
    assert (buyer.tax.category, buyer.tax.reason_code) == ("AE", "VATEX-EU-AE")
    assert Activity.objects.get(company_id=company.api_id).words.startswith("Buyer on e-invoices: VAT ID")


def test_what_comes_from_extra_fields_is_shown_as_such(browser, page, company, seller):
    company.extra_fields = [
        {"fieldName": "VAT", "fieldValue": "DE 136695976"},
        {"fieldName": "Peppol", "fieldValue": "<1>"},
    ]
    company.save()
    text = browser.get(page).content.decode()
    assert "If empty: DE136695976, from the extra field “VAT”" in text
    assert f"If empty: {company.name}, as at the store" in text
    assert "Peppol: “&lt;1&gt;”." in text
    assert "Not used, because it is not valid:" in text


@pytest.mark.parametrize(
    ("field", "fields", "reason"),
    [
        ("vat_id", {"vat_id": "FR4030326504"}, "too many or too few"),
        ("endpoint_id", {"endpoint_scheme": "0088", "endpoint_id": "4012345000008"}, "check digits"),
        ("buyer_reference", {"buyer_reference": "x" * 101}, "at most 100"),
        ("country", {"country": "ZZ"}, "not one of the available"),
        ("tax-rate", {"tax-category": "S"}, "above 0"),
    ],
)
def test_what_is_refused_comes_back_with_the_reason(browser, page, company, store, field, fields, reason):
    answer = browser.post(page, {"legal_name": "In Vain Ltd", "based_on": ""} | fields)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in text
    assert reason in text
    assert 'value="In Vain Ltd"' in text
    assert newest_buyer(store, company.api_id).pk is None


def test_somebody_else_saved_meanwhile(browser, page):
    browser.post(page, {"vat_id": "FR40303265045", "based_on": ""})
    answer = browser.post(page, {"vat_id": "DE136695976", "based_on": ""})
    assert answer.status_code == 422
    assert "has saved this meanwhile" in answer.content.decode()
