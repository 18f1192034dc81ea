"""Deleting invoices. Payments and receipts keep what they know of them; no balance of another one moves."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from arportal.b2b import Money
from arportal.b2b.errors import NotFound
from arportal.mirror.api.connections import client_for
from arportal.mirror.api.refresh import refresh_invoices, refresh_order
from arportal.mirror.models import Invoice, Order, PaymentLine
from arportal.receivables.changes import changes
from arportal.receivables.changes.carrying import Finding, Stale
from arportal.receivables.changes.deciding import Fate
from arportal.receivables.changes.excluding import check_free
from arportal.receivables.changes.reasons import check_reason
from arportal.receivables.invoices.invoice_editing import CHANGING, ChangedMeanwhile, read_afresh, target
from arportal.receivables.invoices.invoice_values import Values, agree, values_of
from arportal.receivables.models import Change
from arportal.stores.access import Permission, require
from arportal.stores.models import Membership

Verb = Change.Verb
# What of the invoice is looked at again before it is deleted: money may have come in since it was shown.
GUARDED = ("number", "status", "open_balance", "original_balance")


@dataclass(frozen=True, slots=True)
class Loss:
    """What goes with an invoice: what is open on it, the payments that name it, and the order it was made of."""

    open: Money
    paid: list[PaymentLine]
    order: Order | None


def delete_invoice(
    actor: Membership, change_id: uuid.UUID, invoice_id: int, *, seen: Values, reason: str
) -> Change:
    """Deletes the invoice (DELETE /ip/invoices/{id}), once per `change_id`.

    Raises NotAllowed; Invoice.DoesNotExist when the actor cannot see it; ChangedMeanwhile; Invalid with the
    fields `reason` and "".
    """
    require(actor, Permission.DELETE_INVOICE)
    asked: dict[str, Any] = {"target_id": invoice_id, "payload": {"reason": reason}}
    # Asked for first: a second click finds the invoice gone.
    change = changes.existing(actor, change_id, Verb.DELETE_INVOICE, **asked)
    if change is None:
        invoice = Invoice.objects.visible_to(actor).get(api_id=invoice_id)
        require(actor, Permission.DELETE_INVOICE, company_id=invoice.company_id)
        check_reason(reason)
        now = values_of(read_afresh(actor, invoice_id), actor.store.zone)
        if not agree(now, guarded(seen)):
            raise ChangedMeanwhile(now)
        with transaction.atomic():
            changes.lock_company(actor.store_id, invoice.company_id)
            change = changes.existing(actor, change_id, Verb.DELETE_INVOICE, **asked)
            change = change or ask_to_delete(actor, change_id, invoice, guarded(seen), reason)
    return changes.carry_out(change)


def ask_to_delete(
    actor: Membership,
    change_id: uuid.UUID,
    invoice: Invoice,
    before: Values,
    reason: str,
    batch: uuid.UUID | None = None,
) -> Change:
    """Call it with the company locked."""
    check_free(actor.store, invoice.api_id, CHANGING)
    content: dict[str, Any] = {
        **{"company_id": invoice.company_id, "target_id": invoice.api_id, "payload": {"reason": reason}},
        **{"before": before, "batch": batch},
        **{"amount": abs(invoice.open_balance), "currency": invoice.currency},
    }
    return changes.ask(actor, change_id, Verb.DELETE_INVOICE, **content)


def guarded(values: Values) -> Values:
    return {name: values[name] for name in GUARDED}


def loss(actor: Membership, invoice: Invoice) -> Loss:
    lines = PaymentLine.objects.filter(store=actor.store, invoice_id=invoice.api_id)
    number = invoice.order_number
    orders = Order.objects.visible_to(actor).filter(api_id=int(number) if number.isdecimal() else 0)
    return Loss(invoice.open_money, list(lines.order_by("payment_id", "position")), orders.first())


class _Deleting:
    def send(self, change: Change) -> int:
        client = client_for(change.store)
        now = values_of(client.invoices.get(target(change)), change.store.zone)
        if not agree(now, change.before):
            raise Stale(_("The invoice has changed since it was shown; it was left as it is."))
        return client.invoices.delete(target(change))

    def look_up(self, change: Change) -> Finding:
        try:
            found = client_for(change.store).invoices.get(target(change))
        except NotFound:
            return Finding(Fate.DONE, target(change))
        untouched = agree(values_of(found, change.store.zone), change.before)
        return Finding(Fate.NOT_DONE if untouched else Fate.OVERTAKEN)

    def mirror(self, change: Change) -> None:
        refresh_invoices(change.store, [target(change)])
        gone = Invoice.objects.filter(store=change.store, api_id=target(change)).first()
        if gone is not None and gone.order_number.isdecimal():
            refresh_order(change.store, int(gone.order_number))


changes.carriers[Verb.DELETE_INVOICE] = _Deleting()
