"""Suggestions for lines of one day: the rules of their store, and lines that may be one payment."""

from decimal import Decimal

import pytest

from arportal.receivables.bank.keeping import take_in
from arportal.receivables.matching.suggestion import Tier
from arportal.receivables.matching.suggestions import suggest
from arportal.receivables.models import BankLine, BankRules
from tests.receivables.bank.test_keeping import a_file

DOUBT = "Another open line may be the same payment"


def first_of(actor, line: BankLine):
    return suggest(actor, [BankLine.objects.with_left().get(pk=line.pk)])[line.pk].items[0]


@pytest.fixture
def lines(clerk, open_invoices) -> list[BankLine]:
    """One that names an invoice and pays it exactly, one of the same amount that names nothing; one account."""
    invoice = open_invoices[0]
    amount = f"{invoice.open_balance:.2f}"
    days = [(amount, f"Invoice {invoice.number}"), (amount, "thanks")]
    take_in(clerk, "day.sta", a_file(*days, currency=invoice.currency))
    return list(BankLine.objects.order_by("number"))


def test_nothing_is_ready_that_the_same_account_has_paid_twice(clerk, lines):
    found = first_of(clerk, lines[0])
    assert (found.tier, found.doubts) == (Tier.LIKELY, (DOUBT,))


@pytest.mark.parametrize(
    "other",
    [
        {"payer_account": "DE78"},
        {"payer_account": ""},
        {"amount": 1},
        {"currency": "XXX"},
        {"amount": -1},
        {"is_done": True},
    ],
)
def test_another_payment_is_no_rival(clerk, lines, other):
    BankLine.objects.filter(pk=lines[1].pk).update(**other)
    found = first_of(clerk, lines[0])
    assert (found.tier, found.doubts) == (Tier.READY, ())


def test_two_without_an_account_are_two_payers(clerk, lines):
    BankLine.objects.update(payer_account="")
    assert first_of(clerk, lines[0]).tier == Tier.READY
    # Unless both name the invoice, whatever else they pay.
    BankLine.objects.filter(pk=lines[1].pk).update(tokens=lines[0].tokens, amount=1)
    assert first_of(clerk, lines[0]).doubts == (DOUBT,)


def test_a_line_of_another_store_is_no_rival(clerk, lines, other_store):
    BankLine.objects.filter(pk=lines[1].pk).update(store=other_store)
    assert first_of(clerk, lines[0]).tier == Tier.READY


def test_the_tolerance_is_that_of_the_store_and_none_without_one(clerk, lines, other_store):
    BankRules.objects.create(store=other_store, tolerances={lines[0].currency: "5.00"})
    BankLine.objects.filter(pk=lines[0].pk).update(amount=lines[0].amount - Decimal("0.50"))
    within = "Within the tolerance"
    assert within not in first_of(clerk, lines[0]).reasons
    rules = BankRules.objects.create(store=clerk.store, tolerances={"XXX": "5.00"})
    assert within not in first_of(clerk, lines[0]).reasons
    rules.tolerances = {lines[0].currency: "0.50"}
    rules.save()
    assert within in first_of(clerk, lines[0]).reasons
