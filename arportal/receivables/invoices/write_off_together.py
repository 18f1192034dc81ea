"""Writing off small balances of many invoices: what would become of each, and asking for all of them together."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from arportal.b2b import Money
from arportal.mirror import figures
from arportal.mirror.models import Invoice
from arportal.receivables.changes.batches import change_id_in, count_asked
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.changes.excluding import in_the_way, under_way
from arportal.receivables.changes.reasons import check_reason
from arportal.receivables.changes.verb import perform_batch
from arportal.receivables.invoices.balance_moves import check_open
from arportal.receivables.invoices.edit_invoice import CHANGING
from arportal.receivables.invoices.invoice_values import values_of
from arportal.receivables.invoices.write_off import WriteOff, needs_second_person
from arportal.stores.access import Permission, require
from arportal.stores.models import Membership

# Each is checked by itself with all companies locked.
MOST = 500


@dataclass(frozen=True, slots=True)
class Outlook:
    """One invoice: `refusal` says why nothing of it would be written off; "" when all that is open would be."""

    invoice: Invoice
    refusal: str = ""
    needs_approval: bool = False


def outlooks(actor: Membership, invoices: Sequence[Invoice], at_most: Money) -> list[Outlook]:
    """The outcome of each, by the mirror: the worker looks at each one afresh."""
    others = under_way(actor.store, [invoice.api_id for invoice in invoices], CHANGING)
    rows = []
    for invoice in invoices:
        refusal = ""
        if other := others.get(invoice.api_id):
            refusal = in_the_way(other)
        elif invoice.currency != at_most.currency:
            refusal = _("It is in another currency.")
        elif invoice.balance_money.amount > at_most.amount:
            refusal = _("More than %(most)s is open.") % {"most": figures.amount(at_most)}
        else:
            try:
                check_open(actor, invoice, invoice.balance_money.amount or Decimal(1))
            except Invalid as refused:
                refusal = str(refused)
        needs_approval = not refusal and needs_second_person(actor, invoice.open_balance, invoice.currency)
        rows.append(Outlook(invoice, refusal, needs_approval))
    return rows


def write_off_together(
    actor: Membership, batch: uuid.UUID, invoice_ids: Sequence[int], at_most: Money, reason: str
) -> int:
    """Asks for one Change for each invoice of the currency with no more open than `at_most`, all or none; how many
    those are. Asked for again under the same `batch`, nothing happens twice. Raises NotAllowed, Invalid."""
    require(actor, Permission.WRITE_OFF)
    check_reason(reason)
    if not 0 < len(invoice_ids) <= MOST:
        raise Invalid({"": [_("Choose at least one invoice, and no more than %(most)d.") % {"most": MOST}]})
    if asked := count_asked(actor, batch):
        return asked
    rows = Invoice.objects.visible_to(actor).filter(api_id__in=invoice_ids).order_by("api_id")
    ready = [outlook.invoice for outlook in outlooks(actor, list(rows), at_most) if not outlook.refusal]
    if not ready:
        raise Invalid({"": [_("Nothing of these invoices would be written off.")]})
    perform_batch(batch, [(_verb(actor, batch, invoice, reason), invoice) for invoice in ready])
    return len(ready)


def _verb(actor: Membership, batch: uuid.UUID, invoice: Invoice, reason: str) -> WriteOff:
    return WriteOff(
        actor=actor,
        change_id=change_id_in(batch, invoice.api_id),
        invoice_id=invoice.api_id,
        amount=invoice.open_balance,
        seen=values_of(invoice, actor.store.zone),
        reason=reason,
    )
