"""Every company's credit and payment terms: there is no list of them, so a few companies are asked about a pass."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from arportal.b2b.errors import B2BError, NotFound
from arportal.mirror import store as rows
from arportal.mirror.models import Company, CreditTerms, Watermark
from arportal.mirror.rate_limit.cadence import CREDIT_TERMS_EVERY, MOST_REQUESTS
from arportal.mirror.sync.care import Care
from arportal.mirror.sync.mishaps import Outcome, Read
from arportal.stores.models import Store

REQUESTS_A_COMPANY = 2
COMPANIES_A_PASS = 2
COMPANIES_A_FULL_PASS = 25
CREDIT, TERMS = "credit", "payment terms"
T = TypeVar("T")


class _CompanyGone(Exception):
    """The API does not know the company any more."""


@dataclass(frozen=True)
class _Part(Generic[T]):
    """One answer about a company; without a value it is off for the store, or left out."""

    value: T | None = None
    is_off: bool = False
    is_left_out: bool = False


def switched_off(store_id: int) -> set[str]:
    """CREDIT and TERMS, where the store has them off for everybody."""
    marks = Watermark.objects.filter(store_id=store_id, resource__in=[CREDIT, TERMS])
    return set(marks.exclude(off_since=None).values_list("resource", flat=True))


def read_credit_terms(care: Care, *, full: bool) -> None:
    """Asks about some companies; a sparing pass, about as many as it has requests left for, one at least."""
    how_many = COMPANIES_A_FULL_PASS if full else COMPANIES_A_PASS
    read_before = care.now
    if care.is_sparing:
        how_many = max(1, (MOST_REQUESTS - care.requests.total()) // REQUESTS_A_COMPANY)
        read_before = care.now - CREDIT_TERMS_EVERY
    for company in _next_companies(care.store, how_many, read_before):
        try:
            credit = _part(care, CREDIT, company, care.once.credit.get)
            terms = _part(care, TERMS, company, care.once.credit.terms)
        except _CompanyGone:
            rows.mark_gone(Company, care.store, [company.api_id])
            continue
        rows.save_credit_terms(
            care.store,
            company.api_id,
            credit=credit.value,
            terms=terms.value,
            no_credit=credit.is_off,
            no_terms=terms.is_off,
            is_left_out=credit.is_left_out or terms.is_left_out,
        )


def _part(care: Care, name: str, company: Company, ask: Callable[[int], T]) -> _Part[T]:
    if care.is_off(name):
        return _Part(is_off=True)
    try:
        part = _Part(ask(company.api_id))
    except B2BError as error:
        outcome = care.weigh(error, Read.OF_COMPANY)
        if outcome is Outcome.GONE and _is_gone(care, company):
            raise _CompanyGone from error
        if outcome is not Outcome.LEFT_OUT and care.is_refused_to_all(name):
            care.switch_off(name)
            return _Part(is_off=True)
        care.left_out.add(name, error, company.name)
        return _Part(is_left_out=True)
    care.answers(name)
    return part


def _is_gone(care: Care, company: Company) -> bool:
    """404 may mean that the store has no such thing as credit: the company itself is looked up."""
    try:
        care.once.companies.get(company.api_id)
    except B2BError as error:
        return care.weigh(error, Read.RECORD) is Outcome.GONE and isinstance(error, NotFound)
    return False


def _next_companies(store: Store, how_many: int, read_before: dt.datetime) -> list[Company]:
    """The next to be asked about: one that was left out, so that many of them keep nobody else waiting; then the
    never and longest unread."""
    companies = Company.objects.filter(store=store, gone_at=None).defer("raw")
    read = CreditTerms.objects.filter(store=store, api_id__in=companies.values("api_id")).order_by("read_at")
    failed = list(read.filter(is_left_out=True).values_list("api_id", flat=True)[:1])
    never = companies.exclude(api_id__in=CreditTerms.objects.filter(store=store).values("api_id"))
    unread = never.order_by("api_id").values_list("api_id", flat=True)[:how_many]
    oldest = read.filter(read_at__lt=read_before).values_list("api_id", flat=True)[: how_many + 1]
    chosen = list(dict.fromkeys([*failed, *unread, *oldest]))[:how_many]
    by_id = companies.by_api_id(chosen)
    return [by_id[api_id] for api_id in chosen]
