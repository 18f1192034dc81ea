"""Mails to people about their account."""

import logging
from collections.abc import Mapping
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string

logger = logging.getLogger(__name__)


def mail(subject: str, template: str, context: Mapping[str, object], address: str) -> bool:
    """False if it could not be handed to the mail server: nothing else is undone for that."""
    text = render_to_string(template, context)
    try:
        send_mail(subject, text, settings.DEFAULT_FROM_EMAIL, [address])
    except (SMTPException, OSError) as failed:
        # The server's answer may quote the mail; that it failed, and how, is enough.
        logger.warning("%s could not be mailed: %s", template, type(failed).__name__)
        return False
    return True
