"""The reminder plans of a store, one a currency, and the rounds that were sent."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from arportal.desk.site.pages import DeskRequest, page
from arportal.receivables.collections.plans import levels_of, plans_of
from arportal.receivables.metrics.debtors import currencies
from arportal.receivables.models import ReminderPlan, ReminderRun
from arportal.stores.access import Permission, may

SHOWN = 30


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A currency with its plan in words; `plan` is None where nobody has made one."""

    currency: str
    plan: ReminderPlan | None
    words: str
    levels: list[str]
    plan_url: str
    preview_url: str


@page(Permission.READ)
def reminders(request: DeskRequest) -> HttpResponse:
    plans, slug = plans_of(request.store), request.store.slug
    codes = dict.fromkeys([*currencies(request.actor), *plans])
    rounds = ReminderRun.objects.visible_to(request.actor).select_related("actor__user")
    context: dict[str, Any] = {
        "rows": [_row(slug, code, plans.get(code)) for code in codes],
        "rounds": [
            (run, reverse("desk:reminder_round", args=[slug, run.pk]))
            for run in rounds.order_by("-started_at")[:SHOWN]
        ],
        "may_send": may(request.actor, Permission.SEND_MAIL),
        "may_plan": may(request.actor, Permission.EDIT_MAIL_TEXTS),
        "sends_mail": settings.SENDS_MAIL,
    }
    return render(request, "collections/reminders.html", context)


def _row(slug: str, currency: str, plan: ReminderPlan | None) -> PlanRow:
    levels = levels_of(plan) if plan else []
    return PlanRow(
        currency=currency,
        plan=plan,
        words=plan_words(plan),
        levels=[
            ngettext("%(days)d day late", "%(days)d days late", level.days) % {"days": level.days}
            for level in levels
        ],
        plan_url=reverse("desk:reminder_plan", args=[slug, currency]),
        preview_url=reverse("desk:remind", args=[slug, currency]),
    )


def plan_words(plan: ReminderPlan | None) -> str:
    if plan is None or not plan.is_on:
        return _("Off")
    if plan.hour is None:
        return _("After a preview")
    return _("By themselves from %(hour)02d:00") % {"hour": plan.hour}
