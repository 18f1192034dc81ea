"""A store's rules, with the form that changes them and who changed what."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.b2b import Money
from arportal.desk.format.formats import formatter
from arportal.desk.settings.rules_form import RulesForm
from arportal.desk.site.links import link
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import SeeOther
from arportal.mirror.models import Invoice
from arportal.stores.access import Permission
from arportal.stores.models import Activity, Role
from arportal.stores.rules import save_rules

SHOWN = 50
NAMES: dict[str, Promise] = {
    "reserve": _lazy("Requests left to others"),
    "allow_overpayment": _lazy("Payments above the open balance"),
    "approval_limits": _lazy("Limit for one person alone"),
    "reply_to": _lazy("Answers to mails go to"),
    "write_off_limits": _lazy("Limits of write-offs"),
    "second_factor_roles": _lazy("Second factor of"),
    "quarantine": _lazy("Minutes until sent again"),
    "first_number": _lazy("First invoice number"),
    "last_number": _lazy("Last invoice number"),
    "bank_applies_ready": _lazy("Bank lines recorded by themselves"),
    "bank_tolerances": _lazy("Short payments, up to"),
}

# Of what may be left empty.
UNSET: dict[str, Promise] = {
    "reply_to": _lazy("nowhere else"),
    "quarantine": _lazy("ten"),
    "first_number": _lazy("after the newest"),
    "last_number": _lazy("any"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One rule that changed, in words."""

    change: Activity
    rule: str
    before: str
    after: str


@page(Permission.CONFIGURE, methods=("GET", "HEAD", "POST"), keeps=True)
def settings(request: DeskRequest) -> HttpResponse:
    currencies = Invoice.objects.visible_to(request.actor).currencies()
    form = RulesForm(request.POST or None, request.store, currencies)
    if not (request.method == "POST" and form.is_valid()):
        context = {"form": form, "history": list(history(request))}
        return render(request, "settings/page.html", context, status=422 if form.is_bound else 200)
    changed = save_rules(request.actor, form.rules())
    messages.success(request, _("Saved.") if changed else _("Nothing was changed."))
    return SeeOther(link("settings", request.store.slug))


def history(request: DeskRequest) -> Iterator[Line]:
    """The rules that changed, the latest first."""
    changes = Activity.objects.filter(store=request.store, kind=Activity.Kind.RULE)
    for change in changes.select_related("actor__user").order_by("-at", "-pk")[:SHOWN]:
        was = change.details["before"]
        for name, value in change.details["after"].items():
            before, after = _words(name, was[name]), _words(name, value)
            yield Line(change, str(NAMES.get(name, name)), before, after)


def _words(name: str, value: Any) -> str:
    if name == "write_off_limits":
        of_roles = (f"{Role(role).label}: {_words('', limits)}" for role, limits in value.items())
        return "; ".join(of_roles) or _("none")
    if isinstance(value, bool):
        return _("allowed") if value else _("not allowed")
    if isinstance(value, list):
        return ", ".join(str(Role(role).label) for role in value) or _("nobody")
    if isinstance(value, dict):
        limits = (formatter().amount(Money(Decimal(amount), code)) for code, amount in value.items())
        return ", ".join(limits) or _("any amount")
    return str(UNSET.get(name, "")) if value in (None, "") else str(value)
