"""Deleting a payment and operating on one: what is said first, and what comes back when it cannot be."""

import re

import pytest

from arportal.mirror.models import Invoice, Payment
from arportal.receivables.models import Change
from arportal.stores.models import Store
from tests.whole import only_whole, whole_or

SURE = {"reason": "entered twice", "sure": "on"}


@pytest.fixture
def form(browse, controller, split_payment):
    return Form(browse(controller), f"/s/demo/payments/{split_payment.api_id}/delete/")


class Form:
    """A page that asks, as a browser without JavaScript fills and sends it."""

    def __init__(self, browser, url):
        self.browser, self.url = browser, url
        answer = browser.get(url)
        assert answer.status_code == 200
        self.page = answer.content.decode()
        self.fields = hidden(self.page)

    def send(self, **changed):
        return self.browser.post(self.url, self.fields | changed)


def hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input[^>]* name="(change_id|seen)"[^>]*? value="([^"]*)"', page))


def test_it_works(form, split_payment, open_invoices):
    for invoice in open_invoices[:2]:
        assert invoice.number in form.page
        assert f"{invoice.open_balance:,.2f}" in form.page
    assert "Its receipts are deleted with it" in form.page
    assert "No money is sent back" in form.page
    answer = form.send(**SURE)
    assert (answer.status_code, answer["Location"]) == (303, "/s/demo/payments/")
    assert not Payment.objects.filter(api_id=split_payment.api_id, gone_at=None).exists()


@only_whole("test_it_works")
def test_of_a_buyers_payment_it_says_where_the_money_is(browse, controller):
    online = Payment.objects.visible_to(controller).exclude(module_name="payments_offline")[0]
    assert "It was paid online" in Form(browse(controller), f"/s/demo/payments/{online.api_id}/delete/").page


def test_without_what_it_needs(form, sandbox):
    cases = [
        ({"reason": "", "sure": "on"}, "Give a reason"),
        ({"reason": "entered twice"}, "Tick this to continue."),
        (SURE | {"seen": "forged"}, "out of date"),
        (SURE | {"change_id": ""}, "out of date"),
    ]
    for sent, words in whole_or(cases, cases[:3:2]):
        answer = form.send(**sent)
        assert answer.status_code == 422, sent
        assert words in answer.content.decode(), sent
    assert sandbox.writes() == []
    # What was entered comes back.
    assert 'value="entered twice"' in form.send(reason="entered twice").content.decode()


@only_whole("desk/payments/test_moving_page.py::test_a_stale_row_comes_back_with_both_versions")
def test_changed_meanwhile_it_has_to_be_confirmed_anew(form, split_payment, sandbox):
    sandbox.put(f"/ip/payments/{split_payment.api_id}/processing-status", {"processingStatus": 3})
    answer = form.send(**SURE)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "<strong>Completed</strong>" in page
    assert "checked" not in page
    assert form.browser.post(form.url, hidden(page) | SURE).status_code == 303


@only_whole("test_it_works")
def test_a_double_click_is_one_deletion(form, sandbox):
    first, second = form.send(**SURE), form.send(**SURE)
    assert first["Location"] == second["Location"] == "/s/demo/payments/"
    assert len(sandbox.writes()) == 1


@only_whole("test_it_works")
def test_gone_already(form, split_payment, sandbox):
    sandbox.delete(f"/ip/payments/{split_payment.api_id}")
    assert form.send(**SURE).status_code == 404


@only_whole("desk/recording/test_record_payment.py::test_the_store_refuses")
def test_what_the_store_refuses(form, sandbox):
    sandbox.fault("body_422", method="DELETE")
    answer = form.send(**SURE)
    assert answer.status_code == 422
    assert "The store refused" in answer.content.decode()
    assert hidden(answer.content.decode())["change_id"] != form.fields["change_id"]


@only_whole("test_it_works")
def test_an_unclear_answer_leads_to_the_change(form, sandbox):
    sandbox.fault("drop_after", method="DELETE")
    assert form.send(**SURE)["Location"] == f"/s/demo/changes/{Change.objects.get().pk}/"


def test_above_the_limit_it_waits(form, split_payment):
    Store.objects.update(approval_limits={split_payment.currency: "1"})
    answer = form.send(**SURE)
    page = form.browser.get(answer["Location"]).content.decode()
    assert "Waiting for approval" in page
    assert "entered twice" in page


@pytest.fixture
def operation(browse, controller, sandbox, request):
    """Taking a payment of 2 and 1 on balances, in a store that waits with that for Completed."""
    sandbox.control("PUT", "quirks", {"apply_on": "completed"})
    payment = request.getfixturevalue("split_payment")
    return Form(browse(controller), f"/s/demo/payments/{payment.api_id}/operations/0/")


def test_an_operation(operation, open_invoices):
    now = Invoice.objects.get(pk=open_invoices[0].pk).open_balance
    assert f"{now:,.2f}" in operation.page
    assert f"{now - 2:,.2f}" in operation.page
    assert operation.send().status_code == 303
    assert Invoice.objects.get(pk=open_invoices[0].pk).open_balance == now - 2


@only_whole("test_an_operation")
def test_an_operation_refused(operation, sandbox, split_payment):
    sandbox.put(f"/ip/payments/{split_payment.api_id}/processing-status", {"processingStatus": 3})
    answer = operation.send()
    assert answer.status_code == 422
    assert "<strong>Completed</strong>" in answer.content.decode()


@only_whole("test_an_operation")
def test_an_operation_nobody_offers(browse, controller, split_payment):
    for number in (0, 3, 999):
        url = f"/s/demo/payments/{split_payment.api_id}/operations/{number}/"
        assert browse(controller).get(url).status_code == 404, number


@only_whole("test_an_operation")
def test_an_operation_on_an_odd_form_and_one_refused_by_the_store(operation, sandbox):
    assert operation.send(seen="forged").status_code == 422
    assert sandbox.writes() == []
    sandbox.fault("body_422", method="POST")
    answer = operation.send()
    assert answer.status_code == 422
    assert "The store refused" in answer.content.decode()
