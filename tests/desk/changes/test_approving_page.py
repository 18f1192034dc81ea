"""The pages on which a second person approves."""

import re
import uuid
from decimal import Decimal

import pytest

from arportal.receivables.models import Change
from tests.whole import only_whole

State = Change.State


@pytest.fixture
def waiting(clerk, open_invoices) -> Change:
    """A recording of 5 of one invoice that waits for a second person."""
    invoice = open_invoices[0]
    return Change.objects.create(
        id=uuid.uuid4(),
        store=clerk.store,
        actor=clerk,
        verb=Change.Verb.RECORD_PAYMENT,
        state=State.WAITING,
        company_id=invoice.company_id,
        amount=Decimal(5),
        currency=invoice.currency,
        payload={
            **{
                "currency": invoice.currency,
                "payer_name": "Ada",
                "reference": "C-1",
                "memo": "",
                "status": 1,
            },
            "lines": [{"invoice_id": invoice.api_id, "amount": "5"}],
        },
    )


def address(change: Change, verb: str = "") -> str:
    return f"/s/demo/changes/{change.pk}/{verb}"


def test_it_works(controller, waiting, open_invoices, browse):
    browser = browse(controller)
    assert b"Record payment" in browser.get("/s/demo/approvals/").content
    page = browser.get(address(waiting)).content.decode()
    assert all(words in page for words in ("Approve and send", open_invoices[0].number, "Ada", "C-1"))
    page = browser.post(address(waiting, "approve/"), follow=True).content.decode()
    assert "The store has confirmed it." in page
    assert b"Nothing to approve" in browser.get("/s/demo/approvals/").content


def test_the_navigation_counts_what_waits_and_an_amount_of_nothing_is_told_too(
    controller, viewer, waiting, browse
):
    """Money of 0.00 is false to a template."""
    assert '<span class="count">1</span>' in browse(controller).get("/s/demo/").content.decode()
    assert "To approve" not in browse(viewer).get("/s/demo/").content.decode()
    Change.objects.filter(pk=waiting.pk).update(amount=0)
    for page in ("/s/demo/approvals/", address(waiting)):
        words = re.sub("<[^>]*>", "", browse(controller).get(page).content.decode())
        assert f"0.00 {waiting.currency}" in words or f"{waiting.currency} 0.00" in words, page


def test_rejecting_without_a_reason_says_so_beside_the_field(controller, waiting, browse):
    answer = browse(controller).post(address(waiting, "reject/"), {"reason": " "})
    assert (answer.status_code, b'id="reason_error"' in answer.content) == (422, True)


def test_who_asked_reads_why_not_and_tries_again(clerk, controller, waiting, browse):
    browse(controller).post(address(waiting, "reject/"), {"reason": "<b>Other</b> invoice"})
    page = browse(clerk).get(address(waiting)).content.decode()
    assert "Controller did not approve it: &lt;b&gt;Other&lt;/b&gt; invoice" in page
    assert f"?again={waiting.pk}" in page


def test_who_asked_is_offered_to_withdraw_only(clerk, waiting, browse):
    page = browse(clerk).get(address(waiting)).content.decode()
    assert ("Approve and send" not in page, "Withdraw" in page) == (True, True)
    assert browse(clerk).post(address(waiting, "withdraw/"), follow=True).status_code == 200
    waiting.refresh_from_db()
    assert waiting.state == State.REFUSED


def test_approving_ones_own_is_refused(controller, waiting, browse):
    Change.objects.update(actor=controller)
    assert browse(controller).post(address(waiting, "approve/")).status_code == 403


def test_the_second_of_two_is_told_what_the_first_did(admin, controller, waiting, browse):
    browse(controller).post(address(waiting, "approve/"))
    page = browse(admin).post(address(waiting, "approve/"), follow=True).content.decode()
    assert "It no longer waits: Done." in page


@only_whole("desk/test_tenants.py::test_another_store_does_not_exist")
def test_of_another_store(books, waiting, browse):
    assert browse(books).post(f"/s/books/changes/{waiting.pk}/approve/").status_code == 404
