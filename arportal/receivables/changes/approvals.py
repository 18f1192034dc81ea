"""Approval by a second person of what moves much money. Nobody approves what they asked for.

What waits, for that or for room at the store, can be taken back.
"""

import uuid
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from arportal.receivables.changes import changes, state_machine, telling
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.models import Change, ChangeQuerySet
from arportal.stores.access import NotAllowed, Permission, may, require
from arportal.stores.activity import Kind, record
from arportal.stores.models import Membership


def waiting(actor: Membership) -> ChangeQuerySet:
    """Changes that wait for a second person, those of this one or for this one to approve; the oldest first."""
    unapproved = Change.objects.visible_to(actor).to_approve().select_related("actor__user", "store")
    if not may(actor, Permission.APPROVE):
        unapproved = unapproved.filter(actor__user=actor.user_id)
    return unapproved.order_by("asked_at", "pk")


def may_approve(actor: Membership, change: Change) -> bool:
    return may(actor, Permission.APPROVE) and actor.sees(change.company_id) and not _is_own(actor, change)


def approve(actor: Membership, change_id: uuid.UUID) -> Change:
    """Lets the change go to the store, and carries it out.

    Raises NotAllowed (one's own change, too); Change.DoesNotExist when the actor cannot see it; Invalid when
    it no longer waits.
    """
    change = _found(actor, change_id)
    require(actor, Permission.APPROVE, company_id=change.company_id)
    if _is_own(actor, change):
        raise NotAllowed(_("You requested this yourself: a second person has to approve it."))
    now = timezone.now()
    event = state_machine.Approved(now)
    return changes.execute(_settle(actor, change, event, approved_by=actor, approved_at=now))


def reject(actor: Membership, change_id: uuid.UUID, reason: str) -> Change:
    """Ends the change unsent. `reason` is shown to whoever asked. Raises as `approve` does."""
    change = _found(actor, change_id)
    require(actor, Permission.APPROVE, company_id=change.company_id)
    if not reason.strip():
        raise Invalid({"reason": [_("Give a reason: the person who requested it will read this.")]})
    words = _("%(who)s did not approve it: %(reason)s") % {"who": actor.user, "reason": reason.strip()}
    return _settle(actor, change, state_machine.Cancelled(timezone.now()), words=words)


def withdraw(actor: Membership, change_id: uuid.UUID) -> Change:
    """Takes back one's own change while it waits, for approval or in line. Raises as `approve` does."""
    change = _found(actor, change_id)
    if not may_withdraw(actor, change):
        raise NotAllowed(_("Only %(who)s can withdraw this.") % {"who": change.actor.user})
    words = _("%(who)s withdrew it.") % {"who": actor.user}
    return _settle(actor, change, state_machine.Cancelled(timezone.now()), words=words)


def take_back(
    actor: Membership, rows: ChangeQuerySet, may_cancel: Callable[[Membership, Change], bool]
) -> int:
    """Ends those that were not sent yet, and counts them. Raises NotAllowed at the first that is not theirs."""
    words = _("%(who)s cancelled it before it was sent.") % {"who": actor.user}
    dropped = 0
    for change in rows:
        if not may_cancel(actor, change):
            raise NotAllowed(_("Only %(who)s or a controller can cancel this.") % {"who": change.actor.user})
        now = timezone.now()
        report = changes.EventRecord(state_machine.Cancelled(now), words=words)
        # The words are the same when somebody presses twice at once; the moment is this press's alone.
        dropped += changes.apply_event(change, report).settled_at == now
    if dropped:
        record(
            actor, Kind.APPROVAL, _("Took back %(count)d changes before they were sent") % {"count": dropped}
        )
    return dropped


def may_withdraw(actor: Membership, change: Change) -> bool:
    """One's own; of what only waits for room, a controller takes back others' too, as in batches."""
    return _is_own(actor, change) or (change.is_in_line and may_approve(actor, change))


def _settle(
    actor: Membership, change: Change, event: state_machine.Event, *, words: str = "", **fields: Any
) -> Change:
    """The Change after the event. Of two who settle it at once the second is told what the first did."""
    with transaction.atomic():
        locked = Change.objects.select_for_update(of=("self",)).select_related("store", "actor__user")
        change = locked.get(pk=change.pk)
        waits = change.state == Change.State.WAITING
        if not waits and not (change.is_in_line and isinstance(event, state_machine.Cancelled)):
            raise Invalid({"": [_("It no longer waits: %(state)s.") % {"state": change.get_state_display()}]})
        verb = change.get_verb_display()
        decision = _("%(verb)s: %(words)s") % {"verb": verb, "words": words or _("approved")}
        telling.tell_decided(actor, change, decision)
        return changes.apply_event(change, changes.EventRecord(event, words=words, fields=fields))


def _found(actor: Membership, change_id: uuid.UUID) -> Change:
    visible = Change.objects.visible_to(actor).select_related("store", "actor__user")
    return visible.get(pk=change_id)


def _is_own(actor: Membership, change: Change) -> bool:
    return change.actor.user_id == actor.user_id
