"""One payment's page: what it paid, its papers, and all that was done with it."""

import re
import uuid

import pytest

from arportal.mirror.models import Invoice, Payment, Receipt
from arportal.receivables.changes.verb import perform
from arportal.receivables.models import Change
from arportal.receivables.payments.delete_payment import DeletePayment
from arportal.receivables.payments.payment_contents import shown
from arportal.stores.models import Membership
from tests.verbs import set_status
from tests.whole import only_whole


@pytest.fixture
def open_page(browse, controller, split_payment):
    """The payment's page as text, by default as a controller sees it."""

    def open_page(actor=controller, rest="", status=200):
        answer = browse(actor).get(f"/s/demo/payments/{split_payment.api_id}/{rest}")
        assert answer.status_code == status
        return answer.content.decode()

    return open_page


def test_it_works(open_page, controller, split_payment, open_invoices):
    text = open_page()
    receipt = Receipt.objects.visible_to(controller).get(payment_id=split_payment.api_id).api_id
    assert f'<a href="/s/demo/receipts/{receipt}/">#{receipt}</a>' in text
    for invoice in open_invoices[:2]:
        assert f'<a href="/s/demo/invoices/{invoice.api_id}/">{invoice.number}</a>' in text
    assert "Accounts payable" in text
    assert f"/s/demo/payments/{split_payment.api_id}/status/4/" in text
    Invoice.objects.filter(pk=open_invoices[0].pk).update(api_id=555_555)
    assert "not one of your invoices" in open_page()


@only_whole("desk/lists/test_prev_next.py::test_it_works")
def test_from_one_payment_to_the_next(browse, controller):
    queue = browse(controller).get("/s/demo/payments/?status=all").content.decode()
    address = re.search(r'href="(/s/demo/payments/\d+/\?from=[^"]*)"', queue)[1].replace("&amp;", "&")
    page = browse(controller).get(address).content.decode()
    assert 'rel="next"' in page
    assert "status%3Dall" in page


@only_whole("test_it_works")
def test_a_buyers_payment_shows_what_the_gateway_said(browse, controller):
    online = Payment.objects.visible_to(controller).exclude(module_name="payments_offline")[0]
    text = browse(controller).get(f"/s/demo/payments/{online.api_id}/").content.decode()
    said = online.raw["moduleData"]["transactions"][0]
    assert said["transactionId"] in text
    assert f"ending in {said['card']['last4']}" in text
    assert f"/s/demo/payments/{online.api_id}/edit/" not in text


@only_whole("test_it_works")
def test_it_is_read_from_the_store_when_asked(open_page, split_payment, sandbox):
    sandbox.put(f"/ip/payments/{split_payment.api_id}/processing-status", {"processingStatus": 3})
    text = open_page(rest="read/")
    assert "read from the store just now" in text
    assert "Completed</span>" in text
    sandbox.fault("500", method="GET", count=20)
    assert "cannot be reached" in open_page(rest="read/", status=422)


def test_the_whole_history(open_page, controller, split_payment):
    set_status(controller, uuid.uuid4(), split_payment.api_id, 3)
    text = open_page()
    change = Change.objects.get()
    assert "Processing → Completed" in text
    assert f"/s/demo/changes/{change.pk}/" in text
    assert controller.user.name in text


@only_whole("test_the_whole_history")
def test_the_history_says_why_not_and_by_which_request(open_page, controller, split_payment, sandbox):
    sandbox.fault("body_422", method="PUT")
    set_status(controller, uuid.uuid4(), split_payment.api_id, 3)
    Change.objects.update(request_id="req-17", approved_by=controller)
    text = open_page()
    assert "The store refused" in text
    assert "request req-17" in text
    assert f"approved by {controller.user.name}" in text


@only_whole("desk/payments/test_moving_page.py::test_buttons_follow_role_and_allowed_statuses")
def test_who_may_do_what(open_page, split_payment, viewer, clerk, controller):
    page = f"/s/demo/payments/{split_payment.api_id}"
    for actor, sees in ((viewer, []), (clerk, []), (controller, ["edit", "delete"])):
        text = open_page(actor)
        assert [rest for rest in ("edit", "delete") if f"{page}/{rest}/" in text] == sees, actor


@only_whole("test_it_works")
def test_operations_only_where_they_are_offered(open_page, controller, split_payment, sandbox):
    assert "/operations/" not in open_page()
    sandbox.control("PUT", "quirks", {"apply_on": "completed"})
    assert f"/s/demo/payments/{split_payment.api_id}/operations/1/" in open_page(rest="read/")


@only_whole("desk/payments/test_payment_queue.py::test_what_is_being_moved_has_no_buttons")
def test_while_something_is_under_way_nothing_else_is_offered(open_page, controller, split_payment, sandbox):
    sandbox.fault("drop_before", method="PUT")
    set_status(controller, uuid.uuid4(), split_payment.api_id, 3)
    text = open_page()
    assert "is being confirmed" in text
    assert "/edit/" not in text


@pytest.fixture
def deleted(controller, split_payment):
    return perform(
        DeletePayment(
            actor=controller,
            change_id=uuid.uuid4(),
            payment_id=split_payment.api_id,
            seen=shown(split_payment),
            reason="entered twice",
        )
    )


def test_a_deleted_payment_says_what_became_of_it(open_page, deleted, open_invoices, clerk):
    text = open_page(status=410)
    assert "entered twice" in text
    assert f"Invoice {open_invoices[0].number}" in text
    assert "Accounts payable" in text
    # That of others does not exist.
    Membership.objects.filter(pk=clerk.pk).update(all_companies=False, company_ids=[1])
    open_page(clerk, status=404)
