"""Promises to pay as they are written down and taken back: of what, and by whom. test_judging.py says what becomes
of them."""

import datetime as dt
import uuid
from collections.abc import Collection
from decimal import Decimal

import pytest

from arportal.b2b import Money
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.collections.promises import add_promise, check_promise, owed_for, withdraw_promise
from arportal.receivables.models import PromiseToPay
from arportal.stores.access import NotAllowed
from arportal.stores.models import Membership, Role
from tests.receivables.ledger.books import Books

TODAY = dt.date(2026, 3, 10)


def promise(
    books: Books,
    amount: int = 50,
    invoices: Collection[int] = (),
    form_id: uuid.UUID | None = None,
    actor: Membership | None = None,
) -> PromiseToPay:
    return add_promise(
        actor or books.controller,
        form_id or uuid.uuid4(),
        1,
        Money(Decimal(amount), "EUR"),
        pay_by=TODAY,
        invoice_ids=invoices,
        text="said Ann",
        now=books.moment(TODAY),
    )


def test_it_works(owed):
    promised, another = promise(owed, 100, [1]), promise(owed)
    assert (promised.money, promised.invoice_ids) == (Money(Decimal(100), "EUR"), [1])
    assert (promised.text, promised.pay_by, promised.paid) == ("said Ann", TODAY, 0)
    withdrawn = withdraw_promise(owed.controller, promised.pk, "another company", owed.moment(TODAY))
    withdrawn.refresh_from_db()
    assert withdrawn.state == PromiseToPay.State.WITHDRAWN
    another.refresh_from_db()
    assert another.state == PromiseToPay.State.OPEN


def test_no_more_than_the_company_owes(owed):
    promise(owed)  # Another form.
    refused = {}
    for amount, invoices in ((101, ()), (1, (2,)), (1, (3,)), (1, (4,)), (1, (1, 99))):
        with pytest.raises(Invalid) as wrong:
            promise(owed, amount, invoices)
        refused[amount, invoices] = list(wrong.value.fields)
    assert refused == {
        (101, ()): ["amount"],  # Neither what another company owes counts, nor what is in another currency.
        (1, (2,)): [""],
        (1, (3,)): [""],
        (1, (4,)): [""],
        (1, (1, 99)): [""],
    }


def test_nothing_is_owed_in_a_currency(controller):
    assert owed_for(controller, 1, "XXX", []) == Money(Decimal(0), "XXX")


def test_who_may(owed, colleague):
    form_id, viewer, of_another = uuid.uuid4(), colleague(Role.VIEWER), colleague(companies=[2])
    promised = promise(owed, form_id=form_id)
    for actor in (viewer, of_another):
        with pytest.raises(NotAllowed):
            check_promise(actor, 1, Money(Decimal(1), "EUR"), TODAY, [], TODAY)
        # Not even what is written down already.
        with pytest.raises(NotAllowed):
            promise(owed, form_id=form_id, actor=actor)
    now = owed.moment(TODAY)
    with pytest.raises(NotAllowed):
        withdraw_promise(viewer, promised.pk, "wrong", now)
    with pytest.raises(PromiseToPay.DoesNotExist):
        withdraw_promise(of_another, promised.pk, "wrong", now)
    with pytest.raises(Invalid, match="reason"):
        withdraw_promise(owed.controller, promised.pk, " ", now)
