"""A store's reminder plans: at most one for each currency, the newest saved one."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.receivables.changes.errors import Invalid
from arportal.receivables.collections.choosing import Level
from arportal.receivables.mails.texts import problem_in
from arportal.receivables.models import ReminderPlan
from arportal.stores.access import Permission, require
from arportal.stores.activity import Kind, record
from arportal.stores.models import Membership, Store

MOST_LEVELS = 5
LATEST = 365
# Place → what stands there.
PLACES: dict[str, str | Promise] = {
    "company": _lazy("the company's name"),
    "store": _lazy("your name, as on documents"),
    "day": _lazy("the day of the reminder"),
    "invoices": _lazy("a table of the invoices, with what is left to pay of each"),
    "total": _lazy("what is left to pay of them together"),
    "days": _lazy("days since the oldest of them was due"),
}


def plan_of(store: Store, currency: str) -> ReminderPlan | None:
    return ReminderPlan.objects.filter(store=store, currency=currency).order_by("-id").first()


def plans_of(store: Store) -> dict[str, ReminderPlan]:
    """Currency → the plan that counts."""
    newest = ReminderPlan.objects.filter(store=store).order_by("currency", "-id").distinct("currency")
    return {plan.currency: plan for plan in newest.select_related("saved_by__user")}


def levels_of(plan: ReminderPlan | None) -> list[Level]:
    """The plan's levels; without one, those that are offered."""
    if plan is None:
        return our_levels()
    return [Level(row["days"], Decimal(row["minimum"]), row["subject"], row["text"]) for row in plan.levels]


def our_levels() -> list[Level]:
    """The levels that we bring, in the language that is active."""
    ending = _(
        "{invoices}\n\n"
        "Together: {total}\n\n"
        "If you have paid in the last few days, please disregard this mail. If something does not agree with your"
        " records, please reply to it.\n\n"
        "Kind regards\n"
        "{store}"
    )
    nothing = Decimal(0)
    return [
        Level(
            3,
            nothing,
            _("Payment reminder from {store}"),
            _("Dear {company},\n\nmaybe it has escaped you: these invoices are past their due date.\n\n")
            + ending,
        ),
        Level(
            14,
            nothing,
            _("Second payment reminder from {store}"),
            _(
                "Dear {company},\n\nthese invoices are still open, the oldest for {days} days. Please pay now.\n\n"
            )
            + ending,
        ),
        Level(
            30,
            nothing,
            _("Last payment reminder from {store}"),
            _(
                "Dear {company},\n\ndespite our reminders these invoices are still open, the oldest for {days} days."
                " Please pay them within seven days, or tell us what stands in the way.\n\n"
            )
            + ending,
        ),
    ]


def save_plan(
    actor: Membership, currency: str, *, is_on: bool, hour: int | None, levels: Sequence[Level]
) -> ReminderPlan:
    """Raises NotAllowed, and Invalid by fields such as `1-days`, of the first level."""
    require(actor, Permission.EDIT_MAIL_TEXTS)
    problems = _problems(levels)
    if problems:
        raise Invalid(problems)
    rows: list[dict[str, Any]] = [
        {
            "days": level.days,
            "minimum": str(level.minimum),
            "subject": level.subject.strip(),
            "text": level.text.strip(),
        }
        for level in levels
    ]
    after = {"currency": currency, "is_on": is_on, "hour": hour, "levels": rows}
    with transaction.atomic():
        words = _("Plan of reminders in %(currency)s") % {"currency": currency}
        record(actor, Kind.TEXT, words, details={"after": after})
        return ReminderPlan.objects.create(store=actor.store, saved_by=actor, **after)


def _problems(levels: Sequence[Level]) -> dict[str, list[str]]:
    if not levels:
        return {"1-days": [_("Give at least one level.")]}
    problems: dict[str, list[str]] = {}
    before = 0
    for number, level in enumerate(levels, start=1):
        if not before < level.days <= LATEST:
            words = _("Days rise from level to level, from 1 up to %(latest)d.")
            problems[f"{number}-days"] = [words % {"latest": LATEST}]
        before = level.days
        for name, value in (("subject", level.subject), ("text", level.text)):
            problem = problem_in(value, PLACES) if value.strip() else _("It cannot be empty.")
            if problem:
                problems[f"{number}-{name}"] = [problem]
    return problems


def is_due_by_itself(plan: ReminderPlan, now: dt.datetime) -> bool:
    """True from the plan's hour on to the end of the store's day."""
    return plan.is_on and plan.hour is not None and now.astimezone(plan.store.zone).hour >= plan.hour
