"""Drafts of payments: what the form holds at first, and what of it is kept in the person's session.

"Back", a reload and the way from the preview to the form find a draft as it was left. What is sent to the store is
what a page shows, not this.
"""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from arportal.b2b import Money, ProcessingStatus
from arportal.desk.format.formats import formatter
from arportal.desk.format.number_formats import FIELD, in_use, known
from arportal.desk.recording.payment_form import AMOUNT, AllocationForm
from arportal.desk.site.pages import DeskRequest
from arportal.mirror.ids import ids_in
from arportal.mirror.models import Company, Invoice
from arportal.receivables.allocation.allocations import open_amounts
from arportal.receivables.allocation.proposals import Mode, Open, Proposal, propose
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.models import BankLine, Change, OnAccount, PaymentRecord
from arportal.receivables.tables.amounts import parse_number
from arportal.stores.models import NumberFormat

FormDraft = dict[str, str]
KEPT = ("reference", "payer_name", "memo", "received_on", "status", "method", "on_account", "bank_line")
NAMES = {"currency", "received", "mode", "credit_rest", FIELD, *KEPT}
# What was said about the amounts when they were last proposed; it does not come from the browser.
NOTE = "note"
KEY = "recording"
# The session is read with every page: no more drafts than somebody works on, none longer than a form has room for.
MOST, LONGEST = 12, 600


def save(request: DeskRequest, company: Company, change_id: UUID, draft: FormDraft) -> None:
    """Keeps the draft in the session; beyond a dozen the oldest are forgotten."""
    drafts = _others(request, change_id)
    drafts[str(change_id)] = {
        "company": company.pk,
        "draft": {FIELD: in_use().writing.value, **draft},
    }
    request.session[KEY] = dict(list(drafts.items())[-MOST:])


def find(request: DeskRequest, company: Company, change_id: UUID) -> FormDraft | None:
    """The draft as it was left, its amounts in the person's number format of now; None when it is forgotten."""
    kept = request.session.get(KEY, {}).get(str(change_id))
    if not kept or kept["company"] != company.pk:
        return None
    draft: FormDraft = {**kept["draft"], FIELD: in_use().writing.value}
    before = known(kept["draft"].get(FIELD)) or NumberFormat.DOT
    if before == in_use().writing:
        return draft
    currency = draft.get("currency", "")
    for name in draft:
        if name == "received" or AMOUNT.fullmatch(name):
            # What is no amount stays as it was typed.
            with suppress(ValidationError):
                amount = parse_number(draft[name], before, currency=currency)
                write = formatter()
                draft[name] = write.figure(Money(amount, currency)) if currency else write.number(amount)
    return draft


def forget(request: DeskRequest, change_id: UUID) -> None:
    """Drops a draft that is with the store by now: there is nothing to go back to."""
    request.session[KEY] = _others(request, change_id)


def kept(typed: Mapping[str, Any]) -> FormDraft:
    """The part of a form's data that belongs to the payment; empty amounts do not."""
    return {
        name: str(value)[:LONGEST]
        for name, value in typed.items()
        if name in NAMES or (AMOUNT.fullmatch(name) and value)
    }


def invoice_ids(draft: FormDraft) -> set[int]:
    matches = (AMOUNT.fullmatch(name) for name in draft)
    return {int(match[1]) for match in matches if match}


def in_currency(draft: FormDraft, currency: str) -> FormDraft:
    """The draft in another currency, without amounts, which mean nothing there. The note says which were dropped."""
    before = draft.get("currency", "")
    if currency == before:
        return draft
    dropped = []
    if received := draft.get("received", "").strip():
        dropped.append(_("the amount received, %(received)s") % {"received": received})
    if amounts := len(invoice_ids(draft)):
        words = ngettext("%(count)d amount of an invoice", "%(count)d amounts of invoices", amounts)
        dropped.append(words % {"count": amounts})
    same = {name: value for name, value in _without_amounts(draft).items() if name not in ("received", NOTE)}
    if dropped:
        words = _("Left out, since it was in %(currency)s: %(lost)s. Everything else is as you typed it.")
        same[NOTE] = words % {"currency": before, "lost": "; ".join(dropped)}
    return {**same, "currency": currency}


def first_values(request: DeskRequest, company: Company) -> FormDraft:
    """The values of an empty form. The method is the one used last: who records a pile of cheques says so once."""
    mine = PaymentRecord.objects.filter(change__actor=request.actor)
    last = mine.order_by("-change__asked_at").values_list("method", flat=True).first()
    today = request.store.today(timezone.now()).isoformat()
    return {"payer_name": company.name, "received_on": today, "method": last or ""}


def for_invoices(request: DeskRequest, company: Company, picked: Sequence[str]) -> FormDraft:
    """A draft that pays these invoices in full, in the currency of the oldest; {} when none of them is open."""
    ids = ids_in(picked)
    invoices = _open(request, company, ids)
    currency = invoices[0].currency if invoices else ""
    left = open_amounts(request.actor, [invoice for invoice in invoices if invoice.currency == currency])
    amounts = {api_id: amount for api_id, amount in left.items() if amount > 0}
    if not amounts:
        return {}
    return _filled(currency, sum(amounts.values(), Decimal(0)), amounts, left_out=len(ids) - len(amounts))


def from_account(money: OnAccount) -> FormDraft:
    """A draft that applies what is left of money on account; to which invoices is still to be said."""
    return {
        "currency": money.currency,
        "received": formatter().figure(money.left_money),
        "reference": money.reference,
        "payer_name": money.payer_name,
        "received_on": money.received_on.isoformat(),
        "method": money.method,
        "on_account": str(money.pk),
    }


def from_bank_line(line: BankLine) -> FormDraft:
    """A draft that records what is left of a line of a bank statement; to which invoices is still to be said."""
    draft = {
        "currency": line.currency,
        "received": formatter().figure(line.left_money),
        "reference": (line.reference or line.text)[:100],
        "received_on": line.value_on.isoformat(),
        "method": PaymentRecord.Method.TRANSFER.value,
        "status": str(int(ProcessingStatus.COMPLETED)),
        "bank_line": str(line.pk),
    }
    return draft | ({"payer_name": line.payer_name[:200]} if line.payer_name else {})


def as_refused(request: DeskRequest, company: Company, change: Change) -> FormDraft:
    """The payment that was asked for then, but for invoices that are no longer open."""
    asked = change.payload
    currency = asked["currency"]
    lines = {line["invoice_id"]: Decimal(line["amount"]) for line in asked["lines"]}
    still_open = {each.api_id for each in _open(request, company, lines) if each.currency == currency}
    amounts = {invoice_id: amount for invoice_id, amount in lines.items() if invoice_id in still_open}
    draft = _filled(currency, sum(lines.values(), Decimal(0)), amounts, left_out=len(lines) - len(amounts))
    return draft | {name: str(asked[name]) for name in KEPT if name in asked}


def allocated(form: AllocationForm, typed: FormDraft) -> FormDraft:
    """The draft with the amounts per invoice as proposed. Raises Invalid with `received` and `mode`."""
    if not form.is_valid():
        raise Invalid({name: [str(reason) for reason in reasons] for name, reasons in form.errors.items()})
    received: Decimal | None = form.cleaned_data["received"]
    if received is None:
        raise Invalid({"received": [_("Type the amount received; it is then allocated.")]})
    payables = form.invoices.payables
    opens = [Open(each.invoice.api_id, each.left.amount, each.invoice.due_on) for each in payables]
    mode = form.cleaned_data["mode"]
    proposal = propose(mode, received, form.currency, opens)
    if mode == Mode.EXACT:
        note = _about_match(proposal, Money(received, form.currency))
    else:
        note = _about_rest(form, proposal.rest)
    if mode == Mode.EXACT and not proposal.amounts:
        raise Invalid({"mode": [note]})
    amounts = dict(proposal.amounts)
    if proposal.rest and payables and form.cleaned_data["credit_rest"]:
        newest = payables[-1].invoice.api_id
        amounts[newest] = amounts.get(newest, Decimal(0)) + proposal.rest
    return _without_amounts(typed) | _figures(form.currency, amounts) | {NOTE: note}


def _about_match(proposal: Proposal, received: Money) -> str:
    count = len(proposal.amounts)
    words = {"amount": f"{formatter().figure(received)} {received.currency}", "count": count}
    if not count and proposal.is_complete:
        return _("No open invoices add up to exactly %(amount)s.") % words
    if not count:
        template = _(
            "No match for %(amount)s was found, though not every set of these many invoices was tried."
        )
        return template % words
    if not proposal.is_only:
        return _("Several sets of invoices add up to this; the fewest and oldest were chosen. Check them.")
    template = ngettext(
        "%(count)d invoice adds up to this exactly.", "%(count)d invoices add up to this exactly.", count
    )
    return template % words


def _about_rest(form: AllocationForm, rest: Decimal) -> str:
    if not rest:
        return ""
    words = {"rest": f"{formatter().figure(Money(rest, form.currency))} {form.currency}"}
    if form.cleaned_data["credit_rest"]:
        return _("%(rest)s is more than is open, and stands as a credit on the newest invoice.") % words
    if form.invoices.may_overpay:
        return (
            _("%(rest)s is more than is open. Tick the box beside Allocate to keep it as a credit.") % words
        )
    return _("%(rest)s is more than is open, which this store does not accept.") % words


def _open(request: DeskRequest, company: Company, ids: Collection[int]) -> list[Invoice]:
    outstanding = Invoice.objects.visible_to(request.actor).filter(company_id=company.api_id).outstanding()
    return list(outstanding.filter(api_id__in=ids).defer("raw").order_by("issued_on", "api_id"))


def _filled(currency: str, received: Decimal, amounts: Mapping[int, Decimal], *, left_out: int) -> FormDraft:
    note = ""
    if left_out:
        words = ngettext(
            "%(count)d invoice is left out: it is no longer open, or in another currency.",
            "%(count)d invoices are left out: they are no longer open, or in another currency.",
            left_out,
        )
        note = words % {"count": left_out}
    figure = formatter().figure(Money(received, currency))
    return {"currency": currency, "received": figure, NOTE: note} | _figures(currency, amounts)


def _figures(currency: str, amounts: Mapping[int, Decimal]) -> FormDraft:
    figure = formatter().figure
    return {f"amount-{api_id}": figure(Money(amount, currency)) for api_id, amount in amounts.items()}


def _without_amounts(draft: FormDraft) -> FormDraft:
    return {name: value for name, value in draft.items() if not AMOUNT.fullmatch(name)}


def _others(request: DeskRequest, change_id: UUID) -> dict[str, Any]:
    drafts: dict[str, Any] = request.session.get(KEY, {})
    return {key: draft for key, draft in drafts.items() if key != str(change_id)}
