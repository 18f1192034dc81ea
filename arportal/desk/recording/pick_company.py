"""The company that a payment is from: by its name, by an invoice number, or among those one worked on last."""

from collections.abc import Sequence
from dataclasses import dataclass
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
from arportal.mirror.ids import ids_in
from arportal.mirror.models import Company, Invoice
from arportal.mirror.models.companies import CompanyQuerySet
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
    """Suggests companies; when only one is meant, leads on to its form."""
    words = request.GET.get("q", "").replace("\x00", "").strip()
    # Invoices picked in a list may be of several companies: each gets a payment of its own.
    ids = ids_in(request.GET.getlist("pick"))
    outstanding = Invoice.objects.visible_to(request.actor).outstanding()
    picks = list(outstanding.filter(api_id__in=ids).defer("raw"))
    groups = _groups(request, words, {invoice.company_id for invoice in picks})
    companies = [company for group in groups for company in group.companies]
    if len(companies) == 1 and (picks or (words and not request.htmx)):
        return SeeOther(_form_url(request, companies[0], picks))
    with_balances(companies, viewer_of(request))
    shown = [
        {"heading": group.heading, "rows": _rows(request, group, picks), "more": group.more}
        for group in groups
    ]
    fragment = request.htmx and request.htmx.target == "suggestions"
    template = "payments/_suggestions.html" if fragment else "payments/pick_company.html"
    context = {"words": words, "groups": shown, "bank_line": request.GET.get("bank_line", "")}
    response = render(request, template, context)
    response["Vary"] = "HX-Request, HX-Target"
    return response


def _groups(request: DeskRequest, words: str, picked: set[int]) -> list[Suggestions]:
    companies = Company.objects.visible_to(request.actor).defer("raw")
    if picked:
        return [_first(_lazy("Companies of the selected invoices"), companies.filter(api_id__in=picked))]
    if words:
        # Every word somewhere in the name or place; or the whole is an e-mail address, number or invoice.
        named = Q()
        for word in words.split():
            named &= Q(name__folded_contains=word) | Q(city__folded_contains=word)
        invoiced = Invoice.objects.visible_to(request.actor).filter(number=words).values("company_id")
        whole = Q(email__iexact=words) | Q(phone=words) | Q(api_id__in=invoiced)
        return [_first(_lazy("Found"), companies.filter(named | whole))]
    recent = _recent(request)
    others = companies.exclude(api_id__in=[company.api_id for company in recent])
    every = _first(_lazy("All companies"), others)
    return [Suggestions(_lazy("You recorded from these lately"), recent), every] if recent else [every]


def _first(heading: str | Promise, companies: CompanyQuerySet) -> Suggestions:
    first = list(companies.order_by("name", "api_id")[: SUGGESTED + 1])
    return Suggestions(heading, first[:SUGGESTED], more=len(first) > SUGGESTED)


def _recent(request: DeskRequest) -> list[Company]:
    mine = Change.objects.filter(
        store=request.store, actor=request.actor, verb=Change.Verb.RECORD_PAYMENT
    ).order_by("-asked_at")
    ids = list(dict.fromkeys(mine.values_list("company_id", flat=True)[:LOOKED_AT]))[:RECENT]
    known = Company.objects.visible_to(request.actor).defer("raw").by_api_id(ids)
    return [known[api_id] for api_id in ids if api_id in known]


def _form_url(request: DeskRequest, company: Company, picks: Sequence[Invoice]) -> str:
    ids: list[tuple[str, object]] = [
        ("pick", invoice.api_id) for invoice in picks if invoice.company_id == company.api_id
    ]
    # The line of a bank statement that is to be recorded.
    ids += [("bank_line", each) for each in request.GET.getlist("bank_line")[:1]]
    url = link("record_payment_for", request.store.slug, company.api_id)
    return f"{url}?{urlencode(ids)}" if ids else url


def _rows(request: DeskRequest, group: Suggestions, picks: Sequence[Invoice]) -> list[dict[str, object]]:
    viewer = viewer_of(request)
    return [
        {
            "company": company,
            "place": PLACE.value(company, viewer),
            "url": _form_url(request, company, picks),
        }
        for company in group.companies
    ]
