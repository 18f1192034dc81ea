"""How much of a payment may go to an invoice when it is edited."""

import uuid
from decimal import Decimal

import pytest
from django.db.models import F
from django.utils import timezone

from arportal.b2b import Money
from arportal.mirror.models import Invoice
from arportal.receivables.allocation.allocations import Allocation
from arportal.receivables.changes.errors import Conflict
from arportal.receivables.models import Change
from arportal.receivables.payments import allocation_limits as module
from arportal.receivables.payments.allocation_limits import (
    AllocationLimit,
    allocation_limits,
    check_limits,
    check_still_open,
    exceeds,
    open_before,
)
from arportal.receivables.payments.payment_contents import line, shown
from tests.receivables.asking import ask

OWN, GONE = 1, 2


def limit(has: str, left: str | None, currency: str = "USD") -> AllocationLimit:
    most = None if left is None else Money(Decimal(left), currency)
    return AllocationLimit(OWN, None, has=Money(Decimal(has), currency), left=most)


def reason(of: AllocationLimit, amount: str, may_overpay: bool = False) -> str:
    """The reason against it, "" when there is none."""
    reasons = check_limits({OWN: of}, [Allocation(OWN, Decimal(amount))], may_overpay)
    return reasons.get(f"amount-{OWN}", [""])[0]


@pytest.mark.parametrize(
    ("has", "left", "amount", "is_exceeded"),
    [
        ("0", "10", "10", False),
        ("0", "10", "10.01", True),
        # Less is open by now than it holds: it may stay, or become less.
        ("5", "3", "5", False),
        ("5", "3", "4", False),
        ("5", "3", "5.01", True),
        # Nobody knows the most of an invoice that is gone; other words refuse it.
        ("5", None, "99", False),
    ],
)
def test_it_works(has, left, amount, is_exceeded):
    assert limit(has, left).is_exceeded_by(Decimal(amount)) is is_exceeded
    assert exceeds({OWN: limit(has, left)}, [Allocation(OWN, Decimal(amount))]) is is_exceeded


@pytest.mark.parametrize(
    ("of", "amount", "words"),
    [
        (limit("0", "10"), "10", ""),
        (limit("0", "10"), "0.01", ""),
        (limit("0", "10"), "0", "Enter an amount above zero."),
        (limit("0", "10"), "10.01", "Only 10.00 USD can be allocated to this invoice."),
        (limit("0", "10"), "0.001", "USD has 2 decimals."),
        (limit("0", "10", "JPY"), "0.5", "JPY has 0 decimals."),
        (limit("0", "10", "KWD"), "0.005", ""),
        # The store holds four decimals: what it has may stay as it is.
        (limit("0.0051", "10"), "0.0051", ""),
        (limit("2", None), "1", "The store no longer has this invoice: leave its amount empty."),
    ],
)
def test_the_reason_against_an_amount(of, amount, words):
    assert reason(of, amount) == words


def test_more_than_is_open_where_that_is_wanted():
    assert reason(limit("0", "10"), "10.01", may_overpay=True) == ""
    assert reason(limit("0", "10"), "10.001", may_overpay=True) == "USD has 2 decimals."


def test_an_invoice_that_is_not_among_them():
    elsewhere = [Allocation(77, Decimal(1))]
    assert check_limits({OWN: limit("0", "10")}, elsewhere, True) == {
        "amount-77": ["This company has no such open invoice."]
    }
    assert not exceeds({OWN: limit("0", "10")}, elsewhere)


def test_nothing_left_at_all():
    assert check_limits({}, [], True) == {
        "": ["Leave an amount on at least one invoice, or delete the payment."]
    }


def test_what_is_open_is_written_down_but_for_what_is_gone():
    limits = {OWN: limit("2", "10.5"), GONE: limit("2", None)}
    allocations = [Allocation(OWN, Decimal(1)), Allocation(GONE, Decimal(1))]
    assert open_before(limits, allocations) == {"1": "10.5"}


def test_its_own_invoices_come_first_then_the_other_open_ones(controller, split_payment, open_invoices):
    first, second = open_invoices[:2]
    limits = allocation_limits(controller, split_payment, shown(split_payment))
    assert list(limits)[:2] == [first.api_id, second.api_id]
    others = list(limits.values())[2:]
    same = Invoice.objects.filter(company_id=first.company_id, currency=first.currency).outstanding()
    wanted = same.exclude(api_id__in=[first.api_id, second.api_id]).order_by("issued_on", "api_id")
    assert [each.invoice_id for each in others] == list(wanted.values_list("api_id", flat=True))
    assert {each.has.amount for each in others} <= {Decimal(0)}
    assert [limits[each.api_id].has.amount for each in (first, second)] == [2, 1]
    # What it takes off the balance now is open to it again.
    is_open = Invoice.objects.get(pk=first.pk).open_balance
    assert limits[first.api_id].left == Money(is_open + 2, split_payment.currency)
    controller.all_companies = False
    limits = allocation_limits(controller, split_payment, shown(split_payment))
    assert {each: limit.invoice for each, limit in limits.items()} == {
        first.api_id: None,
        second.api_id: None,
    }


def test_an_overpaid_invoice_has_nothing_left_and_one_of_the_other_currency_none(
    controller, split_payment, open_invoices
):
    first, second = open_invoices[:2]
    Invoice.objects.filter(pk=first.pk).update(open_balance=-5)
    Invoice.objects.filter(pk=second.pk).update(currency="XTS", open_balance=F("open_balance"))
    limits = allocation_limits(controller, split_payment, shown(split_payment))
    assert limits[first.api_id].left == Money(Decimal(0), split_payment.currency)
    assert (limits[second.api_id].invoice, limits[second.api_id].left) == (None, None)


@pytest.fixture
def still_open(controller, open_invoices, monkeypatch):
    """True if an edit may go out. The payment counts with 2 on the first invoice; it is asked for `amount` on one of
    the two, when `then` could go there, and so much is open there `now`."""
    has = [line(open_invoices[0].api_id, Decimal(2))]
    monkeypatch.setattr(module, "refresh_invoices", lambda _store, _invoice_ids: None)

    def still_open(index: int, amount: str, *, then: str, now: str, **becomes) -> bool:
        invoice, currency = open_invoices[index], open_invoices[index].currency
        Invoice.objects.filter(pk=invoice.pk).update(open_balance=now, **becomes)
        change = ask(
            controller,
            uuid.uuid4(),
            Change.Verb.EDIT_PAYMENT,
            company_id=invoice.company_id,
            target_id=61,
            payload={"lines": [line(invoice.api_id, Decimal(amount))], "currency": currency},
            before={"applied": 1, "status": 2, "lines": has, "open": {str(invoice.api_id): then}},
        )
        try:
            check_still_open(change)
        except Conflict:
            return False
        finally:
            change.delete()
        return True

    return still_open


def test_what_has_waited_is_looked_at_again(still_open):
    """It is on its way itself, and does not stand in its own light."""
    first, new = 0, 1
    assert still_open(first, "5", then="5", now="3")  # Nothing has changed.
    assert still_open(first, "5", then="20", now="10")  # Less, but more than enough.
    assert still_open(first, "5", then="20", now="3")  # Just enough.
    assert not still_open(first, "5", then="5", now="2.99")
    # It was too much when it was asked for, and that was wanted; there was nothing left at all even.
    assert still_open(first, "9", then="5", now="3")
    assert still_open(new, "3", then="0", now="-5")
    assert still_open(first, "2", then="4", now="-1")  # As it was: no more goes there than did.
    assert still_open(new, "3", then="3", now="3")
    assert not still_open(new, "3", then="3", now="2.99")
    assert not still_open(new, "3", then="3", now="-5")


@pytest.mark.parametrize(
    "becomes",
    [{"gone_at": timezone.now()}, {"company_id": 1}, {"currency": "XTS"}],
    ids=lambda each: next(iter(each)),
)
def test_what_has_waited_for_an_invoice_that_is_no_longer_theirs(still_open, becomes):
    assert not still_open(1, "1", then="50", now="50", **becomes)
    assert not still_open(0, "3", then="50", now="50", **becomes)
