"""Dots or commas: a person's own way to write numbers, chosen on their page or in the middle of a form."""

import re
import uuid
from html import unescape

import pytest

from arportal.desk.recording.drafts import KEY
from arportal.receivables.models import Change
from arportal.stores.models import NumberFormat, User
from tests.desk.conftest import an_invoice, ids
from tests.desk.recording.recording import Form, filled
from tests.whole import only_whole

COMMA = NumberFormat.COMMA
PREFERENCES = {
    "name": "Carl Clerk",
    "number_format": "comma",
    "date_format": "month first",
    "theme": "",
    "density": "normal",
}


@pytest.fixture
def commas(clerk):
    clerk.user.choose_number_format(COMMA)
    return clerk


def typed_as(invoice, amount: str) -> dict[str, str]:
    return {**filled(invoice), f"amount-{invoice.api_id}": amount}


def chosen(person) -> str:
    return User.objects.get(pk=person.user_id).number_format


def test_it_works(clerk, browse):
    browser = browse(clerk)
    page = browser.get("/s/demo/preferences/?next=/s/demo/invoices/").content.decode()
    assert "1.234,50" in page
    answer = browser.post("/s/demo/preferences/", {**PREFERENCES, "next": "/s/demo/invoices/"})
    assert (answer.status_code, answer["Location"]) == (303, "/s/demo/invoices/")
    assert chosen(clerk) == COMMA
    assert re.search(r">\d{1,3}(\.\d{3})*,\d\d <", browser.get("/s/demo/invoices/").content.decode())


@only_whole("desk/settings/test_preferences_page.py::test_a_choice_there_is_not")
def test_an_unknown_format(clerk, browse):
    answer = browse(clerk).post("/s/demo/preferences/", {"number_format": "roman"})
    assert answer.status_code == 422
    assert chosen(clerk) == "dot"


def test_back_to_other_places_than_ours(clerk, browse):
    asked = {**PREFERENCES, "next": "https://example.org/"}
    assert browse(clerk).post("/s/demo/preferences/", asked)["Location"] == "/"


def test_offered_beside_the_field(clerk, browse, open_invoices, company):
    form = Form(browse(clerk), company.api_id)
    answer = form.send(typed_as(open_invoices[0], "1234,50"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'name="number_format" value="comma"' in page
    assert "I write 1.234,50: use that from now on" in page


def test_taken_the_form_comes_back_filled_and_nothing_is_sent(clerk, browse, open_invoices, company, sandbox):
    form = Form(browse(clerk), company.api_id)
    typed = {**typed_as(open_invoices[0], "2,50"), "memo": "as I left it"}
    answer = form.send({**typed, "decimals": "dot", "number_format": "comma"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="2,50"' in page
    assert 'value="as I left it"' in page
    assert "Read as 2,5 from now on" in page
    assert 'name="decimals" value="comma"' in page
    assert chosen(clerk) == COMMA
    assert form.send({**typed, "decimals": "comma"}).status_code == 303
    assert not Change.objects.exists()


def test_a_form_is_read_as_it_was_written(clerk, browse, open_invoices, company):
    """The person has changed the format meanwhile, in another tab."""
    browser = browse(clerk)
    form = Form(browser, company.api_id)
    clerk.user.choose_number_format(COMMA)
    assert form.send({**typed_as(open_invoices[0], "2.50"), "decimals": "dot"}).status_code == 303
    preview = form.get("preview/").content.decode()
    assert 'value="2,50"' in preview
    assert 'name="decimals" value="comma"' in preview
    (kept,) = browser.session[KEY].values()
    assert kept["draft"]["decimals"] == "dot"


def test_the_form_is_filled_in_the_persons_format(commas, browse, open_invoices, company):
    invoice = open_invoices[0]
    page = browse(commas).get(f"/s/demo/payments/record/{company.api_id}/?pick={invoice.api_id}", follow=True)
    text = page.content.decode()
    value = re.search(rf'name="amount-{invoice.api_id}"[^>]*value="([^"]*)"', text)
    assert value
    assert re.fullmatch(r"\d{1,3}(\.\d{3})*,\d\d", value[1])
    assert 'data-format="comma"' in text


@pytest.fixture
def priced(books):
    for api_id, amount in ((1, "1"), (2, "1234.5"), (3, "2000")):
        an_invoice(books.store, api_id, original_balance=amount, currency="USD").save()


def test_filters_are_read_as_the_address_says(see, priced):
    expected = {
        "original_from=1,234.50": {2, 3},
        "original_from=1 234.50": {2, 3},
        "original_from=1.234,50&decimals=comma": {2, 3},
        "original_from=1.234&decimals=comma": {2, 3},
        "original_from=1.234": {2, 3},
        "original_from=.5": {1, 2, 3},
    }
    assert {query: set(ids(see(f"invoices/?{query}"))) for query in expected} == expected


def test_an_address_of_somebody_who_writes_commas(see, priced):
    page = see("invoices/?original_from=1.234,50&decimals=comma&panel=filters").content.decode()
    assert 'value="1,234.5"' in page
    assert "decimals=comma" in page
    assert re.search(r'name="decimals" value="dot"', page)


@only_whole("test_offered_beside_the_field")
def test_a_filter_that_can_be_read_in_the_other_format_alone(see, priced):
    page = see("invoices/?original_from=1.234,50&panel=filters").content.decode()
    assert "I write 1.234,50" in page
    offered = re.search(r'href="/s/books/(preferences/[^"]*)"[^>]*>I write', page)
    assert offered
    form = see(unescape(offered[1])).content.decode()
    assert '<option value="comma" selected>' in form
    back = re.search(r'name="next" value="([^"]*)" id="id_next"', form)
    assert back
    assert set(ids(see(unescape(back[1]).removeprefix("/s/books/")))) == {2, 3}


def test_a_filter_has_a_currency_of_its_own(see, priced):
    for text in ("$5", "5 EUR"):
        assert "enter only the number" in see(f"invoices/?original_from={text}").content.decode(), text


def test_limits_and_invoices_are_read_by_the_same_rules(admin, controller, browse):
    sent = {"needs_two": "on", "reserve": "10", "limit-USD": "$ 1 000.50", "limit-JPY": "¥5,000"}
    assert browse(admin).post("/s/demo/settings/", sent).status_code in (302, 303)
    admin.store.refresh_from_db()
    assert admin.store.approval_limits == {"USD": "1000.50", "JPY": "5000"}


@only_whole("test_the_form_is_filled_in_the_persons_format")
def test_an_unused_id_is_still_needed(commas, browse, company):
    assert browse(commas).get(f"/s/demo/payments/record/{company.api_id}/{uuid.uuid4()}/").status_code == 200
