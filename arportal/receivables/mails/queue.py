"""The queue of mails: writing one down to be sent, and sending it again."""

import hashlib
import uuid
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from arportal.receivables.changes.errors import Invalid
from arportal.receivables.mails.addresses import checked_address
from arportal.receivables.models import Mail, MailAttachment, MailRecipient
from arportal.stores.access import Permission, require
from arportal.stores.activity import Kind, record
from arportal.stores.models import Membership, Store

# By its name: sending stands above this file.
TASK = "arportal.documents.tasks.send_mails"
# Of a mail with its attachments: servers refuse what is larger, often at 10 MB once it is encoded.
MOST_BYTES = 7 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Attached:
    """A file to go with a mail."""

    name: str
    content: bytes = field(repr=False)
    content_type: str = "application/pdf"


def queue_mail(
    actor: Membership | None,
    store: Store,
    mail_id: uuid.UUID,
    *,
    company_id: int,
    kind: Mail.Kind,
    subject: str,
    text: str,
    html: str,
    addresses: Iterable[str],
    attached: Sequence[Attached] = (),
    batch: uuid.UUID | None = None,
    invoice_ids: Sequence[int] = (),
    details: Mapping[str, Any] | None = None,
) -> Mail:
    """Writes the mail down and has a worker send it to each address; `actor` is None where it goes by itself.

    The same id again is the same mail: nothing more is sent. Raises NotAllowed, Invalid.
    """
    if actor is not None:
        require(actor, Permission.SEND_MAIL, company_id=company_id)
    checked = _checked(addresses)
    if sum(len(file.content) for file in attached) > MOST_BYTES:
        raise Invalid({"": [_("The attachments are too large to be sent by mail.")]})
    mail = Mail(
        id=mail_id,
        store=store,
        actor=actor,
        company_id=company_id,
        kind=kind,
        batch=batch,
        # One line: a line break in a name must not begin another header.
        subject=" ".join(subject.split()),
        text=text,
        html=html,
        invoice_ids=list(invoice_ids),
        details=dict(details or {}),
    )
    before = _existing(mail)
    return _write(mail, checked, attached) if before is None else before


def start(store_id: int) -> None:
    """Has a worker send what is queued; asking twice does no harm. Call it in the transaction that queues."""
    lock = f"mails-{store_id}"
    with suppress(AlreadyEnqueued), transaction.atomic():
        app.configure_task(TASK, allow_unknown=False, lock=lock, queueing_lock=lock).defer(store_id=store_id)


def new_recipient(mail: Mail, address: str, key: uuid.UUID | None = None) -> MailRecipient:
    recipient = MailRecipient(
        mail=mail,
        store=mail.store,
        company_id=mail.company_id,
        key=key or uuid.uuid4(),
        address=address,
    )
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    recipient.message_id = f"<{recipient.key}@{domain.encode('idna').decode()}>"
    return recipient


def _checked(addresses: Iterable[str]) -> list[str]:
    """Each once, where case does not count. Raises Invalid."""
    checked = {address.lower(): address for address in map(checked_address, addresses)}
    if not checked:
        raise Invalid({"address": [_("Nobody to send this to: the company has no e-mail address.")]})
    return list(checked.values())


def _existing(mail: Mail) -> Mail | None:
    """The mail that this form has already become. Raises Invalid where its id was used for something else."""
    before = Mail.objects.filter(pk=mail.pk).first()
    if before is None:
        return None
    for name in ("store_id", "actor_id", "company_id", "kind", "batch"):
        if getattr(before, name) != getattr(mail, name):
            raise Invalid({"": [_("This form was already used for something else. Start again.")]})
    return before


def _write(mail: Mail, addresses: list[str], attached: Sequence[Attached]) -> Mail:
    try:
        with transaction.atomic():
            mail.save(force_insert=True)
            MailAttachment.objects.bulk_create(
                MailAttachment(
                    mail=mail,
                    name=file.name,
                    content_type=file.content_type,
                    content=file.content,
                    size=len(file.content),
                    sha256=hashlib.sha256(file.content).hexdigest(),
                )
                for file in attached
            )
            MailRecipient.objects.bulk_create(new_recipient(mail, address) for address in addresses)
            record(
                mail.actor or mail.store,
                Kind.MAIL,
                mail.subject,
                company_id=mail.company_id,
                details={"mail": str(mail.pk), "kind": mail.kind, "to": addresses},
            )
            start(mail.store_id)
    except IntegrityError:
        # The same form at the same moment in another process.
        before = _existing(mail)
        if before is None:
            raise
        return before
    return mail
