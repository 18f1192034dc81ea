"""The safe sequence of every verb: who is asked for before what, and with the company locked."""

import uuid
from collections.abc import Callable
from copy import copy
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from arportal.mirror.models import Invoice
from arportal.receivables.changes import batches, changes
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.changes.verb import Verb, ask, perform, perform_batch, preview
from arportal.receivables.invoices.invoice_values import values_of
from arportal.receivables.invoices.write_off import WriteOff
from arportal.receivables.models import Change
from arportal.stores.access import NotAllowed
from tests.receivables.asking import ask as ask_unchecked
from tests.receivables.changes.locks import waits

BATCH = uuid.UUID(int=7)
ENTRIES: dict[str, Callable[[Verb[Any]], Any]] = {
    "perform": perform,
    "preview": preview,
    "ask": lambda verb: ask(verb, BATCH),
}


def in_a_batch(verb: Verb[Any]) -> None:
    perform_batch(BATCH, [(verb, verb.row())])


every_entry = pytest.mark.parametrize("entry", ENTRIES)


@pytest.fixture
def form(clerk, open_invoices) -> WriteOff:
    """A write-off by somebody who sees the company of this invoice alone; nothing is read from the store."""
    invoice = open_invoices[0]
    clerk.all_companies, clerk.company_ids = False, [invoice.company_id]
    form = WriteOff(
        actor=clerk, change_id=uuid.uuid4(), invoice_id=invoice.api_id, amount=Decimal(1),
        seen=values_of(invoice, clerk.store.zone), reason="Small",
    )  # fmt: skip
    form.read = lambda row: row
    return form


@pytest.fixture
def busy(form, controller, open_invoices) -> Change:
    """A change of the same invoice is under way: whoever may not know the invoice is not told of it, either."""
    about = {"company_id": open_invoices[0].company_id, "target_id": form.invoice_id}
    return ask_unchecked(controller, uuid.uuid4(), Change.Verb.WRITE_OFF, **about)


@every_entry
def test_who_may_not_is_not_told_what_there_is(entry, form, viewer):
    form.actor, form.invoice_id = viewer, 0
    with pytest.raises(NotAllowed):
        ENTRIES[entry](form)


@every_entry
def test_of_a_company_out_of_sight_nothing_is_read(entry, form, busy, open_invoices):
    form.actor.company_ids = []
    form.row = lambda: open_invoices[0]
    form.read = lambda row: pytest.fail("The store was asked.")
    with pytest.raises(NotAllowed):
        ENTRIES[entry](form)


def test_what_has_left_for_a_company_out_of_sight_is_not_changed(form, busy, open_invoices):
    """The store says so, or the mirror by the time the company is locked."""
    moved = Invoice.objects.get(pk=open_invoices[0].pk)
    moved.company_id = 0
    for entry in (perform, preview):
        form.read = lambda row: moved
        with pytest.raises(NotAllowed):
            entry(form)
    busy.delete()
    was = form.row()
    Invoice.objects.filter(pk=was.pk).update(company_id=0)
    form.row = lambda: copy(was)  # Each refreshes the row that it is given.
    form.read = lambda row: row
    for entry in (*ENTRIES.values(), in_a_batch):
        with pytest.raises(NotAllowed):
            entry(form)


@pytest.mark.parametrize("entry", [*ENTRIES, "batch"])
def test_it_is_checked_with_the_company_locked(entry, form, store):
    waited = []

    def check(row: Invoice) -> None:
        waited.append(waits(lambda: changes.lock_company(store.pk, row.company_id)))
        raise RuntimeError("seen enough")

    form.check = check
    enter = (ENTRIES | {"batch": in_a_batch})[entry]
    with pytest.raises(RuntimeError, match="seen enough"):
        enter(form)
    assert waited == [True]


def test_what_a_verb_keeps_beside_its_change_stands_or_falls_with_it(form):
    kept = []
    form.asked = kept.append
    with transaction.atomic():
        change = ask(form, BATCH)
    assert (kept, change.batch) == ([change], BATCH)


def test_of_a_batch_each_is_required(form, viewer, open_invoices):
    row, sees = form.row(), form.actor.company_ids
    for actor, company_ids in ((viewer, sees), (form.actor, [])):
        form.actor, actor.company_ids = actor, company_ids
        with pytest.raises(NotAllowed):
            perform_batch(BATCH, [(form, row)])
    assert not Change.objects.exists()


def test_a_batch_comes_again_and_is_the_same_or_is_refused(form, busy, controller):
    row = form.row()
    Change.objects.update(state=Change.State.REFUSED)
    for _time in range(2):
        perform_batch(BATCH, [(form, row)])
    others = (
        replace(form, reason="Another"),
        replace(form, change_id=uuid.uuid4()),
        replace(form, actor=controller),
    )
    for other in others:
        with pytest.raises(Invalid, match="already used"):
            perform_batch(BATCH, [(other, row)])
    form.actor.company_ids = []
    with pytest.raises(NotAllowed):
        perform_batch(BATCH, [(form, row)])
    assert list(Change.objects.exclude(pk=busy.pk)) == [Change.objects.get(pk=form.change_id)]


@pytest.mark.parametrize("enter", [*ENTRIES.values(), in_a_batch])
def test_nothing_is_asked_for_while_another_change_is_under_way(enter, form, busy):
    with pytest.raises(Invalid, match="by Controller waits to be sent"):
        enter(form)
    assert list(Change.objects.all()) == [busy]


def test_a_preview_is_what_would_be_asked_for(form):
    draft = preview(form)
    assert not Change.objects.exists()
    change = ask(form, BATCH)
    written = (change.company_id, change.before, change.after, change.amount, change.currency)
    assert written == (draft.company_id, draft.before, draft.after, draft.amount, draft.currency)


def test_a_batch_is_written_down_with_the_job_that_sends_it(form):
    together, row = [], form.row()
    form.read_together = together.append
    perform_batch(BATCH, [(form, row)])
    assert together == [[(form, row)]]  # What is read for all of them at once.
    assert Change.objects.get().batch == BATCH
    jobs = ProcrastinateJob.objects.filter(task_name=batches.TASK)
    assert [job.args for job in jobs] == [{"batch": str(BATCH)}]
