"""Many people record at once against one invoice: it is never paid above its open balance."""

import datetime as dt
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from decimal import ROUND_DOWN, Decimal

import pytest
from django.db import connection
from django.utils import timezone

from arportal.b2b.errors import Unavailable
from arportal.mirror.api.connections import client_for
from arportal.mirror.models import Invoice
from arportal.mirror.store import save_invoices
from arportal.mirror.sync.sync import SyncUnderWay, sync
from arportal.receivables.allocation import allocations
from arportal.receivables.allocation.allocations import Allocation
from arportal.receivables.changes import changes, state_machine
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.models import Change
from arportal.receivables.payments.record_payment import Accepted, OfflinePayment
from arportal.stores.models import Membership, Role, User
from tests.verbs import record_payment
from tests.whole import only_whole, whole_or

# Fifty once; a dozen get in each other's way as well.
MANY, PEOPLE = whole_or(50, 12), 12
at_once = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people(store) -> list[Membership]:
    users = [User.objects.create_user(f"clerk{number}@example.com", name="Clerk") for number in range(MANY)]
    for user in users:
        Membership.objects.create(user=user, store=store, role=Role.CLERK, all_companies=True)
    return list(Membership.objects.select_related("user", "store").filter(user__in=users))


@pytest.fixture
def invoice(open_invoices):
    """In a currency with two decimals, and with something to share out."""
    return next(each for each in open_invoices if each.open_balance > 100)


def record(person: Membership, invoice, amount: Decimal, accepted: Accepted = Accepted()) -> str:  # noqa: B008
    """What became of it: a state, or "" when there was no room for it."""
    payment = OfflinePayment(
        company_id=invoice.company_id, currency=invoice.currency, payer_name="P", reference="", memo="",
        allocations=(Allocation(invoice.api_id, amount),), received_on=dt.date(2026, 11, 2),
    )  # fmt: skip
    try:
        return str(record_payment(person, uuid.uuid4(), payment, accepted).state)
    except Invalid:
        return ""


def all_at_once(people: list[Membership], work) -> list[str]:
    together = threading.Barrier(len(people), timeout=60)

    def do(person: Membership) -> str:
        together.wait()
        try:
            return work(person)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(people)) as desks:
        return list(desks.map(do, people))


def open_at_store(sandbox, invoice) -> Decimal:
    return Decimal(sandbox.get(f"/ip/invoices/{invoice.api_id}")["openBalance"]["value"])


@at_once
def test_it_works(people, invoice, sandbox):
    """Though the store allows more than is open: nobody has said that they want that."""
    for person in people:
        person.store.allow_overpayment = True
    # In the suite there is no room for all of the dozen.
    share = (invoice.open_balance / whole_or(20, 8)).quantize(Decimal("0.01"))
    said = all_at_once(people, lambda person: record(person, invoice, share))
    # While one is being read back, it may count twice for a moment: that errs to the safe side.
    while state := record(people[0], invoice, share):
        said.append(state)
    recorded = said.count(Change.State.APPLIED)
    assert recorded == invoice.open_balance // share == len(sandbox.writes())
    assert said.count("") == len(said) - recorded
    assert open_at_store(sandbox, invoice) == invoice.open_balance - recorded * share >= 0


@at_once
def test_the_same_form_in_a_dozen_tabs_and_by_another_clerk(people, invoice, sandbox):
    """A form's id is its own: twelve clicks are one payment, and whoever else sends it is refused."""
    form = uuid.uuid4()
    payment = OfflinePayment(
        company_id=invoice.company_id, currency=invoice.currency, payer_name="P", reference="", memo="",
        allocations=(Allocation(invoice.api_id, Decimal(1)),), received_on=dt.date(2026, 11, 2),
    )  # fmt: skip

    def send(person: Membership) -> str:
        try:
            return str(record_payment(person, form, payment).state)
        except Invalid as used:
            return str(used)

    mine, theirs = people[:2]
    said = all_at_once([mine] * PEOPLE + [theirs], send)
    refused = [words for words in said if "already used" in words]
    # Whichever of the two came first.
    assert len(refused) in (1, PEOPLE)
    assert set(said) - set(refused) <= {Change.State.APPLIED, Change.State.SENT}
    assert Change.objects.get().state == Change.State.APPLIED
    assert len(sandbox.writes()) == 1


@only_whole("test_it_works")
@at_once
def test_while_answers_are_lost_and_the_mirror_is_read(people, invoice, sandbox, store):
    share = (invoice.open_balance / 8).quantize(Decimal("0.01"))
    sandbox.fault("drop_after", method="POST", probability=0.3, seed=3)
    sandbox.fault("502", method="POST", probability=0.2, seed=4)
    ended = threading.Event()

    def keep_reading() -> None:
        while not ended.is_set():
            with suppress(SyncUnderWay):
                sync(store)
        connection.close()

    reader = threading.Thread(target=keep_reading)
    reader.start()
    try:
        for _ in range(3):
            all_at_once(people[:PEOPLE], lambda person: record(person, invoice, share))
            assert open_at_store(sandbox, invoice) >= 0
    finally:
        ended.set()
        reader.join()
    assert Change.objects.count() <= invoice.open_balance // share


@only_whole("test_it_works")
@at_once
def test_read_back_while_another_is_checked(people, invoice, sandbox, monkeypatch):
    """The first payment is read back just when the second has read the balance, and not yet what is on its way."""
    half = (invoice.open_balance * 3 / 5).quantize(Decimal("0.01"))
    monkeypatch.setattr(changes.handlers[Change.Verb.RECORD_PAYMENT], "read_back", fail)
    assert record(people[0], invoice, half) == Change.State.APPLIED
    monkeypatch.undo()
    first, on_the_way = Change.objects.get(), allocations.on_the_way
    started = threading.Event()

    def read_back_meanwhile(*told):
        if not started.is_set():
            started.set()
            reading.start()
            reading.join(timeout=1)  # It has to wait for us, or we would have to know of it.
        return on_the_way(*told)

    reading = threading.Thread(target=notice_later, args=(first,))
    monkeypatch.setattr(allocations, "on_the_way", read_back_meanwhile)
    # What they accept counts for nothing where the store does not allow it.
    assert record(people[1], invoice, half, Accepted(overpayment=True)) == ""
    reading.join()
    assert Change.objects.get(pk=first.pk).mirrored_at is not None
    assert open_at_store(sandbox, invoice) >= 0


def test_a_page_read_between_two_payments_of_one_second(people, invoice, sandbox, store):
    """It looks as new as one read after both, and comes to the mirror last."""
    part = (invoice.open_balance * 2 / 5).quantize(Decimal("0.01"))
    assert record(people[0], invoice, part) == Change.State.APPLIED
    between = client_for(store).invoices.get(invoice.api_id)
    assert record(people[1], invoice, part) == Change.State.APPLIED
    first, second = Change.objects.order_by("asked_at")
    # On a busy machine more than the second may have passed between them.
    Change.objects.filter(pk=second.pk).update(sent_at=first.settled_at)
    row = Invoice.objects.get(pk=invoice.pk)
    save_invoices(store, [replace(between, updated_at=row.updated_at)])
    row.refresh_from_db()
    assert row.open_balance == invoice.open_balance - part
    assert record(people[2], invoice, part) == ""
    rest = open_at_store(sandbox, invoice)
    assert record(people[2], invoice, rest) == Change.State.APPLIED


@only_whole("test_it_works")
def test_two_payments_one_after_the_other_need_not_wait(people, invoice, sandbox):
    half = (invoice.open_balance / 2).quantize(Decimal("0.01"), ROUND_DOWN)
    assert record(people[0], invoice, half) == Change.State.APPLIED
    assert record(people[0], invoice, half) == Change.State.APPLIED


def notice_later(change: Change) -> None:
    changes.resume(change, timezone.now() + 2 * state_machine.STALLED_AFTER)
    connection.close()


def fail(change: Change) -> None:
    raise Unavailable("not now")


@only_whole("test_it_works")
def test_where_the_store_allows_it_and_they_say_so(people, invoice, sandbox, store):
    store.allow_overpayment = True
    store.save()
    first, second = people[:2]
    for person in (first, second):
        person.store.refresh_from_db()
    assert (
        record(first, invoice, (invoice.open_balance / 2).quantize(Decimal("0.01"))) == Change.State.APPLIED
    )
    assert record(second, invoice, invoice.open_balance) == ""
    assert record(second, invoice, invoice.open_balance, Accepted(overpayment=True)) == Change.State.APPLIED
    assert open_at_store(sandbox, invoice) < 0
