"""Settings of the seller: every field is checked where it is entered, nothing typed is lost."""

import pytest

from arportal.documents.einvoices.records import newest_seller
from arportal.documents.models import EInvoiceSeller
from arportal.mirror.models import ExtraField
from tests.whole import whole_or

PAGE = "/s/demo/e-invoices/seller/"


def entered(**fields) -> dict:
    return {"legal_name": "Harbour Supplies GmbH", "country": "DE", "based_on": ""} | fields


@pytest.fixture
def browser(admin, browse):
    return browse(admin)


def test_it_works(browser, store):
    ExtraField.objects.create(store=store, of="companies", name="VAT", type=0, is_required=False)
    fields = entered(
        vat_id="de 136 695 976",
        registration_scheme="0208",
        registration_id="0203.201.340",
        endpoint_id="0088: 4012345000009",
        contact_email="billing@harbour.example",
        iban="de89 3704 0044 0532 0130 00",
        vat_field="VAT",
    )
    answer = browser.post(PAGE, fields, follow=True)
    assert "Saved." in answer.content.decode()
    saved = newest_seller(store)
    assert (saved.vat_id, saved.registration_id) == ("DE136695976", "0203201340")
    assert (saved.endpoint_scheme, saved.endpoint_id) == ("0088", "4012345000009")
    assert (saved.iban, saved.vat_field) == ("DE89370400440532013000", "VAT")
    assert "Seller on e-invoices: legal name, country" in browser.get(PAGE).content.decode()
    again = browser.post(PAGE, fields | {"based_on": saved.pk}, follow=True)
    assert "Nothing was changed." in again.content.decode()


def test_it_begins_with_the_name_on_documents(browser, store):
    assert f'value="{store.name}"' in browser.get(PAGE).content.decode()


WRONG = [
    ("legal_name", {"legal_name": ""}, "enter the legal name"),
    ("country", {"country": ""}, "required"),
    ("country", {"country": "ZZ"}, "not one of the available"),
    ("vat_id", {"vat_id": "DE136695977"}, "check digits"),
    ("iban", {"iban": "DE89370400440532013001"}, "no IBAN"),
    ("bic", {"bic": "COBA1"}, "no BIC"),
    ("endpoint_id", {"endpoint_scheme": "0088"}, "Enter the address"),
    ("endpoint_id", {"endpoint_id": "4012345000009"}, "of which scheme"),
    ("endpoint_id", {"endpoint_scheme": "0088", "endpoint_id": "73513537"}, "too many or too few"),
    ("registration_id", {"registration_scheme": "0002"}, "Enter the number"),
    ("registration_id", {"registration_scheme": "0002", "registration_id": "404833047"}, "check digits"),
    ("contact_email", {"contact_email": "nobody"}, "valid email"),
    ("vat_field", {"vat_field": "No such field"}, "not one of the available"),
    ("city", {"city": "x" * 201}, "at most 200"),
]


@pytest.mark.parametrize(("field", "fields", "reason"), whole_or(WRONG, WRONG[::4]))
def test_what_is_refused_comes_back_with_the_reason(browser, field, fields, reason):
    answer = browser.post(PAGE, entered(street="Kai 7 <b>") | fields)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Nothing has been saved yet: check the marked fields." in text
    assert f'id="id_{field}_error"' in text
    assert reason in text
    assert 'value="Kai 7 &lt;b&gt;"' in text
    assert not EInvoiceSeller.objects.exists()


def test_somebody_else_saved_meanwhile(browser, seller, admin):
    answer = browser.post(PAGE, entered(legal_name="Mine"))
    assert answer.status_code == 422
    assert f"{admin.user} has saved this meanwhile" in answer.content.decode()
    assert 'value="Mine"' in answer.content.decode()


def test_an_extra_field_that_is_gone_stays_chosen_and_is_named(browser, seller):
    assert "VAT (no longer there)" in browser.get(PAGE).content.decode()


def test_who_has_not_just_signed_in_is_asked_again(admin, client):
    client.force_login(admin.user)
    assert client.get(PAGE)["Location"].startswith("/accounts/reauthenticate/")
