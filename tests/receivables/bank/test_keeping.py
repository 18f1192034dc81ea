"""Bank lines are kept once, twins too, and each is used once, whoever asks and whatever becomes of it."""

import datetime as dt
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from arportal.mirror.models import Company, Invoice, Payment
from arportal.receivables.allocation.allocations import Allocation
from arportal.receivables.bank.keeping import APPLY_READY, take_in, take_in_table
from arportal.receivables.bank.reading import NoStatement
from arportal.receivables.bank.rules import save_rules
from arportal.receivables.bank.table import BankMapping
from arportal.receivables.bank.uses import ignore, put_on_account, take_back
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.changes.verb import perform
from arportal.receivables.matching import automatic
from arportal.receivables.matching.accept import Acceptance, accept, write_off_rest
from arportal.receivables.matching.automatic import apply_ready
from arportal.receivables.models import (
    BankAccount,
    BankColumns,
    BankFile,
    BankLine,
    BankUpload,
    BankUse,
    Change,
    PaymentRecord,
)
from arportal.receivables.payments.delete_payment import DeletePayment
from arportal.receivables.payments.payment_contents import shown
from arportal.stores.access import NotAllowed
from arportal.stores.models import Activity, Membership

HEAD = ":20:A\n:25:DE1\n:60F:C261127{currency}0,00\n"
LINE = ":61:2610281028C{amount}NTRFNONREF\n:86:166?20{text}?31DE77?32Payer\n"


def a_file(*lines: tuple[str, str], currency: str = "EUR") -> bytes:
    entries = "".join(LINE.format(amount=amount.replace(".", ","), text=text) for amount, text in lines)
    return (HEAD.format(currency=currency) + entries).encode()


@pytest.fixture
def line(clerk, open_invoices) -> BankLine:
    """10 in the currency of the company's invoices."""
    take_in(clerk, "day.sta", a_file(("10.00", "thanks"), currency=open_invoices[0].currency))
    return BankLine.objects.get()


def left(line: BankLine) -> Decimal:
    return BankLine.objects.with_left().get(pk=line.pk).left


def acceptance(line: BankLine, invoice: Invoice, amount: int) -> Acceptance:
    return Acceptance(
        line_id=line.pk,
        company_id=invoice.company_id,
        allocations=(Allocation(invoice.api_id, Decimal(amount)),),
    )


def test_the_same_file_adds_nothing_and_twins_are_kept(clerk):
    day = [("5.00", "a"), ("5.00", "a"), ("6.00", "b")]
    first = take_in(clerk, "a.sta", a_file(*day))
    assert (first.file.added, first.file.known, first.earlier) == (3, 0, None)
    again = take_in(clerk, "b.sta", a_file(*day))
    assert (again.file.added, again.file.known, again.earlier) == (0, 3, first.file)
    # A file of the whole week has them again, and one more twin.
    week = take_in(clerk, "week.sta", a_file(*day, ("5.00", "a"), ("7.00", "c")))
    assert (week.file.added, week.file.known) == (2, 3)
    lines = BankLine.objects.order_by("amount", "twin").values_list("amount", "twin")
    assert list(lines) == [(5, 1), (5, 2), (5, 3), (6, 1), (7, 1)]
    told = Activity.objects.filter(kind=Activity.Kind.BANK).latest("pk")
    assert "2 new lines, 3 known" in told.words


def test_a_file_is_kept_as_it_came_and_what_is_new_in_it_is_looked_at_by_itself(clerk, other_store):
    content = a_file(("5.00", "a"), ("x", "bad"))
    kept = take_in(clerk, "n" * 201, content)
    file = kept.file
    assert (file.name, file.format, file.encoding) == ("n" * 200, "mt940", "UTF-8")
    assert [problem["line"] for problem in file.problems] == [6]
    told = Activity.objects.filter(kind=Activity.Kind.BANK).latest("pk")
    assert told.details == {"file": file.pk, "sha256": file.sha256}
    queued = ProcrastinateJob.objects.filter(task_name=APPLY_READY)
    assert [job.args for job in queued] == [{"bank_file_id": file.pk}]
    # Nothing new, nothing to look at. And what another store took in is no file of ours.
    assert (take_in(clerk, "again", content).earlier, queued.count()) == (file, 1)
    assert take_in(clerk, "other", a_file(("5.00", "b"))).earlier is None
    BankFile.objects.update(store=other_store)
    assert take_in(clerk, "again", content).earlier is None


def test_a_line_is_kept_with_all_that_the_bank_says(clerk):
    text = ":61:2610281028RD5,00NTRFE2E-7//BANK77\n:86:166?20INV-1814?31DE77?32Payer\n"
    take_in(clerk, "a.sta", (HEAD.format(currency="EUR") + text).encode())
    line = BankLine.objects.get()
    assert (line.bank_id, line.reference, line.text, line.amount) == ("BANK77", "E2E-7", "INV-1814", 5)
    assert (line.is_reversal, line.number, line.account.number) == (True, 4, "DE1")
    assert {"inv1814", "e2e7"} <= set(line.tokens)


def test_lines_alike_are_one_only_in_one_account_and_currency(clerk):
    euros = a_file(("5.00", "a"), ("6.00", "a"))
    assert take_in(clerk, "a", euros).file.added == 2
    for name, other in (
        ("another currency", a_file(("5.00", "a"), currency="USD")),
        ("another account", a_file(("5.00", "a")).replace(b":25:DE1", b":25:DE2")),
        ("another text", a_file(("5.00", "b"))),
        ("another payer", a_file(("5.00", "a")).replace(b"?32Payer", b"?32Other")),
        ("another day", a_file(("5.00", "a")).replace(b":61:2610281028", b":61:2610271027")),
    ):
        file = take_in(clerk, name, other).file
        assert (file.added, file.known) == (1, 0), name
    assert BankAccount.objects.count() == 3


def test_where_the_bank_names_lines_their_text_may_change_overnight(clerk):
    def line(text: str, bank_id: str) -> str:
        return (
            "<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20261128<TRNAMT>5.00"
            f"<FITID>{bank_id}<NAME>A<MEMO>{text}</STMTTRN>\n"
        )

    def ofx(*lines: str) -> bytes:
        head = "OFXHEADER:100\n<OFX><STMTRS><CURDEF>USD<BANKACCTFROM><ACCTID>9</BANKACCTFROM>\n"
        return f"{head}{''.join(lines)}</STMTRS></OFX>\n".encode()

    # A line that a file has twice by the bank's own id is one; the lines after it are lines.
    file = take_in(clerk, "a", ofx(line("INV", "F1"), line("INV", "F1"), line("INV", "F2"))).file
    assert (file.added, file.known) == (2, 1)
    assert take_in(clerk, "b", ofx(line("INV in full", "F1"), line("INV", "F3"))).file.added == 1


def test_lines_that_are_used_up_are_marked_by_the_next_file_of_the_store_alone(clerk, line, other_store):
    ignore(clerk, uuid.uuid4(), line.pk, "A loan")
    BankLine.objects.update(store=other_store)
    take_in(clerk, "b", a_file(("6.00", "b")))
    assert not BankLine.objects.get(pk=line.pk).is_done
    BankLine.objects.update(store=clerk.store)
    take_in(clerk, "c", a_file(("7.00", "b")))
    assert BankLine.objects.get(pk=line.pk).is_done


TABLE = b"Day;Sum\n2026-11-03;5.00\n"
MAPPING = BankMapping(
    account="DE1",
    currency="EUR",
    columns={"booked_on": "Day", "amount": "Sum"},
    date_format="%Y-%m-%d",
    number_format="dot",
)


def test_a_table_is_put_aside_until_its_columns_are_explained_in_this_store(clerk, viewer, other_store):
    aside = take_in(clerk, "n" * 201, TABLE)
    assert (aside.name, BankUpload.objects.count()) == ("n" * 200, 1)
    confined = type(clerk).objects.get(pk=clerk.pk)
    confined.all_companies, confined.company_ids = False, [1]
    for actor in (viewer, confined):
        with pytest.raises(NotAllowed):
            take_in_table(actor, aside, MAPPING)
    kept = take_in_table(clerk, aside, MAPPING)
    assert (kept.file.added, kept.file.name, kept.file.encoding) == (1, "n" * 200, "utf-8")
    assert not BankUpload.objects.exists()
    assert take_in(clerk, "b", TABLE.replace(b"5.00", b"6.00")).file.added == 1
    # Other columns, or those that another store has explained, are asked about.
    assert isinstance(take_in(clerk, "c", TABLE.replace(b"Day", b"Date")), BankUpload)
    BankColumns.objects.update(store=other_store)
    assert isinstance(take_in(clerk, "d", TABLE), BankUpload)
    with pytest.raises(NoStatement):
        take_in(clerk, "e", b"Day\n2026-11-03\n")


def test_what_nobody_explains_is_forgotten_after_a_week(clerk, other_store):
    old, young, theirs = (take_in(clerk, name, TABLE) for name in ("old", "young", "theirs"))
    days = {old.pk: 8, young.pk: 6, theirs.pk: 8}
    for pk, count in days.items():
        BankUpload.objects.filter(pk=pk).update(at=timezone.now() - dt.timedelta(days=count))
    BankUpload.objects.filter(pk=theirs.pk).update(store=other_store)
    new = take_in(clerk, "new", TABLE)
    assert set(BankUpload.objects.values_list("pk", flat=True)) == {young.pk, theirs.pk, new.pk}


def test_what_is_ready_is_recorded_by_itself_only_where_that_is_switched_on(
    clerk, admin, open_invoices, sandbox, monkeypatch
):
    first, second = open_invoices[:2]
    lines = [naming(first), ("1.00", "thanks"), ("2.00", "thanks"), naming(second)]
    kept = take_in(clerk, "a.sta", a_file(*lines, currency=first.currency))
    monkeypatch.setattr(automatic, "AT_ONCE", 2)
    assert (apply_ready(kept.file.pk), Change.objects.count()) == (0, 0)
    assert save_rules(admin, applies_ready=True, tolerances={"USD": "5.00"})
    with pytest.raises(NotAllowed):
        save_rules(clerk, applies_ready=False, tolerances={})
    assert apply_ready(kept.file.pk) == 2
    assert apply_ready(kept.file.pk) == 0
    changes = Change.objects.all()
    assert {(change.state, change.is_deferred, change.actor_id) for change in changes} == {
        ("asked", True, clerk.pk)
    }
    assert {change.payload["lines"][0]["invoice_id"] for change in changes} == {first.api_id, second.api_id}
    assert sandbox.writes() == []


def naming(invoice: Invoice) -> tuple[str, str]:
    """A line that pays all of it and says so."""
    return f"{invoice.open_balance:.2f}", f"Invoice {invoice.number}"


def test_by_itself_only_the_lines_of_the_file_are_recorded_whatever_hinders_one_of_them(
    clerk, admin, open_invoices
):
    first, second = open_invoices[:2]
    others = Invoice.objects.filter(store=clerk.store, currency=first.currency).outstanding()
    of_gone = others.exclude(company_id=first.company_id).order_by("api_id")[0]
    # Taken in before it was switched on: left to people.
    take_in(clerk, "before", a_file(naming(second), currency=first.currency))
    save_rules(admin, applies_ready=True, tolerances={})
    kept = take_in(clerk, "a", a_file(naming(of_gone), naming(first), currency=first.currency))
    Company.objects.filter(api_id=of_gone.company_id).update(gone_at=timezone.now())
    assert apply_ready(kept.file.pk) == 1
    assert [line["invoice_id"] for line in Change.objects.get().payload["lines"]] == [first.api_id]


def test_some_companies_are_not_enough(clerk, viewer, line):
    clerk.all_companies, clerk.company_ids = False, [1]
    form = uuid.uuid4()
    attempts = [
        lambda: take_in(clerk, "a", b"x"),
        lambda: ignore(clerk, form, line.pk, "x"),
        lambda: put_on_account(clerk, form, line.pk, 1, Decimal(1), "x"),
        lambda: accept(clerk, form, Acceptance(line_id=line.pk, company_id=1, allocations=())),
        lambda: take_in(viewer, "a", b"x"),
    ]
    for attempt in attempts:
        with pytest.raises(NotAllowed):
            attempt()
    assert not BankLine.objects.visible_to(clerk).exists()


def test_accepted_once_in_parts_and_open_again(line, clerk, controller, open_invoices, sandbox):
    first, second = open_invoices[:2]
    form = uuid.uuid4()
    change = accept(clerk, form, acceptance(line, first, 6))
    assert (change.state, left(line)) == (Change.State.APPLIED, 4)
    assert accept(clerk, form, acceptance(line, first, 6)) == change
    record = PaymentRecord.objects.get(change=change)
    assert (record.reference, record.received_on, record.method) == ("thanks", line.value_on, "transfer")
    with pytest.raises(Invalid, match=r"Only 4\.00"):
        accept(controller, uuid.uuid4(), acceptance(line, second, 5))
    sandbox.fault("422", method="POST")
    assert accept(clerk, uuid.uuid4(), acceptance(line, second, 4)).state == Change.State.REFUSED
    assert left(line) == 4
    assert accept(clerk, uuid.uuid4(), acceptance(line, second, 4)).state == Change.State.APPLIED
    assert left(line) == 0
    with pytest.raises(Invalid, match="Somebody has dealt"):
        accept(clerk, uuid.uuid4(), acceptance(line, first, 1))
    payment = Payment.objects.get(api_id=change.target_id)
    verb = DeletePayment(
        actor=controller,
        change_id=uuid.uuid4(),
        payment_id=payment.api_id,
        seen=shown(payment),
        reason="Wrong",
    )
    BankLine.objects.all().mark_done()
    assert (BankLine.objects.get().is_done, BankLine.objects.open().exists()) == (True, False)
    assert BankLine.objects.done().exists()
    perform(verb)
    assert left(line) == 6
    assert BankLine.objects.open().exists()
    assert not BankLine.objects.done().exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_accept_a_line_at_once_one_is_told(line, clerk, controller, open_invoices, sandbox):
    """Each for another company, whose locks do not keep them apart: both have seen the line open and wait for it."""
    mine = open_invoices[0]
    others = Invoice.objects.filter(store=clerk.store, currency=line.currency, open_balance__gt=10)
    theirs = others.exclude(company_id=mine.company_id).outstanding().order_by("api_id")[0]

    def accepted(actor: Membership, invoice: Invoice) -> Change:
        try:
            return accept(actor, uuid.uuid4(), acceptance(line, invoice, 10))
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as people, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE receivables_bankline IN EXCLUSIVE MODE")
        asked = [people.submit(accepted, *each) for each in ((clerk, mine), (controller, theirs))]
        wait_until_two_wait("pg_backend_pid() = ANY (pg_blocking_pids(pid))")
    [refused] = [error for each in asked if (error := each.exception())]
    assert "Somebody has dealt with this line already" in str(refused)
    assert (left(line), BankUse.objects.count(), len(sandbox.writes())) == (0, 1, 1)


OF_HERE = "database = (SELECT oid FROM pg_database WHERE datname = current_database())"


def wait_until_two_wait(which: str) -> None:
    """Until two connections wait for a lock; `which`: what else holds of them, in SQL."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted AND {which}")  # noqa: S608
            if cursor.fetchone()[0] == 2:
                return
        time.sleep(0.01)
    pytest.fail("They did not wait.")


@pytest.mark.django_db(transaction=True)
def test_of_two_who_send_the_same_file_at_once_the_second_finds_its_lines_known(clerk):
    # Of an account that is known: two who make it anew would wait for each other by that.
    take_in(clerk, "day before", a_file(("6.00", "b")))
    content = a_file(("5.00", "a"), ("5.00", "a"))

    def taken_in(name: str) -> tuple[int, int]:
        try:
            kept = take_in(clerk, name, content)
            return kept.file.added, kept.file.known
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as people, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE receivables_bankfile IN EXCLUSIVE MODE")
        asked = [people.submit(taken_in, name) for name in ("a", "b")]
        # One for us, the other for the first or, unless it is told to, for us as well.
        wait_until_two_wait(OF_HERE)
    assert sorted(each.result() for each in asked) == [(0, 2), (2, 0)]


def test_a_closed_month_and_the_limit_of_approval_hold(line, clerk, open_invoices):
    store = clerk.store
    store.closed_until = line.value_on
    store.save()
    with pytest.raises(Invalid, match="closed up to"):
        accept(clerk, uuid.uuid4(), acceptance(line, open_invoices[0], 5))
    store.closed_until, store.approval_limits = None, {line.currency: "1"}
    store.save()
    waiting = accept(clerk, uuid.uuid4(), acceptance(line, open_invoices[0], 5))
    assert (waiting.state, left(line)) == (Change.State.WAITING, 5)


def test_ignored_on_account_and_back(line, clerk, controller, company):
    form = uuid.uuid4()
    money = put_on_account(clerk, form, line.pk, company.api_id, Decimal(3), "No invoice named")
    assert put_on_account(clerk, form, line.pk, company.api_id, Decimal(3), "No invoice named") == money
    assert left(line) == 7
    use = ignore(clerk, uuid.uuid4(), line.pk, "A loan")
    assert (use.amount, left(line)) == (7, 0)
    with pytest.raises(Invalid, match="Somebody has dealt"):
        ignore(clerk, uuid.uuid4(), line.pk, "Again")
    BankLine.objects.all().mark_done()
    assert not BankLine.objects.open().exists()
    take_back(clerk, uuid.uuid4(), use.pk, "It was a payment")
    assert left(line) == 7
    assert BankLine.objects.open().exists()
    with pytest.raises(NotAllowed):
        take_back(clerk, uuid.uuid4(), money.bank_use.pk, "Wrong company")
    take_back(controller, uuid.uuid4(), money.bank_use.pk, "Wrong company")
    assert left(line) == 10


def test_the_rest_of_a_short_payment_is_written_off_by_choice(clerk, open_invoices):
    invoice = open_invoices[0]
    short = invoice.open_balance - 2
    take_in(clerk, "day.sta", a_file((f"{short:.2f}", "less charges"), currency=invoice.currency))
    line = BankLine.objects.get()
    clerk.store.write_off_limits = {"clerk": {invoice.currency: "5"}}
    change = accept(
        clerk,
        uuid.uuid4(),
        Acceptance(
            line_id=line.pk,
            company_id=invoice.company_id,
            allocations=(Allocation(invoice.api_id, short),),
        ),
    )
    invoice.refresh_from_db()
    assert invoice.open_balance == 2
    [written_off] = write_off_rest(clerk, change)
    assert write_off_rest(clerk, change) == []
    invoice.refresh_from_db()
    assert (written_off.state, invoice.open_balance) == (Change.State.APPLIED, 0)
