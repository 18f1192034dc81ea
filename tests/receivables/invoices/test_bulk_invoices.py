"""Changing and deleting many invoices at once."""

import uuid

import pytest

from arportal.receivables.changes.errors import Invalid
from arportal.receivables.invoices import bulk_invoices
from arportal.receivables.invoices.delete_invoice import GUARDED
from arportal.receivables.invoices.invoice_values import values_of
from arportal.receivables.models import Change
from arportal.receivables.tasks import send_batch
from arportal.stores.access import NotAllowed, Permission
from tests.receivables.asking import ask
from tests.whole import only_whole

State = Change.State


@pytest.fixture
def together(controller, open_invoices):
    ids = [each.api_id for each in open_invoices[:2]]

    def together(wanted, batch=None, actor=controller, reason=""):
        return bulk_invoices.change_together(actor, batch or uuid.uuid4(), ids, wanted, reason)

    return together


def test_many_at_once(together, controller, admin, open_invoices):
    batch = uuid.uuid4()
    # The same form again asks for nothing more, and is nobody else's.
    assert together({"due_on": "2027-02-28"}, batch) == together({"due_on": "2027-02-28"}, batch) == 2
    with pytest.raises(Invalid, match="already used"):
        together({"due_on": "2027-02-28"}, batch, admin)
    assert Change.objects.filter(batch=batch).count() == 2
    send_batch(batch=str(batch))
    assert {each.state for each in bulk_invoices.changes_in(controller, batch)} == {State.APPLIED}
    open_invoices[0].refresh_from_db()
    assert open_invoices[0].due_on.month == 2


def test_what_is_so_already_is_left_out(together, controller, open_invoices, store):
    due = values_of(open_invoices[0], store.zone)["due_on"]
    found = bulk_invoices.outlooks(controller, open_invoices[:1], {"due_on": due})
    assert found[0].refusal == "It is so already; nothing changes."


def test_the_outlook_of_each(controller, clerk, open_invoices, store):
    """As the page shows it, before anybody asks for it."""
    first, second = open_invoices[:2]
    ask(clerk, uuid.uuid4(), Change.Verb.WRITE_OFF, company_id=second.company_id, target_id=second.api_id)

    def told(wanted: dict | None) -> list[tuple[str, list[str]]]:
        found = bulk_invoices.outlooks(controller, [first, second], wanted)
        return [(row.refusal, [words[:11] for words in row.warnings]) for row in found]

    busy = "Another change of it is under way."
    assert told({"status": 2}) == [("", ["Marked paid"]), (busy, ["Marked paid"])]
    assert told({"due_on": None})[0] == ("The store cannot remove a due date.", [])
    assert told(None) == [("", []), (busy, [])]
    (deleted,) = bulk_invoices.outlooks(controller, [first], None)
    seen = values_of(first, store.zone)
    assert (deleted.before, deleted.after) == ({name: seen[name] for name in GUARDED}, {})


def test_many_are_refused_before_they_are_looked_at(controller, open_invoices, monkeypatch):
    """A program's token may have one of the two rights alone."""
    edit, delete = {"status": 2}, None
    for granted, wanted in (
        (frozenset({Permission.EDIT_INVOICE}), delete),
        (frozenset({Permission.DELETE_INVOICE}), edit),
    ):
        controller.granted = granted
        with pytest.raises(NotAllowed):
            bulk_invoices.change_together(controller, uuid.uuid4(), [], wanted, "Made twice")
    controller.granted = None
    monkeypatch.setattr(bulk_invoices, "MOST", 1)
    ids = [invoice.api_id for invoice in open_invoices[:2]]
    for chosen in ([], ids):
        with pytest.raises(Invalid, match="at least one invoice, and no more than 1"):
            bulk_invoices.change_together(controller, uuid.uuid4(), chosen, edit)
    assert bulk_invoices.change_together(controller, uuid.uuid4(), ids[:1], {"po_number": "PO-1"}) == 1


def test_the_changes_of_a_batch_are_those_of_invoices(controller):
    batch, verb = uuid.uuid4(), Change.Verb
    for its_batch, its_verb in (
        (batch, verb.EDIT_INVOICE),
        (batch, verb.SET_TERMS),
        (uuid.uuid4(), verb.EDIT_INVOICE),
    ):
        ask(controller, uuid.uuid4(), its_verb, company_id=1, target_id=1, batch=its_batch)
    assert [each.verb for each in bulk_invoices.changes_in(controller, batch)] == [verb.EDIT_INVOICE]


@only_whole(
    "receivables/invoices/test_edit_invoice.py::test_an_invoice_that_was_paid_meanwhile_is_left_alone"
)
def test_one_paid_meanwhile_is_told_and_the_other_done(together, controller, open_invoices, sandbox):
    batch, first = uuid.uuid4(), open_invoices[0]
    together({"status": 2}, batch)
    sandbox.put(f"/ip/invoices/{first.api_id}", {"status": 1 if first.status == 0 else 0})
    send_batch(batch=str(batch))
    states = {each.target_id: each.state for each in bulk_invoices.changes_in(controller, batch)}
    assert states[first.api_id] == State.REFUSED
    assert State.APPLIED in states.values()


def test_deleting_many_needs_a_reason(together, sandbox):
    with pytest.raises(Invalid, match="Give a reason") as refused:
        together(None)
    assert set(refused.value.fields) == {"reason"}


def test_deleting_many(together, controller, open_invoices):
    batch = uuid.uuid4()
    assert together(None, batch, reason="Made twice") == 2
    asked = bulk_invoices.changes_in(controller, batch)
    assert {(each.verb, each.payload["reason"]) for each in asked} == {("delete invoice", "Made twice")}
    send_batch(batch=str(batch))
    open_invoices[0].refresh_from_db()
    assert open_invoices[0].gone_at is not None
