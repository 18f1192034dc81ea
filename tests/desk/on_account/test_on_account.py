"""Money on account on its pages: kept, applied, taken off, and told wherever the company's figures are."""

import re
import uuid
from decimal import Decimal

import pytest

from arportal.mirror.models import Invoice, Payment
from arportal.receivables.models import Change, OnAccount
from arportal.stores.models import Membership
from tests.desk.every_verb import fields, text
from tests.whole import only_whole, whole_or

TOLD = "On account, received and not yet applied"


@pytest.fixture
def company_id(open_invoices) -> int:
    return open_invoices[0].company_id


@pytest.fixture
def browser(controller, browse):
    return browse(controller)


@pytest.fixture
def money_url(browser, company_id, open_invoices) -> str:
    """9 were received on account."""
    url = f"/s/demo/on-account/receive/{company_id}/"
    typed = {
        "amount": "9",
        "reason": "No invoice named",
        "reference": "SEPA 77",
        "currency": open_invoices[0].currency,
    }
    answer = browser.post(url, fields(text(browser.get(url))) | typed)
    assert answer.status_code == 303
    return answer.url


@only_whole("desk/ageing/test_on_account.py::test_it_is_beside_the_balance_and_adds_up")
def test_it_is_told_wherever_the_figures_are(browser, money_url, company_id):
    assert "SEPA 77" in text(browser.get(money_url))
    listed = text(browser.get("/s/demo/on-account/?state=left&q=sepa"))
    assert "SEPA 77" in listed
    assert listed.count("9.00") == 3  # Received, left, and the sum of what is left.
    assert "SEPA 77" not in text(browser.get("/s/demo/on-account/?state=used"))
    pages = ["", f"companies/{company_id}/", "ageing/"]
    assert all(TOLD in text(browser.get(f"/s/demo/{page}")) for page in pages)
    assert TOLD not in text(browser.get("/s/demo/ageing/?on=2020-01-31"))
    statement = text(browser.get(f"/s/demo/companies/{company_id}/statement/"))
    assert "Balance less money on account" in statement
    lines = browser.get(f"/s/demo/companies/{company_id}/statement/export.csv")
    assert "On account SEPA 77" in b"".join(lines).decode("utf-8-sig")
    assert "SEPA 77" in b"".join(browser.get("/s/demo/on-account/export.csv")).decode("utf-8-sig")


@only_whole("desk/invoices/test_balance_moves.py::test_small_balances_of_many")
def test_what_is_missing_is_said_beside_its_field(browser, company_id, open_invoices):
    url = f"/s/demo/on-account/receive/{company_id}/"
    page = browser.post(
        url, fields(text(browser.get(url))) | {"amount": "x", "reason": "", "received_on": "2999-01-01"}
    )
    assert page.status_code == 422
    assert "Give a reason" in text(page)
    dollars = {"currency": open_invoices[0].currency}
    page = browser.post(url, fields(text(page)) | {"amount": "9", "reason": "None named"} | dollars)
    assert "in the future" in text(page)
    assert not OnAccount.objects.exists()


def test_it_is_applied_and_comes_back_with_the_payment(browser, money_url, company_id, open_invoices):
    apply = re.search(r'href="([^"]+\?on_account=\d+)"', text(browser.get(money_url)))[1]
    form_url = browser.get(apply).url
    page = text(browser.get(form_url))
    assert "This applies money on account" in page
    typed = fields(page) | {"received": "9.00", f"amount-{open_invoices[0].api_id}": "9.00"}
    preview_url = browser.post(form_url, typed).url
    preview = text(browser.get(preview_url))
    assert "taken off money on account" in preview
    browser.post(preview_url, fields(preview))
    change = Change.objects.get()
    assert (change.state, OnAccount.objects.with_left().get().left) == (Change.State.APPLIED, 0)
    page = text(browser.get(money_url))
    assert "Apply to invoices" not in page
    undo = re.search(r'href="(/s/demo/payments/\d+/delete/)"', page)[1]
    browser.post(undo, fields(text(browser.get(undo))) | {"reason": "Another invoice", "sure": "on"})
    assert Payment.objects.get(api_id=change.target_id).gone_at
    assert "back on account" in text(browser.get(money_url))
    assert OnAccount.objects.with_left().get().left == Decimal(9)


def test_it_is_taken_off_by_controllers_alone(browser, money_url, clerk, browse):
    take_off = f"{money_url}take-off/"
    assert take_off not in text(browse(clerk).get(money_url))
    form = fields(text(browser.get(take_off)))
    page = browser.post(take_off, form | {"kind": "paid-back", "amount": "10", "reason": "Asked for it"})
    assert (page.status_code, "Only 9.00" in text(page)) == (422, True)
    answer = browser.post(
        take_off, fields(text(page)) | {"kind": "paid-back", "amount": "4", "reason": "Asked for it"}
    )
    assert answer.url == money_url
    assert "Paid back to the customer" in text(browser.get(money_url))
    assert OnAccount.objects.with_left().get().left == 5


def test_who_does_not_see_the_company_learns_nothing(money_url, company_id, viewer, browse):
    other = Invoice.objects.exclude(company_id=company_id)[0].company_id
    Membership.objects.filter(pk=viewer.pk).update(all_companies=False, company_ids=[other])
    browser = browse(viewer)
    assert browser.get(money_url).status_code == 404
    addresses = whole_or(("", "ageing/", "on-account/"), ("ageing/", "on-account/"))
    pages = [text(browser.get(f"/s/demo/{page}")) for page in addresses]
    assert not [page for page in pages if TOLD in page or "SEPA 77" in page]


def test_a_second_click_is_the_same_money(browser, company_id, open_invoices):
    url = f"/s/demo/on-account/receive/{company_id}/"
    typed = {"amount": "9", "reason": "None named", "currency": open_invoices[0].currency}
    form = fields(text(browser.get(url))) | typed | {"change_id": str(uuid.uuid4())}
    assert browser.post(url, form).url == browser.post(url, form).url
    assert OnAccount.objects.count() == 1
