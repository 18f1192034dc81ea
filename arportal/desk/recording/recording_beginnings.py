"""What a payment's form holds at first: nothing, invoices that were picked elsewhere, or a payment that came
to nothing."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import ngettext

from arportal.b2b import Money
from arportal.desk.format.formats import formatter
from arportal.desk.recording.recording_drafts import NOTE, Draft
from arportal.desk.site.pages import DeskRequest
from arportal.mirror.models import Company, Invoice
from arportal.receivables.allocation.allocations import open_amounts
from arportal.receivables.models import Change, PaymentRecord


def first_values(request: DeskRequest, company: Company) -> Draft:
    """Whoever records a pile of cheques need not say so each time: the method is the one they used last."""
    mine = PaymentRecord.objects.filter(change__actor=request.actor)
    last = mine.order_by("-change__asked_at").values_list("method", flat=True).first()
    today = request.store.today(timezone.now()).isoformat()
    return {"payer_name": company.name, "received_on": today, "method": last or ""}


def for_invoices(request: DeskRequest, company: Company, picked: Sequence[str]) -> Draft:
    """These invoices paid in full, in the currency of the oldest of them; {} when none of them is open."""
    ids = [int(api_id) for api_id in picked if api_id.isdecimal() and len(api_id) < 19]
    invoices = _open(request, company, ids)
    currency = invoices[0].currency if invoices else ""
    left = open_amounts(request.actor, [invoice for invoice in invoices if invoice.currency == currency])
    amounts = {api_id: Money(amount, currency) for api_id, amount in left.items() if amount > 0}
    if not amounts:
        return {}
    total = sum(amounts.values(), Money.zero(currency))
    return {**_written(currency, total, amounts), NOTE: _left_out(len(ids) - len(amounts))}


def as_refused(request: DeskRequest, company: Company, change: Change) -> Draft:
    """What was asked for then, but for invoices that are no longer open."""
    asked: dict[str, Any] = change.payload
    lines = {line["invoice_id"]: Money(Decimal(line["amount"]), asked["currency"]) for line in asked["lines"]}
    payable = {each.api_id for each in _open(request, company, lines) if each.currency == asked["currency"]}
    amounts = {invoice_id: amount for invoice_id, amount in lines.items() if invoice_id in payable}
    total = sum(lines.values(), Money.zero(asked["currency"]))
    names = ("reference", "payer_name", "memo", "received_on", "status", "method")
    same = {name: str(asked[name]) for name in names if name in asked}
    gone = _left_out(len(lines) - len(amounts))
    return {**same, **_written(asked["currency"], total, amounts), NOTE: gone}


def _open(request: DeskRequest, company: Company, ids: Any) -> list[Invoice]:
    its_open = Invoice.objects.visible_to(request.actor).filter(company_id=company.api_id).outstanding()
    return list(its_open.filter(api_id__in=ids).defer("raw").order_by("issued_on", "api_id"))


def _written(currency: str, received: Money, amounts: dict[int, Money]) -> Draft:
    figures = {f"amount-{api_id}": formatter().figure(amount) for api_id, amount in amounts.items()}
    return {"currency": currency, "received": formatter().figure(received), **figures}


def _left_out(count: int) -> str:
    if not count:
        return ""
    return ngettext(
        "%(count)d invoice is left out: it is no longer open, or in another currency.",
        "%(count)d invoices are left out: they are no longer open, or in another currency.",
        count,
    ) % {"count": count}
