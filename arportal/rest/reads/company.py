"""Reads of one company: credit, terms, payment methods, its statement."""

import datetime as dt
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from rest_framework import serializers

from arportal.mirror.models import Company, CompanyMethod
from arportal.receivables.companies.set_credit import SetCredit
from arportal.receivables.companies.set_terms import SetTerms
from arportal.receivables.companies.set_values import SetValues
from arportal.receivables.statements.statement import (
    Account,
    Period,
    TooLong,
    ids_with_subsidiaries,
    statement,
)
from arportal.rest import etags
from arportal.rest.fields import AMOUNT
from arportal.rest.problems import Problem
from arportal.rest.views import StoreView

Json = dict[str, Any]


class CreditSerializer(serializers.Serializer[Any]):
    """Null: the store does not tell."""

    credit_enabled = serializers.BooleanField(allow_null=True)
    available_credit = serializers.CharField(allow_null=True)
    credit_currency = serializers.CharField(allow_null=True)
    limits_purchases = serializers.BooleanField(allow_null=True)


class TermsSerializer(serializers.Serializer[Any]):
    """`own_terms_days` is null where the store's own terms hold."""

    own_terms_days = serializers.IntegerField(allow_null=True)


class MethodSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    title = serializers.CharField()
    is_enabled = serializers.BooleanField()


class CompanyView(StoreView):
    """An address below one company that the token may see."""

    def company(self) -> Company:
        return Company.objects.visible_to(self.actor).get(api_id=self.kwargs["id"])


class ValuesView(CompanyView):
    """Values that a verb can set, with the ETag that it needs; 404 while they were never read from the store."""

    verb: type[SetValues[Any]]
    kind: str

    def get(self, request: Any, **_ids: Any) -> HttpResponse:
        company = self.company()
        values = self.verb.known(company)
        if values is None:
            raise Problem(404, "not-read", _("This was never read from the store yet."))
        return self.answer(values, snapshot=etags.sealed(self.kind, company.api_id, values))


class CreditView(ValuesView):
    verb = SetCredit
    kind = "credit"


class TermsView(ValuesView):
    verb = SetTerms
    kind = "terms"


class MethodsView(CompanyView):
    def get(self, request: Any, **_ids: Any) -> HttpResponse:
        company = self.company()
        methods = CompanyMethod.objects.visible_to(self.actor).filter(company_id=company.api_id)
        rows = [MethodSerializer(method).data for method in methods.order_by("code")]
        states = {row["code"]: row["is_enabled"] for row in rows}
        snapshot = etags.sealed("payment methods", company.api_id, states)
        return self.answer({"data": rows}, snapshot=snapshot)


class StatementView(CompanyView):
    """The movements of a period and what is open at its end: an account for each currency."""

    parameters = frozenset({"first", "last", "subsidiaries"})

    def get(self, request: Any, **_ids: Any) -> HttpResponse:
        company, today = self.company(), self.store.today(timezone.now())
        last = day_in(request.GET, "last", today)
        first = day_in(request.GET, "first", last.replace(day=1))
        if first > last or last > today:
            words = _("A statement is from a day to one that is not before it, up to today.")
            raise Problem(400, "invalid-query", words, {"last": [words]})
        companies: tuple[int, ...] = (company.api_id,)
        if request.GET.get("subsidiaries", "") not in ("", "0", "false"):
            companies = ids_with_subsidiaries(self.actor, company)
        try:
            accounts = statement(self.actor, companies, Period(first, last, today))
        except TooLong as long:
            raise Problem(422, "too-long", str(long)) from long
        body = {"first": first, "last": last, "company_ids": companies}
        return self.answer(body | {"accounts": [account_as_json(account) for account in accounts]})


def account_as_json(account: Account) -> Json:
    return {
        "currency": account.currency,
        "opening": account.opening.plain(),
        "closing": account.closing.plain(),
        "on_account": account.unapplied.plain(),
        "net": account.net.plain(),
        "movements": [
            {
                "day": each.day,
                "invoice_id": each.invoice_id,
                "number": each.number,
                "cause": each.cause.value,
                "payment_id": each.cause_id,
                "amount": each.amount.plain(),
                "balance": each.balance.plain(),
            }
            for each in account.movements
        ],
        "open_items": [
            {
                "invoice_id": each.invoice_id,
                "number": each.number,
                "issued_on": each.issued_on,
                "due_on": each.due_on,
                "balance": each.balance.plain(),
                "days_late": each.days_late,
            }
            for each in account.open_items
        ],
    }


def day_in(values: Any, name: str, default: dt.date) -> dt.date:
    """A parameter that is a day. Raises Problem."""
    raw = values.get(name, "")
    if not raw:
        return default
    try:
        day = parse_date(raw)
    except ValueError:
        day = None
    if day is None or not 1970 <= day.year <= 2200:
        words = _("Give a day such as 2026-11-29.")
        raise Problem(400, "invalid-query", words, {name: [words]})
    return day


DAY = {"type": "string", "format": "date"}
DAY_OR_NULL = {"type": ["string", "null"], "format": "date"}
STATEMENT = {
    "type": "object",
    "required": ["first", "last", "company_ids", "accounts"],
    "properties": {
        "first": DAY,
        "last": DAY,
        "company_ids": {"type": "array", "items": {"type": "integer"}},
        "accounts": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["currency", "opening", "closing", "movements", "open_items"],
                "properties": {
                    "currency": {"type": "string"},
                    "opening": AMOUNT,
                    "closing": AMOUNT,
                    "on_account": AMOUNT,
                    "net": AMOUNT,
                    "movements": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "properties": {
                                "day": DAY,
                                "invoice_id": {"type": "integer"},
                                "number": {"type": "string"},
                                "cause": {"type": "string"},
                                "payment_id": {"type": ["integer", "null"]},
                                "amount": AMOUNT,
                                "balance": AMOUNT,
                            },
                        },
                    },
                    "open_items": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "properties": {
                                "invoice_id": {"type": "integer"},
                                "number": {"type": "string"},
                                "issued_on": DAY_OR_NULL,
                                "due_on": DAY_OR_NULL,
                                "balance": AMOUNT,
                                "days_late": {"type": "integer"},
                            },
                        },
                    },
                },
            },
        },
    },
}
