"""What is done with one import: it touches no other, and nobody else may do it."""

import datetime as dt
import uuid

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from arportal.receivables.changes.errors import Invalid
from arportal.receivables.imports import asking, jobs
from arportal.receivables.imports.checking import check_lines
from arportal.receivables.imports.progress import progress_of, refused_changes, rows_to_correct, with_reasons
from arportal.receivables.models import Change, Import, ImportFile, ImportRow
from arportal.stores.access import NotAllowed
from arportal.stores.models import Activity, Membership, Role
from tests.receivables.asking import ask
from tests.receivables.imports.test_payments import HEAD, checked, lines

State = ImportRow.State


@pytest.fixture
def dry_run(clerk, open_invoices, today):
    """A checked file of a line to be imported, one that is refused, and one that looks like a known payment."""

    def dry_run(reference: str) -> Import:
        line = f"{open_invoices[0].number};;0,01;{today:%d.%m.%Y};{reference}"
        new = checked(clerk, f"{HEAD}{line}\nnothing;;1,00;{today:%d.%m.%Y};R\n{line} again\n")
        new.rows.filter(line=4).update(state=State.DOUBTFUL)
        return new

    return dry_run


@pytest.fixture
def bystanders(dry_run, clerk) -> list[Import]:
    """Other imports: one is checked, one is being checked, and one has a Change that waits to be sent."""
    others = [dry_run("of others")]
    others += [copied(others[0], state) for state in (Import.State.CHECKING, Import.State.RUNNING)]
    others[1].rows.update(company_id=1)
    ask(clerk, uuid.uuid4(), Change.Verb.RECORD_PAYMENT, others[2].pk, company_id=1)
    return others


def copied(of: Import, state: Import.State) -> Import:
    rows = list(of.rows.all())
    values = Import.objects.filter(pk=of.pk).values().get()
    copy = Import.objects.create(**values | {"id": uuid.uuid4(), "state": state})
    for row in rows:
        row.pk, row.of, row.change_id = None, copy, uuid.uuid4()
    ImportRow.objects.bulk_create(rows)
    ImportFile.objects.create(of=copy, content=of.file.content)
    return copy


def facts(imports: list[Import]) -> list[object]:
    """All that there is of them."""
    pks = [each.pk for each in imports]
    return [
        list(Import.objects.filter(pk__in=pks).order_by("pk").values()),
        list(ImportRow.objects.filter(of__in=pks).order_by("pk").values()),
        list(Change.objects.filter(batch__in=pks).order_by("pk").values("pk", "state")),
        list(ImportFile.objects.filter(of__in=pks).order_by("pk").values_list("pk", flat=True)),
    ]


def jobs_of(of: Import) -> list[tuple[str, str, str]]:
    rows = ProcrastinateJob.objects.filter(args={"import_id": str(of.pk)}).order_by("id")
    return [(job.task_name, job.lock, job.queueing_lock) for job in rows]


def test_it_touches_no_other_import(dry_run, bystanders, clerk):
    new, before = dry_run("mine"), facts(bystanders)
    asking.start(clerk, new, with_doubtful=True)
    # Every line of its own that was to be imported, and only those.
    assert [state for state, _reason in lines(new).values()] == [State.READY, State.REFUSED, State.READY]
    assert facts(bystanders) == before
    assert list(asking.ask_in_chunks(new)) == [new.pk]
    assert [state for state, _reason in lines(new).values()] == [State.ASKED, State.REFUSED, State.ASKED]
    progress = progress_of(new)
    assert (progress.lines, progress.changes) == ({State.ASKED: 2, State.REFUSED: 1}, {"asked": 2})
    Change.objects.filter(batch__in=[new.pk, bystanders[2].pk]).update(
        state=Change.State.REFUSED, error="Not so"
    )
    first, second = (row.change_id for row in new.rows.filter(state=State.ASKED).order_by("line"))
    Change.objects.filter(pk=first).update(state=Change.State.APPLIED)
    before = facts(bystanders)
    assert refused_changes(new) == {second: "Not so"}
    assert [(row.line, reason) for row, reason in with_reasons(new, rows_to_correct(new))] == [
        (3, "There is no invoice nothing."),
        (4, "Not so"),
    ]
    assert list(asking.ask_in_chunks(new)) == []
    new.refresh_from_db()
    assert (new.state, new.finished_at is None) == (Import.State.DONE, False)
    cancelled = dry_run("another")
    asking.cancel(clerk, cancelled)
    assert facts([cancelled])[3] == []
    assert facts(bystanders) == before


def test_it_is_started_once_and_told(dry_run, clerk):
    new = dry_run("R")
    ProcrastinateJob.objects.all().delete()  # As if the dry run's was done.
    asking.start(clerk, new, with_doubtful=False)
    assert (new.state, ImportFile.objects.filter(of=new).exists()) == (Import.State.RUNNING, False)
    job = (jobs.WORK, f"batch-{new.pk}", f"import-{new.pk}")
    assert jobs_of(new) == [job]
    jobs.ask_for_work(new)
    assert jobs_of(new) == [job]
    told = Activity.objects.get(kind=Activity.Kind.IMPORT)
    assert (told.words, told.details) == ("1 Offline payments from march.csv", {"import": str(new.pk)})
    with pytest.raises(Invalid, match="under way already"):
        asking.start(clerk, new, with_doubtful=False)
    assert Activity.objects.filter(kind=Activity.Kind.IMPORT).count() == 1


def test_cancelled_while_lines_are_asked_for_those_are_taken_back(dry_run, clerk, monkeypatch):
    new, ask_for = dry_run("R"), asking._ask
    copied(new, Import.State.RUNNING)
    asking.start(clerk, new, with_doubtful=False)

    def ask_and_be_cancelled(running: Import, *more) -> None:
        ask_for(running, *more)
        Import.objects.filter(pk=running.pk).update(state=Import.State.CANCELLED)

    monkeypatch.setattr(asking, "_ask", ask_and_be_cancelled)
    assert list(asking.ask_in_chunks(new)) == []
    assert Change.objects.get(batch=new.pk).state == Change.State.REFUSED


def test_cancelling_takes_back_only_what_was_not_sent(dry_run, clerk):
    new = dry_run("R")
    asking.start(clerk, new, with_doubtful=False)
    in_turn, to_approve, sent, done = (
        ask(clerk, uuid.uuid4(), Change.Verb.RECORD_PAYMENT, new.pk, company_id=1) for _each in range(4)
    )
    for change, state in ((to_approve, "WAITING"), (sent, "SENT"), (done, "APPLIED")):
        Change.objects.filter(pk=change.pk).update(state=Change.State[state])
    asking.cancel(clerk, new)
    states = dict(Change.objects.values_list("pk", "state"))
    # What waits for a second person could still be approved.
    assert (states[in_turn.pk], states[to_approve.pk]) == (Change.State.REFUSED, Change.State.REFUSED)
    assert (states[sent.pk], states[done.pk]) == (Change.State.SENT, Change.State.APPLIED)
    new.refresh_from_db()
    assert (new.state, new.finished_at is None) == (Import.State.CANCELLED, False)


def test_cancelled_at_its_very_end_it_stays_cancelled(dry_run, clerk, monkeypatch):
    new = dry_run("R")
    asking.start(clerk, new, with_doubtful=False)
    new.rows.all().delete()
    Import.objects.filter(pk=new.pk).update(state=Import.State.CANCELLED)
    # As it was when the worker looked last.
    monkeypatch.setattr(asking, "_is_running", lambda _running: True)
    assert list(asking.ask_in_chunks(new)) == []
    new.refresh_from_db()
    assert new.state == Import.State.CANCELLED


def test_a_line_that_another_import_has_requested_meanwhile_is_not_requested_again(dry_run, clerk):
    new, same = dry_run("R"), dry_run("R")
    for each in (new, same):
        asking.start(clerk, each, with_doubtful=False)
        list(asking.ask_in_chunks(each))
    assert lines(same)[2] == (State.THERE, "It was requested by another import meanwhile.")
    assert Change.objects.filter(batch__in=[new.pk, same.pk]).count() == 1


def test_who_may_cancel(dry_run, clerk, controller, admin, store):
    new = dry_run("R")
    user = type(clerk.user).objects.create_user("second@example.com", "x", name="Second")
    colleague = Membership.objects.create(user=user, store=store, role=Role.CLERK, all_companies=True)
    assert [asking.may_cancel(actor, new) for actor in (clerk, controller, colleague)] == [True, True, False]
    with pytest.raises(NotAllowed, match=f"Only {clerk.user} or a controller"):
        asking.cancel(colleague, new)
    # Of an own one, too, the role decides.
    clerk.role = Role.VIEWER
    assert not asking.may_cancel(clerk, new)
    with pytest.raises(NotAllowed):
        asking.start(clerk, new, with_doubtful=False)


def test_what_nobody_went_on_with_is_forgotten_after_a_week(dry_run, bystanders):
    now = timezone.now()
    old = now - asking.KEPT - dt.timedelta(minutes=1)
    abandoned, recent = bystanders[0], dry_run("R")
    Import.objects.filter(pk__in=[each.pk for each in bystanders]).update(uploaded_at=old)
    others = [*bystanders[1:], recent]
    before = facts(others)
    asking.forget_abandoned(now)
    abandoned.refresh_from_db()
    assert (abandoned.state, abandoned.finished_at) == (Import.State.CANCELLED, now)
    assert facts([abandoned])[3] == []
    assert facts(others) == before


def test_a_dry_run_touches_no_other_import(dry_run, bystanders, company):
    new = dry_run("R")
    Import.objects.filter(pk=bystanders[1].pk).update(checked=1)
    before = facts(bystanders)
    Import.objects.filter(pk=new.pk).update(state=Import.State.CHECKING, company_ids=[], checked=0)
    # Again from the beginning, as after an interruption.
    check_lines(new)
    new.refresh_from_db()
    assert (new.state, new.checked, new.company_ids) == (Import.State.CHECKED, 3, [company.api_id])
    assert [state for state, _reason in lines(new).values()] == [State.READY, State.REFUSED, State.READY]
    assert facts(bystanders) == before


def test_a_dry_run_ends_when_it_is_cancelled_or_the_file_cannot_be_read(dry_run):
    new = dry_run("R")
    Import.objects.filter(pk=new.pk).update(state=Import.State.CANCELLED, checked=0)
    check_lines(new)
    new.refresh_from_db()
    assert (new.state, new.checked) == (Import.State.CANCELLED, 0)
    ImportFile.objects.filter(of=new).update(content=b"\0")
    for before, after in (
        (Import.State.CANCELLED, (Import.State.CANCELLED, False)),
        (Import.State.CHECKING, (Import.State.UPLOADED, True)),
    ):
        Import.objects.filter(pk=new.pk).update(state=before)
        new.refresh_from_db()
        check_lines(new)
        new.refresh_from_db()
        assert (new.state, "not a text" in new.problem) == after
