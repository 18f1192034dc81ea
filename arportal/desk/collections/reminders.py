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

    slug: str
    currency: str
    plan: ReminderPlan | None

    @property
    def words(self) -> str:
        return plan_words(self.plan)

    @property
    def levels(self) -> list[str]:
        levels = levels_of(self.plan) if self.plan else []
        return [
            ngettext("%(days)d day late", "%(days)d days late", level.days) % {"days": level.days}
            for level in levels
        ]

    @property
    def plan_url(self) -> str:
        return reverse("desk:reminder_plan", args=[self.slug, self.currency])

    @property
    def preview_url(self) -> str:
        return reverse("desk:remind", args=[self.slug, self.currency])


@page(Permission.READ)
def reminders(request: DeskRequest) -> HttpResponse:
    plans, slug = plans_of(request.store), request.store.slug
    codes = dict.fromkeys([*currencies(request.actor), *plans])
    rounds = ReminderRun.objects.visible_to(request.actor).select_related("actor__user")
    context: dict[str, Any] = {
        "rows": [PlanRow(slug, code, plans.get(code)) for code in codes],
        "rounds": [
            (run, reverse("desk:reminder_round", args=[slug, run.pk]))
            for run in rounds.order_by("-started_at")[:SHOWN]
        ],
        "may_send": may(request.actor, Permission.SEND_MAIL),
        "may_plan": may(request.actor, Permission.EDIT_MAIL_TEXTS),
        "sends_mail": settings.SENDS_MAIL,
    }
    return render(request, "collections/reminders.html", context)


def plan_words(plan: ReminderPlan | None) -> str:
    if plan is None or not plan.is_on:
        return _("Off")
    if plan.hour is None:
        return _("After a preview")
    return _("By themselves from %(hour)02d:00") % {"hour": plan.hour}
