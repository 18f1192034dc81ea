"""Recording an offline payment: first the company, then how much goes to which of its open invoices."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.b2b import Money, minor_digits
from arportal.desk.companies import COMPANIES, NAME, seen_company
from arportal.desk.formats import writer
from arportal.desk.links import change_link, link
from arportal.desk.lists import answer, seen_by
from arportal.desk.markup import markup
from arportal.desk.outcomes import settled
from arportal.desk.pages import DeskRequest, page
from arportal.desk.recording_form import OfflinePaymentForm, Payable, first_values
from arportal.desk.tables import Seen
from arportal.mirror.models import Company
from arportal.receivables import recording
from arportal.receivables.allocations import open_invoices, payable
from arportal.receivables.errors import Invalid
from arportal.receivables.models import Change
from arportal.stores.access import Permission

RECENT = dt.timedelta(minutes=10)


def choosing_cell(company: Company, seen: Seen) -> SafeString:
    url = link("record_payment_for", seen.slug, company.api_id)
    return markup('<a href="{}">{}</a>', url, company.name)


CHOICES = replace(
    COMPANIES,
    columns=(replace(NAME, cell=choosing_cell), *COMPANIES.columns[1:]),
    caption=_lazy("Record payment: from which company?"),
)


@page(Permission.RECORD_PAYMENT)
def choose_company(request: DeskRequest) -> HttpResponse:
    return answer(request, "payments/choose_company.html", CHOICES.page(request))


@page(Permission.RECORD_PAYMENT, methods=("GET", "HEAD", "POST"))
def record_payment(request: DeskRequest, company_id: int) -> HttpResponse:
    company = seen_company(request, company_id)
    form = _form(request, company)
    if request.method != "POST":
        return _show(request, company, form)
    if not form.is_valid():
        if "change_id" in form.errors:
            form.renew()
        return _show(request, company, form, status=422)
    return _record(request, company, form)


def _record(request: DeskRequest, company: Company, form: OfflinePaymentForm) -> HttpResponse:
    try:
        asked = form.payment(company.api_id)
        change = recording.record_offline(request.actor, form.cleaned_data["change_id"], asked)
    except Invalid as broken:
        form.refuse(broken.fields)
        return _show(request, company, form, status=422)
    done_url = link("payment", request.store.slug, change.target_id or 0)
    answered = settled(
        request, change, done_url, _("Payment #%(id)s is recorded.") % {"id": change.target_id}
    )
    if answered is None:
        # The store has refused this change for good: sent again, it is to be a new one.
        form.refuse({"": [change.error]})
        form.renew()
    return answered or _show(request, company, form, status=422)


def _form(request: DeskRequest, company: Company) -> OfflinePaymentForm:
    payables = _payables(request, company)
    asked: QueryDict = request.POST if request.method == "POST" else request.GET
    currency = asked.get("currency", "")
    currencies = list(dict.fromkeys(payable.left.currency for payable in payables))
    if currency not in currencies:
        currency = currencies[0] if currencies else request.store.currency
    mine = [payable for payable in payables if payable.left.currency == currency]
    picked = set(request.GET.getlist("invoice"))
    initial = first_values(mine, picked, company.name, request.store.today(timezone.now()))
    data = request.POST.dict() if request.method == "POST" else None
    return OfflinePaymentForm(data, currency=currency, payables=mine, currencies=currencies, initial=initial)


def _payables(request: DeskRequest, company: Company) -> list[Payable]:
    """Oldest first."""
    left = payable(request.actor, company.api_id)
    invoices = open_invoices(request.actor, company.api_id)
    return [Payable(invoice, Money(left[invoice.api_id], invoice.currency)) for invoice in invoices]


def _show(
    request: DeskRequest, company: Company, form: OfflinePaymentForm, status: int = 200
) -> HttpResponse:
    found: dict[str, Any] = {
        "company": company,
        "form": form,
        "rows": [(*row, row[0].invoice.days_late(seen_by(request).midnight)) for row in form.rows()],
        "digits": minor_digits(form.currency),
        "recent": _recent(request, company),
    }
    return render(request, "payments/record.html", found, status=status)


def _recent(request: DeskRequest, company: Company) -> dict[str, Any] | None:
    """What this person has just recorded from the company: going back to the form must not make it two."""
    mine = Change.objects.filter(store=request.store, actor=request.actor, company_id=company.api_id)
    recorded = mine.filter(verb=Change.Verb.RECORD_PAYMENT).exclude(state=Change.State.REFUSED)
    now = timezone.now()
    change = recorded.filter(asked_at__gt=now - RECENT).order_by("-asked_at").first()
    if change is None:
        return None
    amount = sum(Decimal(line["amount"]) for line in change.payload["lines"])
    return {
        "total": Money(Decimal(amount), change.payload["currency"]),
        "age": writer().age(change.asked_at, now),
        "url": change_link(request.store.slug, change.pk),
    }
