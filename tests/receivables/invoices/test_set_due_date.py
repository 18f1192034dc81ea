"""Changing a due date: the day alone, as it was agreed, also while the company pays."""

import datetime as dt
import uuid

import pytest

from arportal.mirror.models import Invoice
from arportal.receivables.changes.errors import Conflict, Invalid
from arportal.receivables.changes.verb import perform
from arportal.receivables.invoices.edit_invoice import read_afresh
from arportal.receivables.invoices.invoice_values import values_of
from arportal.receivables.invoices.set_due_date import SetDueDate
from arportal.receivables.models import Change
from arportal.stores.models import Store

State = Change.State
AGREED = dt.date(2027, 1, 31)


@pytest.fixture
def invoice(controller, open_invoices) -> Invoice:
    return read_afresh(controller, open_invoices[0].api_id)


@pytest.fixture
def form(controller, invoice):
    """The form, with the invoice as it is shown from the outset."""
    seen = values_of(invoice, controller.store.zone)

    def form(due_on: dt.date = AGREED, reason: str = "As agreed") -> SetDueDate:
        return SetDueDate(
            actor=controller,
            change_id=uuid.uuid4(),
            invoice_id=invoice.api_id,
            due_on=due_on,
            seen=seen,
            reason=reason,
        )

    return form


def held(sandbox, invoice: Invoice) -> dict:
    """What the store has of it, but for when that was written."""
    found = sandbox.get(f"/ip/invoices/{invoice.api_id}")
    return {name: value for name, value in found.items() if name != "updatedAt"}


def test_it_works(form, invoice, sandbox):
    before, was = held(sandbox, invoice), invoice.due_on
    change = perform(form())
    assert (change.state, change.amount, change.payload["reason"]) == (State.APPLIED, None, "As agreed")
    assert (change.before, change.after) == ({"due_on": was.isoformat()}, {"due_on": "2027-01-31"})
    invoice.refresh_from_db()
    assert invoice.due_on == AGREED
    after = held(sandbox, invoice)
    assert {name for name in after if after[name] != before[name]} == {"dueDate"}


def test_a_payment_meanwhile_is_no_obstacle(form, invoice, sandbox):
    shown = form()
    left = {"code": invoice.currency, "value": "1.00"}
    sandbox.put(f"/ip/invoices/{invoice.api_id}", {"openBalance": left, "status": 1})
    assert perform(shown).state == State.APPLIED
    assert held(sandbox, invoice)["openBalance"]["value"] == "1.0000"


def test_another_due_date_meanwhile_is_not_written_over(form, invoice, sandbox):
    shown = form()
    sandbox.put(f"/ip/invoices/{invoice.api_id}", {"dueDate": 1_800_000_000})
    with pytest.raises(Conflict, match="changed since it was shown") as refused:
        perform(shown)
    assert refused.value.now["due_on"] == "2027-01-15"
    assert held(sandbox, invoice)["dueDate"] == 1_800_000_000


def test_what_is_refused(form, invoice, sandbox):
    cases = [
        (form(due_on=invoice.due_on), "", "Nothing was changed"),
        (form(due_on=invoice.issued_on - dt.timedelta(days=1)), "due_on", "before the invoice date"),
        (form(reason=" "), "reason", "Give a reason"),
    ]
    for refused, field, words in cases:
        with pytest.raises(Invalid, match=words) as broken:
            perform(refused)
        assert set(broken.value.fields) == {field}
    assert sandbox.writes() == []


def test_no_day_of_a_closed_month(form, invoice, store):
    until = invoice.issued_on + dt.timedelta(days=9)
    Store.objects.filter(pk=store.pk).update(closed_until=until)
    with pytest.raises(Invalid, match="The books are closed") as refused:
        perform(form(due_on=until))
    assert set(refused.value.fields) == {"due_on"}
    assert perform(form(due_on=until + dt.timedelta(days=1))).state == State.APPLIED


def test_what_is_paid_is_due_no_more(form, invoice, sandbox):
    shown = form()
    nothing = {"code": invoice.currency, "value": "0"}
    sandbox.put(f"/ip/invoices/{invoice.api_id}", {"openBalance": nothing, "status": 2})
    with pytest.raises(Invalid, match="Nothing is open"):
        perform(shown)
