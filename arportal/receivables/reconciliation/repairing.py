"""Repairs of what reconciliation has found: one payment is deleted, or everything is left as it is."""

import uuid
from contextlib import suppress

from django.db import transaction
from django.utils.translation import gettext as _

from arportal.b2b.errors import B2BError
from arportal.mirror.models import Payment
from arportal.receivables.changes import deferring
from arportal.receivables.changes.clock import database_now
from arportal.receivables.changes.errors import Invalid, StoreUnreadable
from arportal.receivables.changes.reasons import check_reason
from arportal.receivables.changes.verb import perform
from arportal.receivables.models import Change, Discrepancy, DiscrepancyQuerySet
from arportal.receivables.payments.delete_payment import DeletePayment
from arportal.receivables.payments.payment_contents import Contents
from arportal.receivables.reconciliation.discrepancies import Kind
from arportal.receivables.reconciliation.reconcile import reconcile
from arportal.stores.access import Permission, require
from arportal.stores.activity import record
from arportal.stores.models import Activity, Membership

Resolution, State = Discrepancy.Resolution, Change.State
# Those that deleting a payment can put right. One that differs is edited instead.
DELETABLE = (Kind.DOUBLE, Kind.UNWANTED, Kind.UNKNOWN)


def to_repair(actor: Membership) -> DiscrepancyQuerySet:
    """The open discrepancies that this person may see, the oldest first."""
    return Discrepancy.objects.visible_to(actor).open().order_by("found_at", "pk")


def recheck(actor: Membership, discrepancy_id: int) -> Discrepancy:
    """The discrepancy as the store has it now; it may be resolved by that. What may wait for room at
    the store is looked at as it was found. Raises NotAllowed, StoreUnreadable, DoesNotExist."""
    require(actor, Permission.REPAIR)
    discrepancy = Discrepancy.objects.visible_to(actor).get(pk=discrepancy_id)
    if discrepancy.is_open and discrepancy.kind != Kind.STUCK and not deferring.is_deferred():
        try:
            reconcile(actor.store, discrepancy.external_id, discrepancy.payment_ids)
        except B2BError as error:
            raise StoreUnreadable(error) from error
        discrepancy.refresh_from_db()
    return discrepancy


def delete_payment(
    actor: Membership,
    change_id: uuid.UUID,
    discrepancy_id: int,
    payment_id: int,
    *,
    seen: Contents,
    reason: str,
) -> Change:
    """Deletes one of the payments in question (DELETE /ip/payments/{id}), once per `change_id`. Of a payment
    that is there more than once, the last one is not deleted: neither when it is asked for, nor when it is sent.

    Raises as `perform(DeletePayment(…))` does, and Discrepancy.DoesNotExist.
    """
    require(actor, Permission.REPAIR)
    discrepancy = Discrepancy.objects.visible_to(actor).get(pk=discrepancy_id)
    if not Change.objects.filter(pk=change_id).exists():  # A second click finds it repaired.
        discrepancy = recheck(actor, discrepancy_id)
    change = perform(
        DeletePayment(
            actor=actor,
            change_id=change_id,
            payment_id=payment_id,
            seen=seen,
            reason=reason,
            guard=lambda: _others_to_keep(discrepancy, payment_id),
        )
    )
    if change.state == State.APPLIED:
        _look_again(actor, discrepancy, reason)
    return change


def leave(actor: Membership, discrepancy_id: int, note: str) -> Discrepancy:
    """Nothing is done about it; `note` says why. Raises NotAllowed, DoesNotExist, Invalid with `reason`."""
    require(actor, Permission.REPAIR)
    discrepancy = Discrepancy.objects.visible_to(actor).get(pk=discrepancy_id)
    check_reason(note)
    done = {"resolved_at": database_now(), "resolution": Resolution.LEFT, "resolved_by": actor}
    with transaction.atomic():
        if not Discrepancy.objects.open().filter(pk=discrepancy.pk).update(**done, note=note.strip()):
            raise Invalid({"": [_("Somebody else has settled this meanwhile.")]})
        words = {"kind": discrepancy.get_kind_display(), "note": note.strip()}
        record(
            actor,
            Activity.Kind.REPAIR,
            _("Left as it is: %(kind)s: %(note)s") % words,
            company_id=discrepancy.company_id,
            details={"payments": discrepancy.payment_ids, "change": str(discrepancy.external_id)},
        )
    discrepancy.refresh_from_db()
    return discrepancy


def _others_to_keep(discrepancy: Discrepancy, payment_id: int) -> list[Payment]:
    """Those of which one has to stay. With the company locked, so that of two people who delete one each only the
    first may. Raises Invalid."""
    discrepancy.refresh_from_db()  # Somebody may have left it as it is since it was looked at.
    payment_ids = discrepancy.payment_ids
    if not discrepancy.is_open or discrepancy.kind not in DELETABLE or payment_id not in payment_ids:
        raise Invalid({"": [_("This is no longer so: see how it is now. Nothing was deleted.")]})
    if discrepancy.kind != Kind.DOUBLE:
        return []
    deletions = Change.objects.filter(store=discrepancy.store_id, verb=Change.Verb.DELETE_PAYMENT)
    going = deletions.filter(target_id__in=payment_ids).exclude(state=State.REFUSED)
    others = set(payment_ids) - {payment_id} - set(going.values_list("target_id", flat=True))
    kept = list(
        Payment.objects.filter(store=discrepancy.store_id, api_id__in=others, gone_at=None).order_by("api_id")
    )
    if not kept:
        raise Invalid(
            {"": [_("The other one is deleted, or about to be. One must stay: nothing was deleted.")]}
        )
    # From now on it is one of the others that was asked for.
    Change.objects.filter(pk=discrepancy.external_id, target_id=payment_id).update(target_id=kept[0].api_id)
    return kept


def _look_again(actor: Membership, discrepancy: Discrepancy, reason: str) -> None:
    """Marks it resolved by whoever repaired it. With a silent store the next reconciliation resolves it."""
    with suppress(B2BError):
        reconcile(actor.store, discrepancy.external_id, discrepancy.payment_ids)
    gone = Discrepancy.objects.filter(pk=discrepancy.pk, resolution=Resolution.GONE)
    gone.update(resolution=Resolution.REPAIRED, resolved_by=actor, note=reason.strip())
