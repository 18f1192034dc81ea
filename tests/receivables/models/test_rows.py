"""What lists, workers and people get of the rows: by store, person and state."""

import datetime as dt
import uuid
from decimal import Decimal

import pytest
from django.utils import timezone

from arportal.b2b import Money
from arportal.receivables.models import (
    Change,
    CompanyBalance,
    Discrepancy,
    Import,
    Note,
    OnAccount,
    OnAccountUse,
    ReminderRun,
    WebhookAttempt,
)
from arportal.stores.models import Membership, Role
from tests.receivables.asking import ask

DAY = dt.date(2026, 11, 3)


@pytest.fixture
def stranger(other_store, clerk) -> Membership:
    return Membership.objects.create(user=clerk.user, store=other_store, role=Role.CLERK, all_companies=True)


def new_import(actor: Membership, **values) -> Import:
    return Import.objects.create(
        **({"id": uuid.uuid4(), "store": actor.store, "actor": actor, "of": "payments"} | values)
    )


def test_an_import_is_seen_by_who_sees_all_of_it(clerk, controller, stranger):
    mine = new_import(clerk, company_ids=[1, 2])
    of_others = new_import(controller, company_ids=[1])
    elsewhere = new_import(stranger)
    assert set(Import.objects.visible_to(clerk)) == {mine, of_others}
    assert set(Import.objects.visible_to(stranger)) == {elsewhere}
    clerk.all_companies, clerk.company_ids = False, [1, 2, 3]
    assert set(Import.objects.visible_to(clerk)) == {mine}
    clerk.company_ids = [1, 3]
    assert not Import.objects.visible_to(clerk)


def test_imports_that_go_on(clerk):
    by_state = {state: new_import(clerk, state=state) for state in Import.State}
    going_on = {by_state[state] for state in (Import.State.CHECKING, Import.State.RUNNING)}
    assert set(Import.objects.unfinished()) == going_on
    assert set(Import.objects.in_state(Import.State.RUNNING)) == {by_state[Import.State.RUNNING]}


def test_changes_by_how_far_they_are(clerk):
    for state in Change.State:
        for number in range(2):
            change = ask(clerk, uuid.uuid4(), Change.Verb.RECORD_PAYMENT, company_id=1)
            mirrored_at = timezone.now() if number else None
            Change.objects.filter(pk=change.pk).update(
                state=state, mirrored_at=mirrored_at, is_deferred=bool(number)
            )
    states = Change.State
    rows = Change.objects
    assert {change.state for change in rows.to_approve()} == {states.WAITING}
    assert [(change.state, change.is_deferred) for change in rows.in_line()] == [(states.ASKED, True)]
    assert [(change.state, change.mirrored_at) for change in rows.not_mirrored()] == [(states.APPLIED, None)]
    assert {change.state for change in rows.unfinished()} == set(states) - {states.REFUSED}
    assert {change.mirrored_at for change in rows.unfinished()} == {None}
    assert {change.state for change in rows.under_way()} == {states.ASKED, states.SENT, states.UNKNOWN}


def test_a_round_of_reminders_is_seen_by_who_sees_all_of_its_companies(clerk, store, other_store):
    about = {"currency": "EUR", "day": DAY, "actor": clerk, "started_at": timezone.now()}
    mine, of_more, _elsewhere = (
        ReminderRun.objects.create(id=uuid.uuid4(), store=where, company_ids=company_ids, **about)
        for where, company_ids in ((store, [1]), (store, [1, 2]), (other_store, [1]))
    )
    assert set(ReminderRun.objects.visible_to(clerk)) == {mine, of_more}
    clerk.all_companies, clerk.company_ids = False, [1, 3]
    assert set(ReminderRun.objects.visible_to(clerk)) == {mine}


def test_what_companies_owe_in_each_currency(store):
    CompanyBalance.objects.all().delete()
    figures = {"overdue": 1, "late_30": 1, "late_60": 0, "late_90": 0}
    for company_id, (amount, credit) in enumerate([(1, 0), (0, 1), (3, 1), (0, 0), (5, 0)], start=1):
        CompanyBalance.objects.create(
            store=store, company_id=company_id, currency="EUR", open=amount, credit=-credit, **figures
        )
    [euros] = CompanyBalance.objects.all().totals()
    assert euros == {"currency": "EUR", "open": 9, "overdue": 4, "credit": -2, "companies": 4}
    owes = CompanyBalance(open=Decimal(5), credit=Decimal(-2), currency="EUR", oldest_due_on=DAY)
    assert owes.balance_money == Money(Decimal(3), "EUR")
    days = [owes.days_late(DAY + dt.timedelta(days=late)) for late in (-1, 0, 1)]
    assert (days, CompanyBalance().days_late(DAY)) == ([0, 0, 1], 0)


def test_a_note_is_to_do_until_it_is_done():
    notes = [Note(), Note(action_on=DAY), Note(action_on=DAY, done_at=timezone.now())]
    assert [note.is_to_do for note in notes] == [False, True, False]


def test_a_try_in_words():
    now = dt.datetime(2026, 11, 3, 14, 5, tzinfo=dt.UTC)
    tries = [
        WebhookAttempt(at=now, status=204, seconds=2.5),
        WebhookAttempt(at=now, words="No answer", seconds=None),
    ]
    assert [(str(each), each.milliseconds) for each in tries] == [
        ("2026-11-03 14:05:00: 204", 2500),
        ("2026-11-03 14:05:00: No answer", None),
    ]


def test_only_what_is_not_resolved_is_to_be_repaired(store):
    for resolved_at in (None, timezone.now()):
        Discrepancy.objects.create(
            store=store, kind="double", external_id=uuid.uuid4(), company_id=1, resolved_at=resolved_at
        )
    assert [row.resolved_at for row in Discrepancy.objects.open()] == [None]


def test_the_last_cent_on_account_is_not_applied_yet(store, clerk):
    money = OnAccount.objects.create(
        form_id=uuid.uuid4(), store=store, company_id=1, currency="EUR", amount=5, received_on=DAY,
        reason="R", actor=clerk,
    )  # fmt: skip
    assert (str(money), str(OnAccount(reference="SEPA 7"))) == (f"On account #{money.pk}", "SEPA 7")
    take = {"money": money, "kind": OnAccountUse.Kind.PAID_BACK, "taken_on": DAY, "actor": clerk}
    OnAccountUse.objects.create(form_id=uuid.uuid4(), amount="4.99", **take)
    assert OnAccount.objects.unapplied().get() == money
    OnAccountUse.objects.create(form_id=uuid.uuid4(), amount="0.01", **take)
    assert not OnAccount.objects.unapplied()


def test_what_was_deleted_on_the_next_day_held_until_then(store, clerk):
    money = OnAccount.objects.create(
        form_id=uuid.uuid4(), store=store, company_id=1, currency="EUR", amount=5, received_on=DAY,
        reason="R", actor=clerk,
    )  # fmt: skip
    recorded = ask(clerk, uuid.uuid4(), Change.Verb.RECORD_PAYMENT, company_id=1, target_id=7)
    Change.objects.filter(pk=recorded.pk).update(state=Change.State.APPLIED)
    OnAccountUse.objects.create(
        form_id=uuid.uuid4(), money=money, kind=OnAccountUse.Kind.APPLIED, amount=5, change=recorded,
        taken_on=DAY, actor=clerk,
    )  # fmt: skip
    deletion = ask(clerk, uuid.uuid4(), Change.Verb.DELETE_PAYMENT, company_id=1, target_id=7)
    midnight = dt.datetime.combine(DAY + dt.timedelta(days=1), dt.time(), store.zone)
    for settled_at, held in ((midnight, True), (midnight - dt.timedelta(seconds=1), False)):
        Change.objects.filter(pk=deletion.pk).update(state=Change.State.APPLIED, settled_at=settled_at)
        assert OnAccountUse.objects.all().standing_on(DAY, store).exists() is held
    # Before the moment in which it was deleted, nobody knew of that; nor of the use before it was made.
    rows = OnAccountUse.objects.all()
    Change.objects.filter(pk=deletion.pk).update(settled_at=timezone.now())
    day = store.today(timezone.now())
    assert not rows.standing_on(day, store, rows.get().at).exists()
    later = timezone.now() + dt.timedelta(seconds=1)
    assert not rows.standing_on(day, store, later).exists()
    Change.objects.filter(pk=deletion.pk).update(state=Change.State.REFUSED)
    assert rows.standing_on(day, store, later).exists()
    # Of a payment that was refused afterwards, it was still believed then.
    Change.objects.filter(pk=recorded.pk).update(state=Change.State.REFUSED, settled_at=later)
    assert rows.standing_on(day, store, later).exists()
    assert not rows.standing_on(day, store, later + dt.timedelta(seconds=1)).exists()
