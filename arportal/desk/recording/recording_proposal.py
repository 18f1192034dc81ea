"""The button Allocate: an amount received, spread over the open invoices, in the words of the form."""

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from arportal.b2b import Money
from arportal.desk.format.formats import formatter
from arportal.desk.recording.recording_drafts import NOTE, Draft
from arportal.desk.recording.recording_form import AMOUNT, AllocationForm
from arportal.desk.recording.recording_sheet import Sheet
from arportal.receivables.allocation.proposals import Mode, Proposal, propose
from arportal.receivables.changes.errors import Invalid


def allocated(asked: AllocationForm, typed: Draft) -> Draft:
    """What was typed, with the amounts per invoice as proposed. Raises Invalid with `received` and `mode`."""
    if not asked.is_valid():
        raise Invalid({name: [str(each) for each in reasons] for name, reasons in asked.errors.items()})
    received: Decimal | None = asked.cleaned_data["received"]
    if received is None:
        raise Invalid({"received": [_("Type the amount received; it is then allocated.")]})
    sheet, mode = asked.sheet, asked.cleaned_data["mode"]
    proposal = propose(mode, received, sheet.currency, sheet.opens())
    if mode == Mode.EXACT and not proposal.amounts:
        raise Invalid({"mode": [_no_match(Money(received, sheet.currency), proposal)]})
    as_credit = bool(asked.cleaned_data.get("credit_rest"))
    amounts = _with_credit(sheet, proposal) if as_credit else proposal.amounts
    kept = {name: value for name, value in typed.items() if not AMOUNT.fullmatch(name)}
    return {**kept, **_figures(sheet, amounts), NOTE: _note(sheet, mode, proposal, as_credit)}


def _with_credit(sheet: Sheet, proposal: Proposal) -> dict[int, Decimal]:
    if not proposal.rest or not sheet.payables:
        return proposal.amounts
    newest = sheet.payables[-1].invoice.api_id
    return {**proposal.amounts, newest: proposal.amounts.get(newest, Decimal(0)) + proposal.rest}


def _figures(sheet: Sheet, amounts: dict[int, Decimal]) -> Draft:
    write = formatter()
    return {
        f"amount-{api_id}": write.figure(Money(amount, sheet.currency)) for api_id, amount in amounts.items()
    }


def _no_match(received: Money, proposal: Proposal) -> str:
    words = {"amount": f"{formatter().figure(received)} {received.currency}"}
    if proposal.is_complete:
        return _("No open invoices add up to exactly %(amount)s.") % words
    return (
        _("No match for %(amount)s was found, though not every set of these many invoices was tried.") % words
    )


def _note(sheet: Sheet, mode: Mode, proposal: Proposal, as_credit: bool) -> str:
    if mode == Mode.EXACT:
        return _match(len(proposal.amounts), proposal.is_only)
    if not proposal.rest:
        return ""
    rest = {"rest": f"{formatter().figure(Money(proposal.rest, sheet.currency))} {sheet.currency}"}
    if as_credit:
        return _("%(rest)s is more than is open, and stands as a credit on the newest invoice.") % rest
    if sheet.may_overpay:
        return _("%(rest)s is more than is open. Tick the box beside Allocate to keep it as a credit.") % rest
    return _("%(rest)s is more than is open, which this store does not accept.") % rest


def _match(count: int, is_only: bool) -> str:
    if not is_only:
        return _("Several sets of invoices add up to this; the fewest and oldest were chosen. Check them.")
    words = ngettext(
        "%(count)d invoice adds up to this exactly.", "%(count)d invoices add up to this exactly.", count
    )
    return words % {"count": count}
