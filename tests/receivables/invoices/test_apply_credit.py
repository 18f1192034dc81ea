"""Applying credits: two writes that end together, whatever breaks between them, and their undoing."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from arportal.b2b import InvoiceStatus
from arportal.mirror.api.refresh import refresh_invoices
from arportal.mirror.models import Company, Invoice, RequestBudget
from arportal.receivables.changes import changes
from arportal.receivables.changes.errors import Conflict, Invalid
from arportal.receivables.changes.state_machine import QUARANTINE
from arportal.receivables.changes.verb import perform, preview
from arportal.receivables.invoices import apply_credit
from arportal.receivables.ledger.recount import recount
from arportal.receivables.models import Change
from tests.receivables.every_verb import new_credit
from tests.receivables.invoices.moves import Desk
from tests.whole import only_whole, whole_or

State = Change.State


@pytest.fixture
def desk(controller, sandbox, open_invoices) -> Desk:
    return Desk.at(controller, sandbox, open_invoices[0])


def agreed(desk: Desk) -> tuple[Decimal, Decimal]:
    """What is open, and the credit, after reading both: store, mirror and ledger have the same."""
    refresh_invoices(desk.actor.store, [desk.invoice.api_id, desk.credit.api_id])
    (opened,) = desk.balances(desk.invoice)
    (credit,) = desk.balances(desk.credit)
    return opened, credit


def later(change: Change, rounds: int = 1) -> Change:
    for number in range(1, rounds + 1):
        change = changes.resume(change, timezone.now() + number * 2 * QUARANTINE)
    return change


def test_it_works_and_can_be_taken_back(desk, store):
    was, status = desk.at_store(desk.invoice)
    change = desk.apply(5)
    assert (change.state, change.amount) == (State.APPLIED, 5)
    assert agreed(desk) == (was - 5, -45)
    assert desk.at_store(desk.invoice)[1] == InvoiceStatus.PARTIALLY_PAID
    both = [("credit", desk.invoice.api_id, -5), ("credit", desk.credit.api_id, 5)]
    assert sorted(desk.entries(change)) == sorted(both)

    back = desk.undo(change)
    assert back.state == State.APPLIED
    assert agreed(desk) == (was, -50)
    assert desk.at_store(desk.invoice)[1] == status
    assert sorted(amount for _cause, _invoice, amount in desk.entries(back)) == [-5, 5]
    assert recount(store) == 0
    with pytest.raises(Invalid, match="taken back already"):
        desk.undo(change)


def test_what_is_refused(desk, sandbox, controller):
    other = Company.objects.exclude(api_id=desk.invoice.company_id).order_by("api_id")[0]
    elsewhere = Invoice.objects.filter(company_id=other.api_id).order_by("api_id")[0]
    foreign = new_credit(controller, sandbox, elsewhere, 50)
    sandbox.control("DELETE", "requests")
    refused = {
        "amount": [desk.credit_form("50.01"), desk.credit_form(0), desk.credit_form("0.001")],
        "reason": [desk.credit_form(1, reason="")],
        "": [
            desk.credit_form(1, credit_id=foreign.api_id, credit_seen=desk.seen(foreign)),
            desk.credit_form(1, credit_id=desk.invoice.api_id),
            desk.credit_form(1, invoice_id=desk.credit.api_id, seen=desk.seen(desk.credit)),
        ],
    }
    for name, forms in refused.items():
        for form in whole_or(forms, forms[:1]):
            with pytest.raises(Invalid) as broken:
                perform(form)
            assert set(broken.value.fields) == {name}
    shown = desk.credit_form(1)
    less = {"openBalance": {"code": desk.credit.currency, "value": "-30"}}
    sandbox.put(f"/ip/invoices/{desk.credit.api_id}", less)
    with pytest.raises(Conflict):
        perform(shown)
    assert len(sandbox.writes()) == 1


def test_what_cannot_be_applied(desk, controller, sandbox):
    """By the mirror alone, when the company is locked."""
    second = new_credit(controller, sandbox, desk.invoice, 5)
    whole = desk.credit_form(5, credit_id=second.api_id, credit_seen=desk.seen(second))
    draft = preview(whole)
    assert (draft.amount, draft.currency) == (5, desk.invoice.currency)

    def problem(amount: Any = 1, **form: Any) -> dict[str, list[str]]:
        asked = desk.credit_form(amount, **form)
        with pytest.raises(Invalid) as refused:
            asked.check(asked.row())
        return refused.value.fields

    assert problem(amount="50.01") == {"amount": ["This is more than the credit."]}
    assert set(problem(amount="0.001")) == set(problem(amount=0)) == {"amount"}
    no_such = {"": ["This company has no such credit in the currency of the invoice."]}
    assert problem(credit_id=desk.invoice.api_id) == no_such
    shown = desk.seen(desk.invoice)
    Invoice.objects.filter(pk=desk.invoice.pk).update(open_balance=desk.invoice.open_balance - 1)
    assert "changed since it was shown" in problem(seen=shown)[""][0]
    Invoice.objects.filter(pk=desk.credit.pk).update(currency="XTS")
    assert problem() == no_such


def test_a_credit_that_somebody_else_used_is_not_taken_for_ours(desk):
    """At the first attempt nothing of ours can be at the store, though the credit is what we would make of it."""
    form = desk.credit_form(5)
    form.read = lambda row: row
    used = {"openBalance": {"code": desk.credit.currency, "value": "-45"}, "status": 2}
    desk.sandbox.put(f"/ip/invoices/{desk.credit.api_id}", used)
    change = perform(form)
    assert (change.state, "both were left" in change.error) == (State.REFUSED, True)


def test_a_credit_that_changed_since_is_not_taken_back(desk):
    change = desk.apply(5)
    with pytest.raises(Invalid, match="Give a reason"):
        desk.undo(change, reason=" ")
    less = {"openBalance": {"code": desk.credit.currency, "value": "-30"}}
    desk.sandbox.put(f"/ip/invoices/{desk.credit.api_id}", less)
    with pytest.raises(Conflict, match="changed since it was applied"):
        desk.undo(change)


LOST = ["drop_before", "drop_after", "500", "429", "409"]


@pytest.mark.parametrize("kind", whole_or(LOST, LOST[1:2]))
def test_the_second_write_is_lost_and_sent_on_later(desk, store, open_invoices, kind):
    """As when the process dies between the two: the credit is used, the invoice as it was."""
    desk.sandbox.fault(kind, method="PUT", path=f"/ip/invoices/{desk.invoice.api_id}")
    change = desk.apply(5)
    assert change.state == State.UNKNOWN
    RequestBudget.objects.all().delete()  # As if the minute were over for which the store has no room.
    was = desk.invoice.open_balance
    assert agreed(desk) == (was - 5 if kind == "drop_after" else was, -45)
    # The half that is done is known as what it is.
    assert ("credit", desk.credit.api_id, 5) in desk.entries(change)
    elsewhere = Invoice.objects.get(pk=open_invoices[1].pk)
    forms = [desk.credit_form(1), desk.credit_form(1, invoice_id=elsewhere.api_id, seen=desk.seen(elsewhere))]
    for form in forms:
        with pytest.raises(Invalid, match="is being confirmed"):
            perform(form)
    assert later(change).state == State.APPLIED
    assert agreed(desk) == (was - 5, -45)
    both = [("credit", desk.invoice.api_id, -5), ("credit", desk.credit.api_id, 5)]
    assert sorted(desk.entries(change)) == sorted(both)
    assert recount(store) == 0


def test_the_second_write_is_refused_and_the_credit_put_back(desk, store):
    desk.sandbox.fault("422", method="PUT", path=f"/ip/invoices/{desk.invoice.api_id}")
    change = desk.apply(5)
    assert (change.state, "put back as it was" in change.error) == (State.REFUSED, True)
    assert agreed(desk) == (desk.invoice.open_balance, -50)
    # And where it cannot be put back at once, it is later.
    desk.sandbox.fault("422", method="PUT", path=f"/ip/invoices/{desk.invoice.api_id}", count=2)
    desk.sandbox.fault("503", method="PUT", path=f"/ip/invoices/{desk.credit.api_id}", skip=1)
    change = desk.apply(5)
    # Nor is it told that nothing was changed, as of a store that cannot be reached.
    assert (change.state, change.error) == (State.UNKNOWN, "")
    assert (later(change).state, agreed(desk)) == (State.REFUSED, (desk.invoice.open_balance, -50))
    assert recount(store) == 0


def test_the_invoice_is_paid_between_the_two_writes(desk, monkeypatch, store):
    """As much as was to be applied: the credit is put back, and the payment not written over."""
    for kind in whole_or(("in one go", "lost"), ("in one go",)):
        desk.invoice.refresh_from_db()
        was = desk.invoice.open_balance
        if kind == "lost":
            desk.sandbox.fault("drop_before", method="PUT", path=f"/ip/invoices/{desk.invoice.api_id}")
            change = desk.apply(5)
            desk.pay(5)
            change = later(change)
        else:
            between(monkeypatch, lambda: desk.pay(5))
            change = desk.apply(5)
        assert (change.state, "put back as it was" in change.error) == (State.REFUSED, True), kind
        assert agreed(desk) == (was - 5, -50)
    assert recount(store) == 0


def between(monkeypatch, happens: Callable[[], Any]) -> None:
    """Lets something happen once, after the first write."""
    write = apply_credit.write

    def write_then(*args):
        answer = write(*args)
        monkeypatch.setattr(apply_credit, "write", write)
        happens()
        return answer

    monkeypatch.setattr(apply_credit, "write", write_then)


@only_whole("test_the_second_write_is_lost_and_sent_on_later")
def test_a_process_dies_between_the_two_writes(desk, monkeypatch, store):
    def die() -> None:
        raise SystemExit

    between(monkeypatch, die)
    with pytest.raises(SystemExit):
        desk.apply(5)
    change = Change.objects.get()
    was = desk.invoice.open_balance
    assert (change.state, agreed(desk)) == (State.SENT, (was, -45))
    assert (later(change).state, agreed(desk)) == (State.APPLIED, (was - 5, -45))
    assert (len(desk.sandbox.writes()), recount(store)) == (2, 0)


def test_a_process_that_stood_still_between_the_two_writes_sends_no_second(desk, monkeypatch):
    """Another has taken the change over meanwhile."""
    between(monkeypatch, lambda: Change.objects.update(attempts=2))
    desk.apply(5)
    assert [each["path"] for each in desk.sandbox.writes()] == [
        f"/api/v3/io/ip/invoices/{desk.credit.api_id}"
    ]


@only_whole("test_the_second_write_is_lost_and_sent_on_later")
def test_paid_after_it_was_applied_and_the_answer_was_lost(desk):
    desk.sandbox.fault("drop_after", method="PUT", path=f"/ip/invoices/{desk.invoice.api_id}")
    change = desk.apply(5)
    desk.pay(5)
    assert later(change).state == State.APPLIED
    assert agreed(desk) == (desk.invoice.open_balance - 10, -45)


def test_when_nobody_can_tell_a_person_is_asked_to_look(desk):
    desk.sandbox.fault("drop_before", method="PUT", path=f"/ip/invoices/{desk.invoice.api_id}")
    change = desk.apply(5)
    code = desk.invoice.currency
    by_an_erp = {"openBalance": {"code": code, "value": "7.77"}}
    desk.sandbox.put(f"/ip/invoices/{desk.invoice.api_id}", by_an_erp)
    change = later(change)
    assert (change.state, "Look at both" in change.error) == (State.REFUSED, True)
    assert agreed(desk) == (Decimal("7.77"), -45)


@only_whole("test_the_second_write_is_refused_and_the_credit_put_back")
def test_the_invoice_is_gone_when_it_is_sent_on(desk):
    desk.sandbox.fault("drop_before", method="PUT", path=f"/ip/invoices/{desk.invoice.api_id}")
    change = desk.apply(5)
    desk.sandbox.delete(f"/ip/invoices/{desk.invoice.api_id}")
    assert later(change).state == State.REFUSED
    assert desk.at_store(desk.credit)[0] == -50
