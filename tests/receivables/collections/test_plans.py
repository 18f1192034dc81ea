"""Reminder plans: the newest of a store counts, who may save one, and what its levels may be."""

from decimal import Decimal

import pytest

from arportal.receivables.changes.errors import Invalid
from arportal.receivables.collections.choosing import Level
from arportal.receivables.collections.plans import levels_of, our_levels, plan_of, plans_of, save_plan
from arportal.receivables.models import ReminderPlan
from arportal.stores.access import NotAllowed
from arportal.stores.models import Activity, Membership, Role


def level(days: int) -> Level:
    return Level(days, Decimal(0), "Reminder", "{invoices} {total}")


def save(actor: Membership, *days: int, currency: str = "EUR") -> ReminderPlan:
    return save_plan(actor, currency, is_on=True, hour=None, levels=[level(number) for number in days])


def test_the_newest_of_the_store_counts(controller, other_store):
    store = controller.store
    theirs = Membership.objects.create(user=controller.user, store=other_store, role=Role.CONTROLLER)
    assert levels_of(plan_of(store, "EUR")) == our_levels()
    assert [(each.days, each.minimum) for each in our_levels()] == [(3, 0), (14, 0), (30, 0)]
    save(controller, 5)
    euros, yen = save(controller, 7, 9), save(controller, 8, currency="JPY")
    save(theirs, 3)
    assert plan_of(store, "EUR") == euros
    assert plans_of(store) == {"EUR": euros, "JPY": yen}
    assert levels_of(euros) == [level(7), level(9)]


def test_what_was_saved_is_in_the_activity(controller):
    plan = save(controller, 5)
    told = Activity.objects.get(store=controller.store, kind="text")
    assert told.words == "Plan of reminders in EUR"
    assert told.details == {
        "after": {"currency": "EUR", "is_on": True, "hour": None, "levels": plan.levels},
    }


def test_days_rise(controller):
    assert save(controller, 1, 2, 365).pk
    refused = {}
    for days in ([0], [5, 5], [366], []):
        with pytest.raises(Invalid) as wrong:
            save(controller, *days)
        refused[str(days)] = list(wrong.value.fields)
    assert refused == {"[0]": ["1-days"], "[5, 5]": ["2-days"], "[366]": ["1-days"], "[]": ["1-days"]}


def test_a_clerk_saves_none(clerk):
    with pytest.raises(NotAllowed):
        save(clerk, 5)
