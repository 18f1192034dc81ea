"""One recipient's message: text and HTML, attachments, and headers into which no name can smuggle another."""

from email.utils import format_datetime, formataddr, parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from arportal.documents.branding.letterheads import Letterhead
from arportal.receivables.models import MailRecipient


def message_to(recipient: MailRecipient, letterhead: Letterhead) -> EmailMultiAlternatives:
    mail = recipient.mail
    headers = {
        "Message-ID": recipient.message_id,
        "Date": format_datetime(timezone.now()),
        # So that no answering machine answers (RFC 3834).
        "Auto-Submitted": "auto-generated",
    }
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    message = EmailMultiAlternatives(
        subject=mail.subject,
        body=mail.text,
        # The address is ours, for which the mail server sends; the name is the store's.
        from_email=formataddr((" ".join(letterhead.name.split()), sender)),
        to=[recipient.address],
        reply_to=[mail.store.reply_to] if mail.store.reply_to else None,
        headers=headers,
    )
    message.attach_alternative(mail.html, "text/html")
    for file in mail.attachments.order_by("pk"):
        message.attach(file.name, bytes(file.content), file.content_type)
    return message
