"""Sends what is queued: each mail is looked at again, each recipient is a transaction of its own.

Who runs it has the queue's lock of the store, so what is `sending` when it begins was left so by one that died.
"""

import logging
import time

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone
from django.utils.translation import gettext as _

from arportal.documents.branding.letterheads import Letterhead, letterhead_of
from arportal.documents.mails.message import message_to
from arportal.documents.mails.transmitting import Unreachable, connect, disconnect, transmit
from arportal.receivables.mails import checks, delivery
from arportal.receivables.mails.delivery import Outcome
from arportal.receivables.models import Mail, MailRecipient
from arportal.stores.models import Store

logger = logging.getLogger(__name__)

State = MailRecipient.State
# Seconds after which a store's mails make room for other work of the queue.
SLICE = 60.0
# Seconds after which a mail is looked at again before it goes to its next recipient.
FRESH = 30.0


def send_queued(store: Store) -> bool:
    """Works for a while. True if there may be more to send now."""
    delivery.settle_interrupted(store, timezone.now())
    letterhead = letterhead_of(store)
    backend = get_connection()
    deadline = time.monotonic() + SLICE
    try:
        while (mail := delivery.next_due(store, timezone.now())) is not None:
            _send(mail, letterhead, backend)
            if time.monotonic() > deadline:
                return True
    except Unreachable as unreachable:
        delivery.postpone(store, str(unreachable), timezone.now())
    finally:
        disconnect(backend)
    return False


def _send(mail: Mail, letterhead: Letterhead, backend: BaseEmailBackend) -> None:
    """To each recipient whose turn has come. Raises Unreachable."""
    fresh_until = 0.0
    for recipient in delivery.recipients_due(mail, timezone.now()):
        if time.monotonic() > fresh_until:
            if not _is_to_be_sent(mail):
                return
            fresh_until = time.monotonic() + FRESH
        if settings.SENDS_MAIL:
            connect(backend)
        if delivery.claim(recipient, timezone.now()):
            delivery.settle(recipient, _sent(recipient, letterhead, backend), timezone.now())


def _is_to_be_sent(mail: Mail) -> bool:
    """Looks at it again, and does what follows where it is not to go as it is."""
    try:
        answer = checks.still_to_be_sent(mail)
    except Exception:
        # Whatever it is: nobody gets a mail that was not looked at again, and the others do not wait for it.
        logger.exception("mail %s could not be looked at again", mail.pk)
        answer = checks.Later(_("arportal could not look at it again; its log says why."))
    match answer:
        case checks.Drop():
            delivery.drop(mail, answer.reason, timezone.now())
        case checks.Later():
            delivery.postpone_mail(mail, answer.reason, answer.seconds, timezone.now())
        case checks.Instead():
            delivery.replace(mail, answer, timezone.now())
    return isinstance(answer, checks.Send)


def _sent(recipient: MailRecipient, letterhead: Letterhead, backend: BaseEmailBackend) -> Outcome:
    if not settings.SENDS_MAIL:
        return Outcome(State.KEPT, _("No mail server is set up here."))
    try:
        message = message_to(recipient, letterhead)
        message.message()
    except Exception:
        # Of whatever kind: nothing was sent, and the next recipient does not wait for this one.
        logger.exception("mail %s to a recipient could not be put together", recipient.mail_id)
        return Outcome(State.REFUSED, _("It could not be put together; arportal's log says why."))
    try:
        return transmit(backend, message)
    except Exception:
        # A backend of somebody else's may fail in ways of its own, the mail on its way: not sent again by itself.
        logger.exception("what became of mail %s to a recipient is unclear", recipient.mail_id)
        return Outcome(State.UNKNOWN, _("Something went wrong while it was being sent: it may have arrived."))
