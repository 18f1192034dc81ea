"""One SMTP transaction, and what can be said for sure of its end."""

import smtplib

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils.translation import gettext as _

from arportal.documents.mails.smtp import Backend, said
from arportal.receivables.mails.delivery import Outcome
from arportal.receivables.models import MailRecipient

State = MailRecipient.State


class Unreachable(Exception):
    """The mail server cannot be used now; nothing was sent. The message says why."""


def connect(backend: BaseEmailBackend) -> None:
    """Before anything is claimed: what fails here was certainly not sent. Raises Unreachable."""
    try:
        backend.open()
    except smtplib.SMTPResponseException as refused:
        raise Unreachable(said(refused.smtp_code, refused.smtp_error)) from refused
    except (smtplib.SMTPException, OSError) as failed:
        words = _("The mail server cannot be reached (%(reason)s).") % {"reason": failed or repr(failed)}
        raise Unreachable(words) from failed


def transmit(backend: BaseEmailBackend, message: EmailMessage) -> Outcome:
    """Sends a message to its one recipient."""
    try:
        if backend.send_messages([message]):
            connection = backend.connection if isinstance(backend, Backend) else None
            return Outcome(State.SENT, connection.answer if connection else "")
        return Outcome(State.UNKNOWN, _("The mail server did not say that it took it."))
    except smtplib.SMTPRecipientsRefused as refused:
        return _refused(backend, *next(iter(refused.recipients.values())))
    except smtplib.SMTPResponseException as refused:
        return _refused(backend, refused.smtp_code, refused.smtp_error)
    except (smtplib.SMTPException, OSError) as lost:
        may_have_it = _may_have_it(backend)
        disconnect(backend)
        reason = str(lost) or repr(lost)
        if may_have_it:
            words = _("The connection was lost while it was being sent (%(reason)s): it may have arrived.")
            return Outcome(State.UNKNOWN, words % {"reason": reason})
        words = _("The connection was lost before it was sent (%(reason)s).")
        return Outcome(State.QUEUED, words % {"reason": reason})


def disconnect(backend: BaseEmailBackend) -> None:
    try:
        backend.close()
    except (smtplib.SMTPException, OSError):
        return  # It is gone either way.


def _refused(backend: BaseEmailBackend, code: int, words: bytes | str) -> Outcome:
    """4xx: not now. 5xx: not at all. Any other answer is none."""
    reply = said(code, words)
    if 400 <= code < 500:
        return Outcome(State.QUEUED, reply)
    if 500 <= code < 600:
        return Outcome(State.REFUSED, reply)
    return Outcome(State.UNKNOWN if _may_have_it(backend) else State.QUEUED, reply)


def _may_have_it(backend: BaseEmailBackend) -> bool:
    """Of other backends than ours nobody knows how far they came."""
    if not isinstance(backend, Backend) or backend.connection is None:
        return True
    return backend.connection.has_begun
