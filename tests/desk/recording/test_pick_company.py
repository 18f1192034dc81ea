"""Which company a payment is from."""

import pytest

from arportal.mirror.models import Company, Invoice
from tests.desk.recording.recording import Form, filled
from tests.whole import only_whole

PAGE = "/s/demo/payments/record/"


@pytest.fixture
def pick(clerk, browse):
    browser = browse(clerk)
    return lambda **query: browser.get(PAGE, query)


def test_it_works(pick, company):
    Company.objects.create(store=company.store, api_id=777, name=f"{company.name} & Sons", status=1)
    text = pick(q=company.name.lower()).content.decode()
    assert f'href="{PAGE}{company.api_id}/"' in text
    assert f'href="{PAGE}777/"' in text
    assert "nothing open" in text


def test_the_only_one_that_matches_is_taken(pick, company):
    assert pick(q=company.name.upper())["Location"] == f"{PAGE}{company.api_id}/"


@only_whole("test_only_ones_own_companies")
def test_by_the_number_of_an_invoice(pick, open_invoices, company):
    assert pick(q=open_invoices[0].number)["Location"] == f"{PAGE}{company.api_id}/"


def test_while_typing_suggestions_only(clerk, browse, company):
    headers = {"HX-Request": "true", "HX-Target": "suggestions"}
    answer = browse(clerk).get(PAGE, {"q": company.name}, headers=headers)
    assert answer.status_code == 200
    assert answer.content.decode().strip().startswith('<div id="suggestions"')
    assert f'href="{PAGE}{company.api_id}/"' in answer.content.decode()


@only_whole("test_only_ones_own_companies")
def test_nothing_matches(pick):
    for words in ("no such company", "%", "\x00x"):
        assert "Nothing matches" in pick(q=words).content.decode(), words


@only_whole("test_it_works")
def test_those_recorded_from_lately_come_first(pick, clerk, browse, company, open_invoices):
    assert "lately" not in pick().content.decode()
    Form(browse(clerk), company.api_id).send(filled(open_invoices[0]), "preview/")
    text = pick().content.decode()
    assert text.index("lately") < text.index(f"{PAGE}{company.api_id}/") < text.index("All companies")
    assert text.count(f"{PAGE}{company.api_id}/") == 1


def test_picked_invoices_of_one_company(pick, open_invoices, company):
    ids = [each.api_id for each in open_invoices[:2]]
    address, _, query = pick(pick=ids)["Location"].partition("?")
    assert address == f"{PAGE}{company.api_id}/"
    assert sorted(query.split("&")) == sorted(f"pick={each}" for each in ids)


@only_whole("test_picked_invoices_of_one_company")
def test_picked_invoices_of_two_companies(pick, open_invoices, company):
    other = Invoice.objects.outstanding().exclude(company_id=company.api_id)[0]
    text = pick(pick=[open_invoices[0].api_id, other.api_id]).content.decode()
    assert f"{PAGE}{company.api_id}/?pick={open_invoices[0].api_id}" in text
    assert f"{PAGE}{other.company_id}/?pick={other.api_id}" in text


def test_only_ones_own_companies(clerk, pick, company, open_invoices):
    clerk.all_companies, clerk.company_ids = False, [company.api_id]
    clerk.save()
    other = Invoice.objects.exclude(company_id=company.api_id)[0]
    assert "Nothing matches" in pick(q=other.number).content.decode()
    assert pick(q=open_invoices[0].number).status_code == 303
    assert f"{PAGE}{other.company_id}/" not in pick(pick=[other.api_id]).content.decode()
