"""From which company a payment is: found by its name, an invoice number, or among those one worked on last."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _lazy

from arportal.desk.companies.list import PLACE, with_balances
from arportal.desk.lists.lists import viewer_of
from arportal.desk.site.links import link
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import SeeOther
from arportal.mirror.models import Company, Invoice
from arportal.receivables.models import Change
from arportal.stores.access import Permission

SUGGESTED, RECENT = 20, 6
# Of the changes a person made last, those in which their recent companies are looked for.
LOOKED_AT = 200


@dataclass(frozen=True)
class Suggestions:
    """`more` says that others match too, and one should type on."""

    heading: str | Promise
    companies: Sequence[Company]
    more: bool = False


@page(Permission.RECORD_PAYMENT)
def pick_company(request: DeskRequest) -> HttpResponse:
    words = request.GET.get("q", "").replace("\x00", "").strip()
    picks = _picks(request)
    groups = _groups(request, words, {invoice.company_id for invoice in picks})
    found = [company for group in groups for company in group.companies]
    if len(found) == 1 and (picks or (words and not request.htmx)):
        return SeeOther(_form_url(request, found[0], picks))
    with_balances(found, viewer_of(request))
    context: dict[str, Any] = {"words": words, "groups": [_shown(request, group, picks) for group in groups]}
    fragment = request.htmx and request.htmx.target == "suggestions"
    template = "payments/_suggestions.html" if fragment else "payments/pick_company.html"
    response = render(request, template, context)
    response["Vary"] = "HX-Request, HX-Target"
    return response


def _picks(request: DeskRequest) -> list[Invoice]:
    """Invoices picked in a list, which may be of several companies: each gets a payment of its own."""
    ids = [int(each) for each in request.GET.getlist("pick") if each.isdecimal() and len(each) < 19]
    its_open = Invoice.objects.visible_to(request.actor).outstanding()
    return list(its_open.filter(api_id__in=ids).defer("raw"))


def _groups(request: DeskRequest, words: str, picked: set[int]) -> list[Suggestions]:
    companies = Company.objects.visible_to(request.actor).defer("raw")
    if picked:
        return [_first(_lazy("Companies of the selected invoices"), companies.filter(api_id__in=picked))]
    if words:
        return [_first(_lazy("Found"), companies.filter(_matching(request, words)))]
    recent = _recent(request)
    others = companies.exclude(api_id__in=[company.api_id for company in recent])
    every = _first(_lazy("All companies"), others)
    return [Suggestions(_lazy("You recorded from these lately"), recent), every] if recent else [every]


def _first(heading: str | Promise, companies: Any) -> Suggestions:
    found = list(companies.order_by("name", "api_id")[: SUGGESTED + 1])
    return Suggestions(heading, found[:SUGGESTED], more=len(found) > SUGGESTED)


def _matching(request: DeskRequest, words: str) -> Q:
    """Every word somewhere in the name or place; or the whole is an e-mail address, number or invoice."""
    named = Q()
    for word in words.split():
        named &= Q(name__folded_contains=word) | Q(city__folded_contains=word)
    invoiced = Invoice.objects.visible_to(request.actor).filter(number=words).values("company_id")
    return named | Q(email__iexact=words) | Q(phone=words) | Q(api_id__in=invoiced)


def _recent(request: DeskRequest) -> list[Company]:
    mine = Change.objects.filter(
        store=request.store, actor=request.actor, verb=Change.Verb.RECORD_PAYMENT
    ).order_by("-asked_at")
    ids = list(dict.fromkeys(mine.values_list("company_id", flat=True)[:LOOKED_AT]))[:RECENT]
    known = Company.objects.visible_to(request.actor).defer("raw").by_api_id(ids)
    return [known[api_id] for api_id in ids if api_id in known]


def _form_url(request: DeskRequest, company: Company, picks: Sequence[Invoice]) -> str:
    ids = [("pick", invoice.api_id) for invoice in picks if invoice.company_id == company.api_id]
    url = link("record_payment_for", request.store.slug, company.api_id)
    return f"{url}?{urlencode(ids)}" if ids else url


def _shown(request: DeskRequest, group: Suggestions, picks: Sequence[Invoice]) -> dict[str, Any]:
    viewer = viewer_of(request)
    rows = [
        {"company": each, "place": PLACE.value(each, viewer), "url": _form_url(request, each, picks)}
        for each in group.companies
    ]
    return {"heading": group.heading, "rows": rows, "more": group.more}
