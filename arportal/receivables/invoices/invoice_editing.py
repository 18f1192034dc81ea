"""Correcting invoices: numbers, dates, status, balances, address. Payments are recorded, never typed in here."""

import datetime as dt
import uuid
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from arportal import b2b
from arportal.b2b import InvoiceStatus
from arportal.b2b.errors import B2BError
from arportal.mirror.api.connections import client_for
from arportal.mirror.api.refresh import refresh_invoices
from arportal.mirror.models import Invoice
from arportal.receivables.changes import changes, deferring
from arportal.receivables.changes.carrying import Finding, Stale
from arportal.receivables.changes.deciding import Fate
from arportal.receivables.changes.errors import Invalid, StoreUnreadable
from arportal.receivables.changes.excluding import check_free
from arportal.receivables.invoices.invoice_values import Values, agree, body_of, differences, values_of
from arportal.receivables.models import Change
from arportal.stores.access import Permission, require
from arportal.stores.models import Membership

Verb = Change.Verb
CHANGING = (Verb.EDIT_INVOICE, Verb.DELETE_INVOICE)


class ChangedMeanwhile(Invalid):
    """The invoice is no longer as it was shown. `now` is how it is."""

    def __init__(self, now: Values) -> None:
        super().__init__(
            {"": [_("The invoice has changed since it was shown. Look at it, then save again.")]}
        )
        self.now = now


def edit_invoice(
    actor: Membership, change_id: uuid.UUID, invoice_id: int, *, seen: Values, wanted: Mapping[str, Any]
) -> Change:
    """Changes what differs between `seen` and `wanted` (both as `values_of` has them; PUT /ip/invoices/{id}).

    Raises NotAllowed; Invoice.DoesNotExist when the actor cannot see it; ChangedMeanwhile; Invalid with the
    form's fields.
    """
    invoice = Invoice.objects.visible_to(actor).get(api_id=invoice_id)
    require(actor, Permission.EDIT_INVOICE, company_id=invoice.company_id)
    before, after = differences(seen, wanted)
    asked: dict[str, Any] = {"company_id": invoice.company_id, "target_id": invoice_id, "payload": after}
    change = changes.existing(actor, change_id, Verb.EDIT_INVOICE, **asked)
    if change is None:
        now = values_of(read_afresh(actor, invoice_id), actor.store.zone)
        if not agree(now, seen):
            raise ChangedMeanwhile(now)
        check(actor, invoice, now, after)
        with transaction.atomic():
            changes.lock_company(actor.store_id, invoice.company_id)
            change = changes.existing(actor, change_id, Verb.EDIT_INVOICE, **asked)
            change = change or ask_to_edit(actor, change_id, invoice, before, after)
    return changes.carry_out(change)


def ask_to_edit(
    actor: Membership,
    change_id: uuid.UUID,
    invoice: Invoice,
    before: Values,
    after: Values,
    batch: uuid.UUID | None = None,
) -> Change:
    """Call it with the company locked. Writing a balance down moves money, and may need a second person."""
    check_free(actor.store, invoice.api_id, CHANGING)
    content: dict[str, Any] = {
        **{"company_id": invoice.company_id, "target_id": invoice.api_id, "payload": after},
        **{"before": before, "after": after, "batch": batch},
        **_moved(before, after, invoice.currency),
    }
    return changes.ask(actor, change_id, Verb.EDIT_INVOICE, **content)


def check(actor: Membership, invoice: Invoice, now: Values, after: Mapping[str, Any]) -> None:
    """Raises Invalid for what no invoice may become."""
    problems: dict[str, list[str]] = {}
    if not after:
        problems[""] = [_("Nothing was changed.")]
    if "number" in after and not after["number"].strip():
        problems["number"] = [_("An invoice needs a number.")]
    elif "number" in after and _is_taken(invoice, after["number"]):
        problems["number"] = [_("There is already an invoice %s.") % after["number"]]
    if "due_on" in after and after["due_on"] is None:
        problems["due_on"] = [_("The store cannot remove a due date.")]
    elif "due_on" in after and dt.date.fromisoformat(after["due_on"]) < b2b.FIRST_DAY:
        problems["due_on"] = [_("The store keeps no date before 1970.")]
    if "original_balance" in after and Decimal(after["original_balance"]) <= 0:
        problems["original_balance"] = [_("It must be above zero.")]
    if problems:
        raise Invalid(problems)


def warnings(values: Mapping[str, Any]) -> list[str]:
    """Where status and balance say different things: the store takes both as they come."""
    status, opened = values["status"], Decimal(values["open_balance"])
    original = Decimal(values["original_balance"])
    found = []
    if status == InvoiceStatus.PAID and opened > 0:
        found.append(
            _("Marked paid, but an amount is open: nobody will be asked for it, and it cannot be paid.")
        )
    if status == InvoiceStatus.OPEN and 0 < opened < original:
        found.append(_("Marked open, but part of it is paid: choose “Partly paid”."))
    if status == InvoiceStatus.PARTIALLY_PAID and opened >= original:
        found.append(_("Marked partly paid, but nothing has been paid."))
    if opened > original:
        found.append(_("This is more than the original amount."))
    return found


def read_afresh(actor: Membership, invoice_id: int) -> Invoice:
    """Raises Invalid when the store does not answer, or no longer has it."""
    try:
        if not deferring.is_deferred():
            refresh_invoices(actor.store, [invoice_id])
    except B2BError as error:
        raise StoreUnreadable(error) from error
    found = Invoice.objects.visible_to(actor).filter(api_id=invoice_id).first()
    if found is None:
        raise Invalid({"": [_("The store no longer has this invoice.")]})
    return found


def target(change: Change) -> int:
    if change.target_id is None:
        raise ValueError(f"Change {change.pk} names no invoice.")
    return change.target_id


def _is_taken(invoice: Invoice, number: str) -> bool:
    others = Invoice.objects.filter(store=invoice.store, number=number, gone_at=None)
    return others.exclude(api_id=invoice.api_id).exists()


def _moved(before: Values, after: Values, currency: str) -> dict[str, Any]:
    if "open_balance" not in after:
        return {}
    moved = Decimal(after["open_balance"]) - Decimal(before["open_balance"])
    return {"amount": abs(moved), "currency": currency}


class _Editing:
    def send(self, change: Change) -> int:
        client, zone = client_for(change.store), change.store.zone
        invoice = client.invoices.get(target(change))
        if not agree(values_of(invoice, zone), change.before):
            raise Stale(_("The invoice has changed since it was shown; it was left as it is."))
        return client.invoices.update(target(change), **body_of(change.payload, invoice))

    def look_up(self, change: Change) -> Finding:
        found: b2b.Invoice = client_for(change.store).invoices.get(target(change))
        now = values_of(found, change.store.zone)
        if agree(now, change.after):
            return Finding(Fate.DONE, found.invoice_id)
        return Finding(Fate.NOT_DONE if agree(now, change.before) else Fate.OVERTAKEN)

    def mirror(self, change: Change) -> None:
        refresh_invoices(change.store, [target(change)])


changes.carriers[Verb.EDIT_INVOICE] = _Editing()
