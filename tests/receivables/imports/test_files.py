"""Bringing a file, as its sender's last one was read; who may go on with it; and the ids made of its lines."""

import uuid

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from arportal.receivables.changes.errors import Invalid
from arportal.receivables.imports import files, jobs
from arportal.receivables.imports.ids import _OURS, Claim, claims
from arportal.receivables.imports.mapping import Mapping, proposed
from arportal.receivables.models import Change, Import, ImportSender
from arportal.receivables.tables.table import Reading
from arportal.stores.access import NotAllowed
from arportal.stores.models import Role
from tests.receivables.asking import ask
from tests.receivables.imports.test_payments import CHOICES, HEAD, brought, checked, lines

# Two lines of a bank's own stand above the columns, figures first, and the letters are Cyrillic.
ODD = "12;5;x\nof;;X\nInvoice;Sum;Date\nЯ;1;2026-01-02\n"
ODD_MAPPING = Mapping(columns={"number": "Invoice", "amount": "Sum", "received_on": "Date"})


@pytest.fixture
def remember(store):
    """Remembers how the files of a sender were read last."""

    def remember(**changed) -> None:
        reading = {"encoding": "cp1251", "separator": ";", "sheet": "", "header": 3}
        values = {"store": store, "of": "payments", "name": "Bank", "mapping": ODD_MAPPING.as_json()}
        ImportSender.objects.create(**(values | {"reading": reading} | changed))

    return remember


def read(actor, content: bytes, sender: str = "Bank") -> Import:
    asked = {"of": "payments", "sender": sender, "content": content}
    return files.bring(actor, uuid.uuid4(), file_name="x" * 300 + ".csv", **asked)


def test_a_form_sent_twice_is_one_import_and_its_id_is_nobody_elses(clerk, controller):
    import_id = uuid.uuid4()
    asked = {"of": "payments", "sender": "", "file_name": "x.csv", "content": b"a,b\n1,2\n"}
    assert files.bring(clerk, import_id, **asked) == files.bring(clerk, import_id, **asked)
    with pytest.raises(Invalid, match="already used"):
        files.bring(controller, import_id, **asked)
    assert Import.objects.get().actor == clerk


def test_a_file_is_read_as_the_last_one_of_its_sender(clerk, remember):
    remember()
    new = read(clerk, ODD.encode("cp1251"))
    assert (new.columns, new.lines, new.reading["encoding"]) == (("Invoice", "Sum", "Date"), 1, "cp1251")
    assert (len(new.file_name), new.file_name[-4:]) == (255, ".csv")
    assert files.table_of(Import.objects.get(pk=new.pk)).lines[0].cells == ("Я", "1", "2026-01-02")
    # What is sure of a file goes before what is remembered; and where the columns differ, nothing of it fits.
    assert read(clerk, ODD.encode()).reading["encoding"] == "utf-8"
    assert read(clerk, b"Number;Sum\n\xdf;1\n").reading["header"] == 1
    # By its columns the header is found on another line than the last time.
    assert read(clerk, "Invoice;Sum;Date\nЯ;1;2026-01-02\n".encode("cp1251")).reading == {
        "encoding": "cp1251", "separator": ";", "sheet": "", "header": 1,
    }  # fmt: skip


def test_cancelled_while_somebody_reads_it_otherwise_it_stays_cancelled(clerk):
    new = read(clerk, b"a;b\n1;2\n")
    Import.objects.filter(pk=new.pk).update(state=Import.State.CANCELLED)
    files.read_otherwise(new, Reading(separator=",", header=1))
    new.refresh_from_db()
    assert (new.state, new.columns) == (Import.State.CANCELLED, ["a;b"])


def test_only_what_was_remembered_of_this_sender_counts(clerk, remember, other_store):
    remember(store=other_store)
    remember(of="invoices")
    remember(name="Another")
    new = read(clerk, ODD.encode("cp1251"))
    assert new.reading["encoding"] != "cp1251"
    assert files.sender_of(clerk, "payments", "") is None


def test_a_file_of_too_many_lines_is_refused(clerk, monkeypatch):
    monkeypatch.setattr(files, "MOST", 2)
    assert brought(clerk, "a,b\n1,2\n3,4\n").lines == 2
    with pytest.raises(Invalid, match="split the file"):
        brought(clerk, "a,b\n1,2\n3,4\n5,6\n")


def test_a_dry_run_is_asked_for_once_by_who_brought_the_file(clerk, controller, open_invoices):
    new = brought(clerk, f"{HEAD}{open_invoices[0].number};;1,00;01.02.2026;R\n")
    mapping = Mapping(**proposed(new.of, files.table_of(new), None).as_json() | CHOICES)
    with pytest.raises(NotAllowed, match=f"Only {clerk.user}"):
        files.check(controller, new, mapping)
    # Once checked it may be checked again; what was said of the last time goes.
    Import.objects.filter(pk=new.pk).update(state=Import.State.CHECKED, checked=1, problem="Damaged")
    ImportSender.objects.create(store=clerk.store, of="invoices", name="Bank", reading={}, mapping={})
    files.check(clerk, new, mapping)
    assert (new.state, new.checked, new.problem) == (Import.State.CHECKING, 0, "")
    assert ImportSender.objects.get(of="payments").mapping == ImportSender.objects.latest("pk").mapping != {}
    assert ImportSender.objects.get(of="invoices").mapping == {}
    lock = f"import-{new.pk}"
    [job] = ProcrastinateJob.objects.filter(args={"import_id": str(new.pk)})
    assert (job.task_name, job.lock, job.queueing_lock) == (jobs.CHECK, lock, lock)
    with pytest.raises(Invalid, match="under way already"):
        files.check(clerk, new, mapping)
    # Who has lost the right does not go on.
    clerk.role = Role.VIEWER
    with pytest.raises(NotAllowed):
        files.require_own(clerk, new)


def test_columns_that_are_missing_are_told(clerk):
    table = files.table_of(brought(clerk, "Invoice;Amount\nA;1\n"))
    mapping = Mapping(
        columns={"number": "Invoice", "amount": "Gone"}, date_format="%Y-%m-%d", number_format="dot"
    )
    assert mapping.problems("payments", table) == {
        "column-amount": ["The file has no column “Gone”."],
        "column-received_on": ["Choose the column of the file."],
    }
    # Of what is remembered, columns that the file has not are left out.
    assert proposed("payments", table, mapping).columns == {"number": "Invoice"}


def test_the_id_of_a_line_stays_for_ever(clerk, open_invoices, today, store):
    """Made in another way, what was imported by an earlier version would be imported again."""
    invoice = open_invoices[0]
    line = f"{invoice.number};;1,50;{today:%d.%m.%Y};Ref 1\n"
    new = checked(clerk, HEAD + line * 2)
    assert {reason for _state, reason in lines(new).values()} == {""}
    key = f"payment|{invoice.company_id}|{invoice.api_id}|{invoice.currency}|1.5|{today}|ref 1"
    assert [row.change_id for row in new.rows.order_by("line")] == [
        uuid.uuid5(_OURS, f"{store.pk}/{key}|1/0"),
        uuid.uuid5(_OURS, f"{store.pk}/{key}|2/0"),
    ]


def test_what_was_refused_has_the_next_id(clerk, store):
    for number in range(3):
        claimed = claims(store.pk, ["k", "another"])
        assert {key: claim.change_id for key, claim in claimed.items()} == {
            "k": uuid.uuid5(_OURS, f"{store.pk}/k/{number}"),
            "another": uuid.uuid5(_OURS, f"{store.pk}/another/0"),
        }
        assert claimed["k"].change is None
        change = ask(clerk, claimed["k"].change_id, Change.Verb.RECORD_PAYMENT, company_id=1)
        assert claims(store.pk, ["k"])["k"].change == change
        Change.objects.filter(pk=change.pk).update(state=Change.State.REFUSED)


def test_an_id_that_somebody_took_at_another_store_tells_nothing(clerk, store, other_store):
    """The id of a form is its sender's to choose."""
    change_id = claims(store.pk, ["k"])["k"].change_id
    change = ask(clerk, change_id, Change.Verb.RECORD_PAYMENT, company_id=1)
    for state in (Change.State.ASKED, Change.State.REFUSED):
        Change.objects.filter(pk=change.pk).update(store=other_store, state=state)
        assert claims(store.pk, ["k"]) == {"k": Claim(change_id, None)}
