"""Correcting invoices."""

import uuid
from decimal import Decimal

import pytest
from django.utils import timezone

from arportal.b2b import plain
from arportal.mirror.models import Invoice
from arportal.receivables.changes import changes, state_machine
from arportal.receivables.changes.draft import Draft
from arportal.receivables.changes.errors import Conflict, Invalid, StoreUnreadable
from arportal.receivables.changes.verb import perform, preview
from arportal.receivables.invoices.edit_invoice import (
    EditInvoice,
    check,
    read_afresh,
    warnings,
)
from arportal.receivables.invoices.invoice_values import values_of
from arportal.receivables.models import Change
from tests.whole import whole_or

State = Change.State


@pytest.fixture
def invoice(controller, open_invoices) -> Invoice:
    return read_afresh(controller, open_invoices[0].api_id)


@pytest.fixture
def seen(invoice, store) -> dict:
    return values_of(invoice, store.zone)


@pytest.fixture
def edit(controller, invoice, seen):
    def edit(seen=seen, **wanted) -> Change:
        return perform(
            EditInvoice(
                actor=controller,
                change_id=uuid.uuid4(),
                invoice_id=invoice.api_id,
                seen=seen,
                wanted={**seen, **wanted},
            )
        )

    return edit


@pytest.fixture
def held(invoice, sandbox):
    return lambda: sandbox.get(f"/ip/invoices/{invoice.api_id}")


def test_it_works(edit, held, invoice, sandbox):
    change = edit(po_number="PO-9", due_on="2027-01-31")
    assert (change.state, set(change.after)) == (State.APPLIED, {"po_number", "due_on"})
    assert len(sandbox.writes()) == 1
    assert held()["purchaseOrderNumber"] == "PO-9"
    invoice.refresh_from_db()
    assert invoice.due_on.isoformat() == "2027-01-31"


def test_details_are_sent_whole_with_the_address_put_in(edit, held, seen):
    before = held()["details"]
    edit(billing={**seen["billing"], "city": "Oban"})
    after = held()["details"]
    assert after["header"]["billingAddress"]["city"] == "Oban"
    assert after["details"] == before["details"]
    assert after["header"]["costLines"] == before["header"]["costLines"]


def test_an_invoice_that_was_paid_meanwhile_is_left_alone(edit, invoice, seen, sandbox):
    sandbox.put(
        f"/ip/invoices/{invoice.api_id}", {"openBalance": {"code": invoice.currency, "value": "1.00"}}
    )
    before = len(sandbox.writes())
    with pytest.raises(Conflict) as refused:
        edit(po_number="PO-9")
    assert refused.value.now["open_balance"] == "1"
    assert refused.value.seen == seen
    assert len(sandbox.writes()) == before


def test_what_no_invoice_may_become(edit, sandbox, invoice):
    cases = [
        ({}, ""),
        ({"number": ""}, "number"),
        ({"number": Invoice.objects.exclude(pk=invoice.pk)[0].number}, "number"),
        ({"due_on": None}, "due_on"),
        ({"original_balance": "0"}, "original_balance"),
    ]
    for wanted, field in whole_or(cases, [cases[0], cases[2], cases[4]]):
        with pytest.raises(Invalid) as refused:
            edit(**wanted)
        assert field in refused.value.fields, wanted
    assert sandbox.writes() == []


def refusals(invoice: Invoice, **after: str | None) -> dict[str, list[str]]:
    try:
        check(invoice, after)
    except Invalid as refused:
        return refused.fields
    return {}


def test_a_number_is_taken_by_another_invoice_of_the_store_that_is_there(invoice, open_invoices, other_store):
    another = Invoice.objects.filter(pk=open_invoices[1].pk)
    another.update(number="TAKEN")
    assert refusals(invoice, number="TAKEN") == {"number": ["There is already an invoice TAKEN."]}
    assert refusals(invoice, number=" ") == {"number": ["An invoice needs a number."]}
    assert refusals(invoice, number=invoice.number) == refusals(invoice, number="FREE") == {}
    another.update(gone_at=timezone.now())
    assert refusals(invoice, number="TAKEN") == {}
    another.update(gone_at=None, store=other_store)
    assert refusals(invoice, number="TAKEN") == {}


def test_the_least_of_days_and_amounts(invoice):
    assert refusals(invoice, due_on="1970-01-02", original_balance="0.01") == {}
    assert refusals(invoice, due_on="1970-01-01", original_balance="0") == {
        "due_on": ["The store keeps no date before 1970."],
        "original_balance": ["It must be above zero."],
    }


def test_what_never_arrived_is_sent_again(edit, sandbox):
    sandbox.fault("drop_before", method="PUT")
    change = edit(po_number="PO-9")
    later = timezone.now() + 2 * state_machine.QUARANTINE
    change = changes.resume(change, later)
    assert (change.state, change.attempts) == (State.APPLIED, 2)


def test_what_cannot_be_read(controller, invoice, sandbox):
    sandbox.delete(f"/ip/invoices/{invoice.api_id}")
    with pytest.raises(Invalid, match="no longer has this invoice"):
        read_afresh(controller, invoice.api_id)
    sandbox.fault("500", method="GET", count=9)
    with pytest.raises(StoreUnreadable):
        read_afresh(controller, invoice.api_id)


def test_what_somebody_else_wrote_since_is_not_undone(edit, invoice, sandbox):
    sandbox.fault("drop_before", method="PUT")
    change = edit(po_number="PO-9")
    sandbox.put(f"/ip/invoices/{invoice.api_id}", {"purchaseOrderNumber": "theirs"})
    later = timezone.now() + 2 * state_machine.QUARANTINE
    assert changes.resume(change, later).state == State.REFUSED


def test_writing_a_balance_off_may_need_a_second_person(edit, controller, invoice, store, sandbox):
    controller.store.approval_limits = {invoice.currency: "0.01"}
    change = edit(open_balance="0")
    assert (change.state, change.amount) == (State.WAITING, invoice.open_balance)
    assert sandbox.writes() == []


def test_it_moves_the_difference_of_the_balances(controller, invoice, seen):
    less = plain(invoice.open_balance - 1)
    form = EditInvoice(
        actor=controller,
        change_id=uuid.uuid4(),
        invoice_id=invoice.api_id,
        seen=seen,
        wanted={"open_balance": less},
    )
    assert preview(form) == Draft(
        company_id=invoice.company_id,
        before={"open_balance": seen["open_balance"]},
        after={"open_balance": less},
        amount=Decimal(1),
        currency=invoice.currency,
    )


def test_status_and_balance_that_disagree_are_warned_about():
    values = {"status": 2, "open_balance": "5", "original_balance": "9"}
    assert "Marked paid" in warnings(values)[0]
    assert "Marked open" in warnings({**values, "status": 0})[0]
    assert "nothing has been paid" in warnings({**values, "status": 1, "open_balance": "9"})[0]
    assert "more than the original amount" in warnings({**values, "status": 0, "open_balance": "10"})[0]
    assert warnings({**values, "status": 1}) == []
    assert "Marked paid" in warnings({**values, "open_balance": "0.01"})[0]
    assert "Marked open" in warnings({**values, "status": 0, "open_balance": "0.01"})[0]
    assert warnings({**values, "open_balance": "0"}) == []
    assert [warnings({**values, "status": 0, "open_balance": opened}) for opened in ("0", "9")] == [[], []]


def test_amounts_are_compared_by_value(invoice, seen):
    assert seen["open_balance"] == f"{invoice.open_balance.normalize():f}"
    assert Decimal(seen["open_balance"]) == invoice.open_balance
