"""The store itself, how fresh its figures are, and the ageing report."""

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from arportal.desk.ageing.form import AgeingForm
from arportal.desk.lists.tables import Viewer
from arportal.mirror.rate_limit.budget import budget_of
from arportal.mirror.sync.freshness import freshness, freshness_of_lists
from arportal.receivables.ageing.ageing import Aged
from arportal.receivables.ageing.buckets import Buckets
from arportal.rest.fields import AMOUNT
from arportal.rest.problems import Problem
from arportal.rest.views import StoreView

MOMENT_OR_NULL = {"type": ["string", "null"], "format": "date-time"}
MOST_ROWS = 10_000


class StoresView(StoreView):
    """The stores that the token opens: one."""

    def get(self, request: Any) -> HttpResponse:
        store, actor = self.store, self.actor
        one = {
            "slug": store.slug,
            "name": store.name,
            "currency": store.currency,
            "time_zone": store.time_zone,
            "today": store.today(timezone.now()),
            "permissions": sorted(actor.granted or ()),
            "all_companies": actor.all_companies,
            "company_ids": [] if actor.all_companies else actor.company_ids,
        }
        return self.answer({"data": [one]})


STORES = {
    "type": "object",
    "required": ["data"],
    "properties": {
        "data": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "slug": {"type": "string"},
                    "name": {"type": "string"},
                    "currency": {"type": "string"},
                    "time_zone": {"type": "string"},
                    "today": {"type": "string", "format": "date"},
                    "permissions": {"type": "array", "items": {"type": "string"}},
                    "all_companies": {"type": "boolean"},
                    "company_ids": {"type": "array", "items": {"type": "integer"}},
                },
            },
        }
    },
}


class SyncView(StoreView):
    """The age of the figures, list by list, and what keeps them from being newer."""

    def get(self, request: Any, **_ids: Any) -> HttpResponse:
        fresh, budget = freshness(self.store), budget_of(self.store)
        lists = [
            {
                "name": each.name,
                "as_of": each.as_of,
                "every_seconds": int(each.every.total_seconds()),
                "is_off": each.is_off,
                "left_out": each.left_out,
            }
            for each in freshness_of_lists(self.store)
        ]
        body = {
            "as_of": fresh.as_of,
            "synced_at": fresh.synced_at,
            "problem": fresh.problem,
            "store_asked_again_at": budget.opens_until,
            "lists": lists,
        }
        return self.answer(body)


SYNC = {
    "type": "object",
    "required": ["as_of", "synced_at", "problem", "lists"],
    "properties": {
        "as_of": MOMENT_OR_NULL,
        "synced_at": MOMENT_OR_NULL,
        "problem": {"type": "string"},
        "store_asked_again_at": MOMENT_OR_NULL,
        "lists": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "name": {"type": "string"},
                    "as_of": MOMENT_OR_NULL,
                    "every_seconds": {"type": "integer"},
                    "is_off": {"type": "boolean"},
                    "left_out": {"type": "integer"},
                },
            },
        },
    },
}


class AgeingView(StoreView):
    """Ageing, as of a day and as known on one: the questions of the page."""

    parameters = frozenset({"on", "known", "basis", "by", "buckets", "currency"})

    def get(self, request: Any, **_ids: Any) -> HttpResponse:
        form = AgeingForm(request.GET, Viewer(self.actor, self.store.today(timezone.now())))
        if form.built_at is None:
            raise Problem(503, "being-built", _("The ledger is being built: there are no figures yet."))
        if not form.is_valid():
            errors = {name: [str(reason) for reason in reasons] for name, reasons in form.errors.items()}
            raise Problem(400, "invalid-query", _("This report cannot be asked so."), errors)
        report, buckets = form.report, form.as_of.buckets
        currency = form.cleaned_data["currency"].upper()
        currencies = [currency] if currency else report.currencies
        totals = [aged_as_json(report.total(code), buckets) for code in currencies]
        rows = [
            {"key": group.key, "name": group.name, **aged_as_json(group.aged, buckets)}
            for code in currencies
            for group in report.rows(code, None, MOST_ROWS)
        ]
        as_of = {"on": form.as_of.day, "known_on": form.as_of.known_on, "basis": form.as_of.basis}
        return self.answer(as_of | {"totals": totals, "data": rows})


def aged_as_json(aged: Aged, buckets: Buckets) -> dict[str, Any]:
    return {
        "currency": aged.currency,
        "buckets": {
            bucket.key: amount.plain() for bucket, amount in zip(buckets, aged.by_bucket, strict=True)
        },
        "open": aged.open.plain(),
        "overdue": aged.overdue.plain(),
        "credit": aged.credit.plain(),
        "balance": aged.balance.plain(),
    }


AGED = {
    "currency": {"type": "string"},
    "buckets": {"type": "object", "additionalProperties": AMOUNT},
    "open": AMOUNT,
    "overdue": AMOUNT,
    "credit": AMOUNT,
    "balance": AMOUNT,
}
AGEING = {
    "type": "object",
    "required": ["on", "totals", "data"],
    "properties": {
        "on": {"type": "string", "format": "date"},
        "known_on": {"type": ["string", "null"], "format": "date"},
        "basis": {"type": "string"},
        "totals": {"type": "array", "items": {"type": "object", "properties": AGED}},
        "data": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"key": {"type": "string"}, "name": {"type": "string"}, **AGED},
            },
        },
    },
}
