"""Promises to pay: written down by people, judged by the ledger."""

import datetime as dt
import uuid
from collections.abc import Collection
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from arportal.b2b import Money
from arportal.mirror.models import Invoice
from arportal.receivables.changes.errors import Conflict, Invalid
from arportal.receivables.changes.reasons import check_reason
from arportal.receivables.collections.records import What, tell, write_once
from arportal.receivables.models import PromiseToPay
from arportal.stores.access import Permission, require
from arportal.stores.models import Membership


def promised_invoices(actor: Membership, company_id: int, invoice_ids: Collection[int]) -> list[Invoice]:
    """The invoices that a promise names, the oldest first."""
    invoices = Invoice.objects.visible_to(actor).filter(company_id=company_id, api_id__in=invoice_ids)
    return list(invoices.order_by("due_on", "api_id"))


def owed_for(actor: Membership, company_id: int, currency: str, invoice_ids: Collection[int]) -> Money:
    """The open amount of the invoices that are named, or (none) of all the company's in this currency."""
    invoices = (
        Invoice.objects.visible_to(actor).filter(company_id=company_id, currency=currency).outstanding()
    )
    if invoice_ids:
        invoices = invoices.filter(api_id__in=invoice_ids)
    owed: Decimal | None = invoices.aggregate(Sum("balance"))["balance__sum"]
    return Money(owed or Decimal(0), currency)


def check_promise(
    actor: Membership,
    company_id: int,
    amount: Money,
    pay_by: dt.date,
    invoice_ids: Collection[int],
    today: dt.date,
) -> None:
    """Raises NotAllowed, and Invalid with the reason beside its field."""
    require(actor, Permission.COLLECT, company_id=company_id)
    if pay_by < today:
        raise Invalid({"pay_by": [_("This day is over.")]})
    invoices = promised_invoices(actor, company_id, invoice_ids)
    if len(invoices) != len(set(invoice_ids)) or any(
        invoice.currency != amount.currency or not invoice.is_owed for invoice in invoices
    ):
        raise Invalid({"": [_("Nothing is open on one of these invoices any more. Choose them again.")]})
    if amount > owed_for(actor, company_id, amount.currency, invoice_ids):
        raise Invalid({"amount": [_("This is more than is open.")]})


def add_promise(
    actor: Membership,
    form_id: uuid.UUID,
    company_id: int,
    amount: Money,
    *,
    pay_by: dt.date,
    invoice_ids: Collection[int],
    text: str,
    now: dt.datetime,
) -> PromiseToPay:
    """Raises NotAllowed and Invalid."""
    if not PromiseToPay.objects.filter(form_id=form_id).exists():  # Sent again, it may be paid already.
        check_promise(actor, company_id, amount, pay_by, invoice_ids, actor.store.today(now))
    require(actor, Permission.COLLECT, company_id=company_id)
    return write_once(
        PromiseToPay,
        What.PROMISED,
        actor,
        form_id,
        company_id,
        now,
        amount=amount.amount,
        currency=amount.currency,
        pay_by=pay_by,
        invoice_ids=sorted(set(invoice_ids)),
        text=text,
        paid=0,
    )


@transaction.atomic
def withdraw_promise(actor: Membership, promise_id: int, reason: str, now: dt.datetime) -> PromiseToPay:
    """Takes back what no longer holds. Raises NotAllowed, Invalid and DoesNotExist."""
    require(actor, Permission.COLLECT)
    check_reason(reason)
    promise = PromiseToPay.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=promise_id)
    if promise.state != PromiseToPay.State.OPEN:
        raise Conflict(
            _("This promise is not open any more: its state is “%(state)s”.")
            % {"state": promise.get_state_display()}
        )
    promise.state = PromiseToPay.State.WITHDRAWN
    promise.save(update_fields=["state"])
    tell(promise, What.WITHDRAWN, actor, now, reason)
    return promise
