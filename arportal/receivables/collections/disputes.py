"""Disputes: invoices that companies object to. No reminder names them until that is resolved; every figure does."""

import datetime as dt
import uuid

from django.db import transaction
from django.utils.translation import gettext as _

from arportal.b2b import Money
from arportal.mirror.models import Invoice
from arportal.receivables.changes.errors import Conflict, Invalid
from arportal.receivables.changes.reasons import check_reason
from arportal.receivables.collections.records import What, tell, write_once
from arportal.receivables.models import Dispute
from arportal.stores.access import Permission, require
from arportal.stores.models import Membership


def check_dispute(actor: Membership, invoice: Invoice, amount: Money) -> None:
    """Raises NotAllowed, and Invalid with the reason beside its field."""
    require(actor, Permission.COLLECT, company_id=invoice.company_id)
    if not invoice.is_owed:
        raise Invalid({"": [_("Nothing is open on this invoice.")]})
    if amount > invoice.balance_money:
        raise Invalid({"amount": [_("This is more than is open on the invoice.")]})
    if Dispute.objects.filter(store_id=actor.store_id, invoice_id=invoice.api_id, resolved_at=None).exists():
        raise Invalid({"": [_("This invoice is in dispute already: resolve that first.")]})


@transaction.atomic
def open_dispute(
    actor: Membership,
    form_id: uuid.UUID,
    invoice_id: int,
    amount: Money,
    *,
    reason: Dispute.Reason,
    text: str,
    now: dt.datetime,
) -> Dispute:
    """Raises NotAllowed, Invalid, and Invoice.DoesNotExist for an invoice out of sight."""
    # Locked, so that of two people only one opens it.
    invoice = Invoice.objects.visible_to(actor).select_for_update().get(api_id=invoice_id)
    if not Dispute.objects.filter(form_id=form_id).exists():
        check_dispute(actor, invoice, amount)
    require(actor, Permission.COLLECT, company_id=invoice.company_id)
    return write_once(
        Dispute,
        What.DISPUTED,
        actor,
        form_id,
        invoice.company_id,
        now,
        invoice_id=invoice_id,
        amount=amount.amount,
        currency=amount.currency,
        reason=reason,
        text=text,
    )


@transaction.atomic
def resolve_dispute(
    actor: Membership, dispute_id: int, outcome: Dispute.Outcome, resolution: str, now: dt.datetime
) -> Dispute:
    """Raises NotAllowed, Invalid and DoesNotExist."""
    require(actor, Permission.COLLECT)
    check_reason(resolution)
    dispute = Dispute.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=dispute_id)
    if not dispute.is_open:
        raise Conflict(
            _("Somebody has resolved this dispute meanwhile: “%(outcome)s”.")
            % {"outcome": dispute.get_outcome_display()}
        )
    dispute.outcome, dispute.resolution = outcome, resolution
    dispute.resolved_at, dispute.resolved_by = now, actor
    dispute.save(update_fields=["outcome", "resolution", "resolved_at", "resolved_by"])
    tell(dispute, What.RESOLVED, actor, now, resolution)
    return dispute
