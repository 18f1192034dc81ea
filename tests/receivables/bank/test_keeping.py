"""Bank lines are kept once, twins too, and each is used once, whoever asks and whatever becomes of it."""

import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import connection, transaction

from arportal.mirror.models import Invoice, Payment
from arportal.receivables.allocation.allocations import Allocation
from arportal.receivables.bank.keeping import take_in
from arportal.receivables.bank.rules import save_rules
from arportal.receivables.bank.uses import ignore, put_on_account, take_back
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.changes.verb import perform
from arportal.receivables.matching.accept import Acceptance, accept, write_off_rest
from arportal.receivables.matching.automatic import apply_ready
from arportal.receivables.models import BankLine, BankUse, Change, PaymentRecord
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
    assert BankLine.objects.count() == 5
    told = Activity.objects.filter(kind=Activity.Kind.BANK).latest("pk")
    assert "2 new lines, 3 known" in told.words


def test_what_is_ready_is_recorded_by_itself_only_where_that_is_switched_on(
    clerk, admin, open_invoices, sandbox
):
    first, second = open_invoices[:2]
    lines = [(f"{each.open_balance:.2f}", f"Invoice {each.number}") for each in (first, second)]
    kept = take_in(clerk, "a.sta", a_file(*lines, ("1.00", "thanks"), currency=first.currency))
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
        wait_until_two_wait_for_us()
    [refused] = [error for each in asked if (error := each.exception())]
    assert "Somebody has dealt with this line already" in str(refused)
    assert (left(line), BankUse.objects.count(), len(sandbox.writes())) == (0, 1, 1)


def wait_until_two_wait_for_us() -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted"
                           " AND pg_backend_pid() = ANY (pg_blocking_pids(pid))")  # fmt: skip
            if cursor.fetchone()[0] == 2:
                return
        time.sleep(0.01)
    pytest.fail("They did not wait for the line.")


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
