"""The pages that write off, apply credits and take both back: what would be left is seen before anything is sent."""

import re
from decimal import Decimal

import pytest

from arportal.mirror.models import Invoice
from arportal.receivables.invoices.edit_invoice import read_afresh
from arportal.receivables.models import Change
from arportal.receivables.tasks import send_batch
from tests.desk.every_verb import fields, text
from tests.receivables.every_verb import new_credit
from tests.whole import only_whole

State = Change.State


@pytest.fixture
def url(open_invoices) -> str:
    return f"/s/demo/invoices/{open_invoices[0].api_id}/"


@pytest.fixture
def browser(controller, browse):
    return browse(controller)


def open_now(invoice: Invoice) -> Decimal:
    return Invoice.objects.get(pk=invoice.pk).open_balance


@only_whole("receivables/invoices/test_apply_credit.py::test_it_works_and_can_be_taken_back")
def test_another_amount_is_shown_before_it_is_written_off(browser, url, open_invoices, sandbox):
    page = text(browser.get(f"{url}write-off/"))
    assert "Balance after" in page
    typed = fields(page) | {"amount": "2.50", "reason": "Not worth chasing"}
    shown = browser.post(f"{url}write-off/", typed)
    assert (shown.status_code, sandbox.writes()) == (200, [])
    assert fields(text(shown))["amount"] == "2.50"
    was = open_now(open_invoices[0])
    answer = browser.post(f"{url}write-off/", fields(text(shown)))
    assert (answer.status_code, answer.url) == (303, url)
    assert open_now(open_invoices[0]) == was - Decimal("2.50")


@only_whole("receivables/invoices/test_apply_credit.py::test_it_works_and_can_be_taken_back")
def test_it_is_taken_back_from_the_history(browser, url, open_invoices, viewer, browse):
    was = open_now(open_invoices[0])
    browser.post(
        f"{url}write-off/", fields(text(browser.get(f"{url}write-off/"))) | {"reason": "Not worth chasing"}
    )
    page = text(browser.get(url))
    assert "Not worth chasing" in page
    undo = re.search(r'href="(/s/demo/invoices/taken-back/[^"]+)"', page)[1]
    assert undo not in text(browse(viewer).get(url))
    again = fields(text(browser.get(undo))) | {"reason": "It came"}
    assert browser.post(undo, again).url == url
    assert open_now(open_invoices[0]) == was
    assert undo not in text(browser.get(url))
    assert "taken back already" in text(
        browser.post(undo, again | {"change_id": str(Change.objects.first().pk)[:-4] + "0000"})
    )


@only_whole("test_small_balances_of_many")
def test_what_is_missing_is_said_beside_its_field(browser, url, sandbox):
    form = fields(text(browser.get(f"{url}write-off/")))
    page = browser.post(f"{url}write-off/", form | {"amount": "", "reason": ""})
    assert page.status_code == 422
    assert "Enter an amount above zero" in text(page)
    assert "Give a reason" in text(page)
    assert sandbox.writes() == []


def test_a_clerk_without_a_limit_is_told_that_a_second_person_is_needed(browse, clerk, url, sandbox):
    browser = browse(clerk)
    page = text(browser.get(f"{url}write-off/"))
    assert "a second person has to approve" in page
    answer = browser.post(f"{url}write-off/", fields(page) | {"reason": "Not worth chasing"})
    change = Change.objects.get()
    assert (change.state, answer.url) == (State.WAITING, f"/s/demo/changes/{change.pk}/")
    page = text(browser.get(answer.url))
    assert "Open balance" in page
    assert sandbox.writes() == []


def test_a_credit_is_applied_from_either_side(browser, controller, url, open_invoices, sandbox):
    assert "has no credit in this currency" in text(browser.get(f"{url}apply-credit/"))
    credit = new_credit(controller, sandbox, open_invoices[0], 3)
    of_credit = text(browser.get(f"/s/demo/invoices/{credit.api_id}/apply-credit/"))
    choice = f"{url}apply-credit/?credit={credit.api_id}"
    assert choice in of_credit
    assert browser.get(f"{url}apply-credit/?credit={'9' * 5_000}").status_code == 404
    page = text(browser.get(choice))
    assert {credit.number, open_invoices[0].number} <= set(re.findall(r">([\w-]+)</a>", page))
    answer = browser.post(choice, fields(page) | {"reason": "As agreed"})
    assert (answer.status_code, answer.url) == (303, url)
    assert open_now(credit) == 0
    history = text(browser.get(f"/s/demo/invoices/{credit.api_id}/"))
    assert "Apply credit" in history
    assert browser.get(f"{url}apply-credit/?credit=x").status_code == 200  # Nothing is left to choose from.


@pytest.fixture
def paid_meanwhile(sandbox):
    """Brings down what is open on an invoice by 1, as a payment elsewhere does; returns what is open now."""

    def paid(invoice: Invoice) -> Decimal:
        left = open_now(invoice) - 1
        balance = {"code": invoice.currency, "value": f"{left:f}"}
        sandbox.put(f"/ip/invoices/{invoice.api_id}", {"openBalance": balance})
        return left

    return paid


@pytest.mark.parametrize("is_known", [False, True], ids=["at the store", "here too"])
def test_what_was_paid_meanwhile_is_shown_and_all_that_is_open_now_is_proposed(
    browser, url, open_invoices, paid_meanwhile, sandbox, controller, is_known
):
    form = fields(text(browser.get(f"{url}write-off/"))) | {"reason": "Not worth chasing"}
    left = paid_meanwhile(open_invoices[0])
    if is_known:
        read_afresh(controller, open_invoices[0].api_id)
    sandbox.control("DELETE", "requests")
    answer = browser.post(f"{url}write-off/", form)
    assert (answer.status_code, sandbox.writes()) == (422, [])
    again = fields(text(answer))
    assert (again["amount"], again["previewed"]) == (f"{left:,.2f}", f"{left.normalize():f}")
    assert "Changed meanwhile: this is what is there now." in text(answer)
    assert f">{left:,.2f} " in text(answer)
    assert browser.post(f"{url}write-off/", again).url == url
    assert open_now(open_invoices[0]) == 0


def test_an_amount_of_ones_own_stays_when_something_was_paid_meanwhile(
    browser, url, open_invoices, paid_meanwhile
):
    form = fields(text(browser.get(f"{url}write-off/")))
    typed = form | {"amount": "2.50", "previewed": "2.5", "reason": "Not worth chasing"}
    left = paid_meanwhile(open_invoices[0])
    again = fields(text(browser.post(f"{url}write-off/", typed)))
    assert (again["amount"], again["previewed"]) == ("2.50", "2.5")
    assert browser.post(f"{url}write-off/", again).url == url
    assert open_now(open_invoices[0]) == left - Decimal("2.50")


def test_a_credit_of_which_less_is_left_meanwhile_comes_back_with_that(
    browser, controller, url, open_invoices, sandbox
):
    credit = new_credit(controller, sandbox, open_invoices[0], 3)
    address = f"{url}apply-credit/?credit={credit.api_id}"
    form = fields(text(browser.get(address))) | {"reason": "As agreed"}
    sandbox.put(f"/ip/invoices/{credit.api_id}", {"openBalance": {"code": credit.currency, "value": "-2"}})
    answer = browser.post(address, form)
    again = fields(text(answer))
    assert (answer.status_code, again["amount"], again["previewed"]) == (422, "2.00", "2")
    assert browser.post(address, again).url == url
    assert open_now(credit) == 0


def test_small_balances_of_many(browser, open_invoices, sandbox):
    first, second = open_invoices[:2]
    Invoice.objects.filter(pk=first.pk).update(open_balance=Decimal("0.75"))
    sandbox.put(
        f"/ip/invoices/{first.api_id}",
        {"openBalance": {"code": first.currency, "value": "0.75"}, "status": 1},
    )
    url = "/s/demo/invoices/write-off/"
    form = fields(text(browser.post(url, {"invoice": [first.api_id, second.api_id]})))
    assert "Enter an amount above zero" in text(
        browser.post(url, form | {"step": "preview", "reason": "Small"})
    )
    typed = form | {"step": "preview", "at_most": "1", "reason": "Small", "currency": first.currency}
    preview = text(browser.post(url, typed))
    assert "1 of 2 invoices will be written off" in preview
    assert "More than 1.00" in preview
    Invoice.objects.filter(pk=first.pk).update(status=1)
    answer = browser.post(url, fields(preview) | {"step": "do"})
    change = Change.objects.get()
    assert (answer.status_code, change.amount) == (303, Decimal("0.75"))
    send_batch(str(change.batch))
    done = text(browser.get(answer.url))
    assert "1 of 1 finished" in done
    assert ">0.75 " in done
    assert open_now(first) == 0
