"""Amounts on their way to the store."""

import uuid
from decimal import Decimal

import pytest
from django.utils import timezone

from arportal.b2b import Money
from arportal.mirror.models import Invoice
from arportal.receivables.allocation.on_the_way import PAYING, being_moved, coming, on_the_way
from arportal.receivables.models import Change
from arportal.stores.models import Store

Verb, State = Change.Verb, Change.State
COMPANY, FIRST, SECOND = 31, 990_205, 990_206


@pytest.fixture
def under_way(clerk):
    """Writes down a change that pays so much on invoices, and whose payment had so much there before."""

    def under_way(
        verb: Change.Verb, pays: dict[int, str], has: dict[int, str] | None = None, **about
    ) -> Change:
        def lines(amounts):
            return {"lines": [{"invoice_id": each, "amount": amount} for each, amount in amounts.items()]}

        content = {"payload": lines(pays), "before": lines(has) if has else {}}
        row = {
            "store": clerk.store,
            "actor": clerk,
            "company_id": COMPANY,
            "verb": verb,
            "state": State.ASKED,
        }
        return Change.objects.create(id=uuid.uuid4(), **row | content | about)

    return under_way


def test_it_works(under_way, clerk):
    """Recordings that wait too; of an edit what it adds."""
    under_way(Verb.RECORD_PAYMENT, {FIRST: "3", SECOND: "1.5"}, state=State.WAITING)
    under_way(Verb.EDIT_PAYMENT, {FIRST: "5", SECOND: "1"}, {FIRST: "2", SECOND: "4"}, state=State.UNKNOWN)
    under_way(Verb.WRITE_OFF, {SECOND: "7"}, state=State.APPLIED)
    assert on_the_way(clerk) == {FIRST: Decimal(6), SECOND: Decimal("8.5")}
    assert on_the_way(clerk, [COMPANY], PAYING) == {FIRST: Decimal(6), SECOND: Decimal("1.5")}
    assert on_the_way(clerk, [COMPANY + 1]) == {}
    clerk.all_companies, clerk.company_ids = False, [COMPANY + 1]
    assert on_the_way(clerk) == {}


def test_what_is_not_on_the_way(under_way, clerk):
    """What is over, of another store, and a write-off that waits: it is refused once the balance has changed."""
    under_way(Verb.RECORD_PAYMENT, {FIRST: "1"}, state=State.REFUSED)
    under_way(Verb.RECORD_PAYMENT, {FIRST: "1"}, state=State.APPLIED, mirrored_at=timezone.now())
    elsewhere = Store.objects.create(slug="other", name="Other", store_hash="other")
    under_way(Verb.RECORD_PAYMENT, {FIRST: "1"}, store=elsewhere)
    under_way(Verb.WRITE_OFF, {FIRST: "1"}, state=State.WAITING)
    under_way(Verb.APPLY_CREDIT, {FIRST: "1"}, state=State.WAITING)
    assert on_the_way(clerk) == {}


def test_balances_that_are_just_written_anew(under_way, clerk):
    write_off = under_way(Verb.WRITE_OFF, {FIRST: "1"}, target_id=FIRST)
    credit = under_way(Verb.APPLY_CREDIT, {SECOND: "1"}, target_id=SECOND, credit_id=SECOND + 1)
    under_way(Verb.WRITE_OFF, {SECOND: "1"}, target_id=SECOND + 2, state=State.WAITING)
    under_way(Verb.EDIT_INVOICE, {}, target_id=SECOND + 3)
    asked = [FIRST, SECOND, SECOND + 1, SECOND + 2, SECOND + 3]
    assert being_moved(clerk.store, asked) == {FIRST: write_off, SECOND: credit, SECOND + 1: credit}


def test_what_todays_figures_are_still_to_go_down_by(under_way, clerk):
    """In each currency; write-offs are no payments, and nobody is told of invoices they cannot see."""
    for number, currency in ((FIRST, "EUR"), (SECOND, "USD"), (SECOND + 1, "EUR"), (SECOND + 2, "CHF")):
        about = {"company_id": COMPANY, "original_balance": 9, "open_balance": 9, "status": 0}
        Invoice.objects.create(store=clerk.store, api_id=number, currency=currency, **about)
    under_way(Verb.RECORD_PAYMENT, {FIRST: "3", SECOND: "1", SECOND + 1: "0.5", SECOND + 9: "4"})
    under_way(Verb.EDIT_PAYMENT, {SECOND + 2: "1"}, {SECOND + 2: "1"})
    under_way(Verb.WRITE_OFF, {FIRST: "2"})
    assert coming(clerk) == {"EUR": Money(Decimal("3.5"), "EUR"), "USD": Money(Decimal(1), "USD")}
    assert coming(clerk, [COMPANY + 1]) == {}
