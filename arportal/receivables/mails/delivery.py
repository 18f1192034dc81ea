"""The deliveries of mails, one a recipient: queued → sending → sent | refused | unknown, or dropped, or kept.

`sending` is committed before anything is sent, so that whoever finds it so knows that the server may have the mail.
Every step is a compare-and-set on state and try: whoever was overtaken by another process writes nothing.
"""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from arportal.receivables.mails.checks import Instead
from arportal.receivables.mails.queue import new_recipient
from arportal.receivables.models import Mail, MailRecipient, MailRecipientQuerySet
from arportal.stores.models import Store

State = MailRecipient.State
# Between two tries of the same mail: a quarter of the time it has waited, within these.
SHORTEST, LONGEST = dt.timedelta(minutes=1), dt.timedelta(hours=1)
# A server that could not take it for so long is not tried any more.
PATIENCE = dt.timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of one try; `queued` when it was certainly not accepted, and may be the next time."""

    state: MailRecipient.State
    reply: str = ""


def next_due(store: Store, now: dt.datetime) -> Mail | None:
    """The oldest mail with a recipient to send to now."""
    rows = MailRecipient.objects.queued(store).filter(next_try_at__lte=now)
    row = rows.select_related("mail__store", "mail__actor").order_by("queued_at", "pk").first()
    return row.mail if row else None


def recipients_due(mail: Mail, now: dt.datetime) -> list[MailRecipient]:
    rows = MailRecipient.objects.filter(mail=mail, state=State.QUEUED, next_try_at__lte=now)
    return list(rows.order_by("queued_at", "pk"))


def stores_due(now: dt.datetime) -> list[int]:
    """Ids of the stores with something to send, or left in sending by a process that died."""
    waiting = MailRecipient.objects.filter(state__in=[State.QUEUED, State.SENDING], next_try_at__lte=now)
    return list(waiting.order_by().values_list("store_id", flat=True).distinct())


def claim(recipient: MailRecipient, now: dt.datetime) -> bool:
    """True if it is now this process's to send, and nobody else's. Committed at once."""
    with transaction.atomic(durable=True):
        rows = MailRecipient.objects.filter(pk=recipient.pk, state=State.QUEUED, tries=recipient.tries)
        is_ours = rows.update(state=State.SENDING, tries=recipient.tries + 1, settled_at=now, reply="")
    if is_ours:
        recipient.tries += 1
    return bool(is_ours)


def settle(recipient: MailRecipient, outcome: Outcome, now: dt.datetime) -> None:
    """Writes down what became of this try. An answer that comes after it was given up as unclear still counts."""
    rows = MailRecipient.objects.filter(
        pk=recipient.pk, state__in=[State.SENDING, State.UNKNOWN], tries=recipient.tries
    )
    if outcome.state == State.QUEUED:
        _wait(rows.filter(state=State.SENDING), outcome.reply, now)
    else:
        rows.update(state=outcome.state, reply=outcome.reply, settled_at=now)


def postpone(store: Store, reply: str, now: dt.datetime) -> None:
    """Nothing that is due can be sent now: the server does not answer."""
    _wait(MailRecipient.objects.queued(store).filter(next_try_at__lte=now), reply, now)


def postpone_mail(mail: Mail, reply: str, seconds: float, now: dt.datetime) -> None:
    pause = dt.timedelta(seconds=max(seconds, 1.0))
    MailRecipient.objects.filter(mail=mail, state=State.QUEUED).update(next_try_at=now + pause, reply=reply)


def drop(mail: Mail, reason: str, now: dt.datetime) -> None:
    """Sends it to nobody who has not got it yet."""
    MailRecipient.objects.filter(mail=mail, state=State.QUEUED).update(
        state=State.DROPPED, reply=reason, settled_at=now
    )


def replace(mail: Mail, instead: Instead, now: dt.datetime) -> None:
    """Another mail to all who were still to get this one."""
    with transaction.atomic():
        rows = MailRecipient.objects.select_for_update().filter(mail=mail, state=State.QUEUED)
        addresses = list(rows.values_list("address", flat=True))
        if not addresses:
            return
        new = Mail.objects.create(
            id=uuid.uuid4(),
            store=mail.store,
            actor=mail.actor,
            company_id=mail.company_id,
            kind=mail.kind,
            batch=mail.batch,
            subject=" ".join(instead.subject.split()),
            text=instead.text,
            html=instead.html,
            invoice_ids=list(instead.invoice_ids),
            details=instead.details,
            replaces=mail,
        )
        recipients = [new_recipient(new, address) for address in addresses]
        if mail.replaces_id:
            # Figures that change each time they are looked at must not keep a worker busy for ever.
            for recipient in recipients:
                recipient.next_try_at = now + SHORTEST
        MailRecipient.objects.bulk_create(recipients)
        drop(mail, instead.reason, now)


def settle_interrupted(store: Store, now: dt.datetime) -> None:
    """Marks as unclear what a process that died was sending. Call it where no other process sends for the store."""
    rows = MailRecipient.objects.filter(store=store, state=State.SENDING)
    words = _("arportal was interrupted while it was being sent: it may have arrived.")
    rows.update(state=State.UNKNOWN, reply=words, settled_at=now)


def _wait(rows: MailRecipientQuerySet, reply: str, now: dt.datetime) -> None:
    words = _("Given up after two days: %(reply)s") % {"reply": reply}
    rows.filter(queued_at__lt=now - PATIENCE).update(state=State.REFUSED, reply=words, settled_at=now)
    for row in rows.only("queued_at"):
        pause = min(max((now - row.queued_at) / 4, SHORTEST), LONGEST)
        rows.filter(pk=row.pk).update(state=State.QUEUED, next_try_at=now + pause, reply=reply)
