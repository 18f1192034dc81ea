"""Payments being written down, kept in the person's session: so that "back", a reload and the way from the
preview to the form find them as they were left. What is sent to the store is what a page shows, not this."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from arportal.b2b import Money
from arportal.desk.format.formats import formatter
from arportal.desk.format.number_formats import FIELD, in_use, known
from arportal.desk.forms.amounts import parse_number
from arportal.desk.recording.recording_form import AMOUNT
from arportal.desk.site.pages import DeskRequest
from arportal.mirror.models import Company
from arportal.stores.models import NumberFormat

Draft = dict[str, str]
NAMES = (
    *("currency", "received", "mode", "credit_rest", "received_on", "method"),
    *("reference", "payer_name", "status", "memo", FIELD),
)
# What was said about the amounts when they were last proposed; it does not come from the browser.
NOTE = "note"
KEY = "recording"
MOST, LONGEST = 12, 600


def kept(typed: Mapping[str, Any]) -> Draft:
    """What of a form's data is part of the payment; empty amounts are not."""
    return {
        name: str(value)[:LONGEST]
        for name, value in typed.items()
        if name in NAMES or (AMOUNT.fullmatch(name) and value)
    }


def in_currency(draft: Draft, currency: str) -> Draft:
    """In another currency than before: amounts of one mean nothing in another. The note says which were dropped."""
    was, received = draft.get("currency", ""), draft.get("received", "").strip()
    if currency == was:
        return draft
    same = {
        name: value
        for name, value in draft.items()
        if name not in ("received", NOTE) and not AMOUNT.fullmatch(name)
    }
    note = _dropped(was, received, len(invoice_ids(draft)))
    return {**same, "currency": currency} | ({NOTE: note} if note else {})


def _dropped(currency: str, received: str, amounts: int) -> str:
    """`Left out, since it was in USD: the amount received, 120.00; 2 amounts of invoices.`"""
    lost = [_("the amount received, %(received)s") % {"received": received}] if received else []
    if amounts:
        words = ngettext("%(count)d amount of an invoice", "%(count)d amounts of invoices", amounts)
        lost.append(words % {"count": amounts})
    if not lost:
        return ""
    words = _("Left out, since it was in %(currency)s: %(lost)s. Everything else is as you typed it.")
    return words % {"currency": currency, "lost": "; ".join(lost)}


def invoice_ids(draft: Draft) -> set[int]:
    found = (AMOUNT.fullmatch(name) for name in draft)
    return {int(match[1]) for match in found if match}


def save(request: DeskRequest, company: Company, change_id: UUID, draft: Draft) -> None:
    """The oldest of a dozen are forgotten."""
    drafts = _others(request, change_id)
    written = {FIELD: in_use().writing.value, **draft}
    drafts[str(change_id)] = {"company": company.pk, "draft": written}
    request.session[KEY] = dict(list(drafts.items())[-MOST:])


def find(request: DeskRequest, company: Company, change_id: UUID) -> Draft | None:
    kept = request.session.get(KEY, {}).get(str(change_id))
    return _as_written_now(kept["draft"]) if kept and kept["company"] == company.pk else None


def forget(request: DeskRequest, change_id: UUID) -> None:
    """Once it is with the store there is nothing to go back to."""
    request.session[KEY] = _others(request, change_id)


def _as_written_now(draft: Draft) -> Draft:
    """Its amounts in the person's format, which may be another than when they were typed."""
    before, now = known(draft.get(FIELD)) or NumberFormat.DOT, in_use().writing
    if before == now:
        return draft
    amounts = {name: text for name, text in draft.items() if name == "received" or AMOUNT.fullmatch(name)}
    again = {name: _again(text, draft.get("currency", ""), before) for name, text in amounts.items()}
    return {**draft, **again, FIELD: now.value}


def _again(text: str, currency: str, before: NumberFormat) -> str:
    try:
        amount = parse_number(text, before, currency=currency)
    except ValidationError:
        return text
    return formatter().figure(Money(amount, currency)) if currency else formatter().number(amount)


def _others(request: DeskRequest, change_id: UUID) -> dict[str, Any]:
    drafts: dict[str, Any] = request.session.get(KEY, {})
    return {key: kept for key, kept in drafts.items() if key != str(change_id)}
