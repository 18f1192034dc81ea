"""Changing or deleting many invoices at once: what would become of each, and asking for all of them together."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from arportal.mirror.models import Invoice
from arportal.receivables.changes.batches import change_id_in, count_asked
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.changes.excluding import under_way
from arportal.receivables.changes.reasons import check_reason
from arportal.receivables.changes.verb import Verb, perform_batch
from arportal.receivables.invoices.delete_invoice import DeleteInvoice, guarded
from arportal.receivables.invoices.edit_invoice import CHANGING, EditInvoice, check, warnings
from arportal.receivables.invoices.invoice_values import Values, differences, values_of
from arportal.receivables.models import Change, ChangeQuerySet
from arportal.stores.access import Permission, require
from arportal.stores.models import Membership

# Three requests each and 150 a minute: about three quarters of an hour's work for the store's budget.
MOST = 2_000


@dataclass(frozen=True, slots=True)
class Outlook:
    """One invoice as it would become. `refusal` says why it would stay as it is; "" when it would change."""

    invoice: Invoice
    before: Values
    after: Values
    refusal: str
    warnings: list[str]


def outlooks(
    actor: Membership, invoices: Sequence[Invoice], wanted: Mapping[str, Any] | None
) -> list[Outlook]:
    """`wanted` as `values_of` has it; None to delete. From the mirror: the worker reads each one afresh."""
    busy = under_way(actor.store, [invoice.api_id for invoice in invoices], CHANGING)
    rows = []
    for invoice in invoices:
        now = values_of(invoice, actor.store.zone)
        before, after = differences(now, wanted or {})
        if wanted is None:
            before = guarded(now)
        refusal = ""
        if invoice.api_id in busy:
            refusal = _("Another change of it is under way.")
        elif wanted is not None and not after:
            refusal = _("It is so already; nothing changes.")
        elif wanted is not None:
            try:
                check(invoice, after)
            except Invalid as broken:
                refusal = str(broken)
        rows.append(Outlook(invoice, before, after, refusal, warnings({**now, **after}) if after else []))
    return rows


def change_together(
    actor: Membership,
    batch: uuid.UUID,
    invoice_ids: Sequence[int],
    wanted: Mapping[str, Any] | None,
    reason: str = "",
) -> int:
    """Asks for one Change for each invoice that would change, all or none; how many those are. None deletes.

    The worker carries them out; asked for again under the same `batch`, nothing happens twice. Raises NotAllowed,
    Invalid (`reason`, "").
    """
    require(actor, Permission.EDIT_INVOICE if wanted is not None else Permission.DELETE_INVOICE)
    if wanted is None:
        check_reason(reason)
    if not 0 < len(invoice_ids) <= MOST:
        raise Invalid({"": [_("Choose at least one invoice, and no more than %(most)d.") % {"most": MOST}]})
    if asked := count_asked(actor, batch):
        return asked
    invoices = list(Invoice.objects.visible_to(actor).filter(api_id__in=invoice_ids).order_by("api_id"))
    ready = [outlook for outlook in outlooks(actor, invoices, wanted) if not outlook.refusal]
    if not ready:
        raise Invalid({"": [_("None of these invoices would change.")]})
    verbs = [_verb(actor, batch, outlook, reason if wanted is None else None) for outlook in ready]
    perform_batch(batch, [(verb, outlook.invoice) for verb, outlook in zip(verbs, ready, strict=True)])
    return len(ready)


def changes_in(actor: Membership, batch: uuid.UUID) -> ChangeQuerySet:
    """The batch's changes that this person may see, in the order in which they are sent."""
    made = Change.objects.visible_to(actor).filter(batch=batch, verb__in=CHANGING)
    return made.select_related("store", "actor__user").order_by("asked_at", "pk")


def _verb(actor: Membership, batch: uuid.UUID, outlook: Outlook, reason: str | None) -> Verb[Invoice]:
    """The edit, or with a reason the deletion, of one invoice."""
    change_id = change_id_in(batch, outlook.invoice.api_id)
    if reason is None:
        return EditInvoice(
            actor=actor,
            change_id=change_id,
            invoice_id=outlook.invoice.api_id,
            seen=outlook.before,
            wanted=outlook.after,
        )
    return DeleteInvoice(
        actor=actor,
        change_id=change_id,
        invoice_id=outlook.invoice.api_id,
        seen=outlook.before,
        reason=reason,
    )
