"""Lines of bank statements by what is said of them, counted from their rows alone."""

import datetime as dt
import uuid
from decimal import Decimal

import pytest
from django.utils import timezone

from arportal.receivables.models import (
    BankAccount,
    BankFile,
    BankLine,
    BankUse,
    Change,
    OnAccount,
    OnAccountUse,
)
from arportal.stores.models import Membership
from tests.receivables.asking import ask

DAY = dt.date(2026, 11, 3)
Verb, State = Change.Verb, Change.State


@pytest.fixture
def new_line(store, clerk):
    account = BankAccount.objects.create(store=store, number="DE1", currency="EUR")
    file = BankFile.objects.create(store=store, name="a.sta", added=1, known=0, actor=clerk)

    def new_line(amount: str, **values) -> BankLine:
        about = {"store": store, "account": account, "file": file, "number": 1, "twin": 1, "currency": "EUR"}
        days = {"booked_on": DAY, "value_on": DAY, "checksum": uuid.uuid4().hex}
        return BankLine.objects.create(**(about | days | {"amount": Decimal(amount)} | values))

    return new_line


@pytest.fixture
def use(clerk):
    """Says of a line, or a part of it, what it is."""

    def use(line: BankLine, kind: BankUse.Kind, amount: str = "", **values) -> BankUse:
        about = {"form_id": uuid.uuid4(), "line": line, "kind": kind, "actor": clerk}
        return BankUse.objects.create(**about | {"amount": Decimal(amount or line.amount)} | values)

    return use


@pytest.fixture
def paid(clerk, use):
    """A line that became a payment of the store's; its Change."""

    def paid(line: BankLine, state: State, target_id: int | None = None) -> Change:
        change = ask(clerk, uuid.uuid4(), Verb.RECORD_PAYMENT, company_id=1)
        Change.objects.filter(pk=change.pk).update(state=state, target_id=target_id)
        use(line, BankUse.Kind.PAYMENT, change=change)
        return change

    return paid


def of(lines: list[BankLine], rows) -> list[int]:
    """The positions of these lines that are among the rows."""
    found = set(rows.values_list("pk", flat=True))
    return [position for position, line in enumerate(lines) if line.pk in found]


def test_only_money_that_came_in_is_open_and_only_to_who_sees_all(new_line, use, clerk, other_store):
    lines = [new_line(amount) for amount in ("-5", "0", "0.5", "5")]
    assert of(lines, BankLine.objects.incoming()) == of(lines, BankLine.objects.open()) == [2, 3]
    assert of(lines, BankLine.objects.done()) == []
    use(lines[2], BankUse.Kind.IGNORED)
    use(lines[3], BankUse.Kind.IGNORED, "4.5")
    assert (of(lines, BankLine.objects.open()), of(lines, BankLine.objects.done())) == ([3], [2])
    BankLine.objects.filter(pk=lines[3].pk).update(store=other_store)
    assert of(lines, BankLine.objects.visible_to(clerk)) == [0, 1, 2]
    clerk.all_companies = False
    assert of(lines, BankLine.objects.visible_to(clerk)) == []


def test_marked_are_those_that_nothing_but_taking_back_opens(new_line, use, paid):
    lines = [new_line("5") for _each in range(6)]
    states = [State.APPLIED, State.SENT, State.UNKNOWN, State.WAITING, State.REFUSED]
    for line, state in zip(lines, states, strict=False):
        paid(line, state, 7)
    use(lines[5], BankUse.Kind.IGNORED, "4.5")
    ignored = [new_line("5"), new_line("-5")]
    use(ignored[0], BankUse.Kind.IGNORED)
    BankLine.objects.all().mark_done()
    marked = BankLine.objects.filter(is_done=True)
    assert (of(lines, marked), of(ignored, marked)) == ([0], [0])
    # Those in doubt are used up for now; of the refused one all is to be said anew.
    assert (of(lines, BankLine.objects.open()), of(lines, BankLine.objects.done())) == ([4, 5], [0, 1, 2, 3])


def test_what_is_taken_back_is_open_though_it_is_marked(new_line, use, paid, clerk, other_store):
    ignored, kept, edited, refused, deleted = lines = [new_line("5") for _each in range(5)]
    ended = use(ignored, BankUse.Kind.IGNORED)
    use(kept, BankUse.Kind.IGNORED)
    # What came first is no record of the payment that is deleted: an edit, the deletion, and another store's.
    ask(clerk, uuid.uuid4(), Verb.EDIT_PAYMENT, company_id=1, target_id=9)
    later = {
        ask(clerk, uuid.uuid4(), verb, company_id=1, target_id=target_id): state
        for target_id, verb, state in (
            (9, Verb.DELETE_PAYMENT, State.APPLIED),
            (8, Verb.DELETE_PAYMENT, State.REFUSED),
            (7, Verb.EDIT_PAYMENT, State.APPLIED),
        )
    }
    elsewhere = Membership.objects.create(user=clerk.user, store=other_store, role="clerk")
    ask(elsewhere, uuid.uuid4(), Verb.RECORD_PAYMENT, company_id=1, target_id=9)
    for target_id, line in enumerate((edited, refused, deleted), start=7):
        paid(line, State.APPLIED, target_id)
    BankLine.objects.all().mark_done()
    assert of(lines, BankLine.objects.done()) == [0, 1, 2, 3, 4]
    BankUse.objects.filter(pk=ended.pk).update(ended_at=timezone.now())
    for change, state in later.items():
        Change.objects.filter(pk=change.pk).update(state=state)
    assert (of(lines, BankLine.objects.open()), of(lines, BankLine.objects.done())) == ([0, 4], [1, 2, 3])


def test_money_on_account_is_back_when_it_was_a_mistake_and_not_when_it_was_paid_back(
    new_line, use, clerk, store
):
    lines = [new_line("5") for _each in range(3)]
    kinds = [OnAccountUse.Kind.REVERSED, OnAccountUse.Kind.PAID_BACK]
    for line in lines:
        money = OnAccount.objects.create(
            form_id=uuid.uuid4(), store=store, company_id=1, currency="EUR", amount=5, received_on=DAY,
            reason="R", actor=clerk,
        )  # fmt: skip
        use(line, BankUse.Kind.ON_ACCOUNT, money=money)
    BankLine.objects.all().mark_done()
    for line, kind in zip(lines, kinds, strict=False):
        OnAccountUse.objects.create(
            form_id=uuid.uuid4(), money=line.uses.get().money, kind=kind, amount=2, reason="R",
            taken_on=DAY, actor=clerk,
        )  # fmt: skip
    assert [row.left for row in BankLine.objects.with_left().order_by("pk")] == [2, 0, 0]
    assert (of(lines, BankLine.objects.open()), of(lines, BankLine.objects.done())) == ([0], [1, 2])
    # Of money whose line was opened again by hand, the reversal gives nothing back twice.
    BankUse.objects.filter(line=lines[0]).update(ended_at=timezone.now())
    assert BankLine.objects.with_left().get(pk=lines[0].pk).left == 5


def test_a_line_is_called_by_who_paid():
    named = BankLine(payer_name="Payer", text="Text", number=7)
    assert [str(line) for line in (named, BankLine(text="Text", number=7), BankLine(number=7))] == [
        *("Payer", "Text", "Line 7"),
    ]
