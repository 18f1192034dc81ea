"""Deliveries in a person's hands: sent again, or noted to have come back."""

import uuid

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from arportal.receivables.changes.errors import Invalid
from arportal.receivables.mails import queue
from arportal.receivables.mails.addresses import checked_address
from arportal.receivables.models import MailRecipient
from arportal.stores.access import Permission, require
from arportal.stores.activity import Kind, record
from arportal.stores.models import Membership

State = MailRecipient.State
UNDER_WAY = (State.QUEUED, State.SENDING)


def resend(actor: Membership, recipient: MailRecipient, key: uuid.UUID, address: str = "") -> MailRecipient:
    """Another delivery of the same mail, to this address or the same. The same key again sends nothing more.

    One in doubt keeps its Message-ID: whoever has it already may know it again. Raises NotAllowed, Invalid.
    """
    require(actor, Permission.SEND_MAIL, company_id=recipient.company_id)
    before = MailRecipient.objects.filter(key=key).first()
    if before is not None:
        return _same(before, recipient, actor)
    if recipient.state in UNDER_WAY:
        raise Invalid({"": [_("It is still being sent.")]})
    new = queue.new_recipient(recipient.mail, checked_address(address or recipient.address), key)
    new.resent_by = actor
    if recipient.state == State.UNKNOWN and new.address == recipient.address:
        new.message_id = recipient.message_id
    try:
        with transaction.atomic():
            new.save()
            record(
                actor,
                Kind.MAIL,
                _("Sent again: %(subject)s") % {"subject": recipient.mail.subject},
                company_id=recipient.company_id,
                details={"mail": str(recipient.mail_id), "to": [new.address]},
            )
            queue.start(recipient.store_id)
    except IntegrityError:
        return _same(MailRecipient.objects.get(key=key), recipient, actor)
    return new


def note_bounce(actor: Membership, recipient: MailRecipient, reason: str) -> None:
    """Raises NotAllowed, Invalid."""
    require(actor, Permission.SEND_MAIL, company_id=recipient.company_id)
    if not reason.strip():
        raise Invalid({"reason": [_("Say what the returned mail says.")]})
    rows = MailRecipient.objects.filter(pk=recipient.pk, state__in=[State.SENT, State.UNKNOWN])
    note = reason.strip()
    with transaction.atomic():
        if not rows.update(state=State.BOUNCED, note=note, noted_by=actor, settled_at=timezone.now()):
            raise Invalid({"": [_("Only what was sent can come back.")]})
        words = _("Came back from %(address)s: %(reason)s") % {"address": recipient.address, "reason": note}
        record(actor, Kind.MAIL, words, company_id=recipient.company_id)


def _same(before: MailRecipient, recipient: MailRecipient, actor: Membership) -> MailRecipient:
    if before.mail_id != recipient.mail_id or before.resent_by_id != actor.pk:
        raise Invalid({"": [_("This form was already used for something else. Start again.")]})
    return before
