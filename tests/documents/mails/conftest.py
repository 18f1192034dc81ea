"""Mails to a company of the cast, sent in the test's own process."""

import datetime as dt
import uuid
from collections.abc import Callable

import pytest

from arportal.documents.mails.sending import send_queued
from arportal.receivables.mails import checks
from arportal.receivables.mails.queue import Attached, queue_mail
from arportal.receivables.models import Mail, MailRecipient


@pytest.fixture
def queue(clerk, company) -> Callable[..., Mail]:
    def queue(*addresses: str, mail_id: uuid.UUID | None = None, **changed) -> Mail:
        asked = {
            "company_id": company.api_id,
            "kind": Mail.Kind.STATEMENT,
            "subject": "Your statement",
            "text": "You owe 5.",
            "html": "<p>You owe 5.</p>",
            "addresses": addresses or ("ada@example.org",),
        }
        return queue_mail(clerk, clerk.store, mail_id or uuid.uuid4(), **(asked | changed))

    return queue


@pytest.fixture
def check(monkeypatch):
    """Registers what is asked about statements just before they are sent."""
    monkeypatch.setattr(checks, "_checks", {})
    return lambda answer: checks.before_sending(Mail.Kind.STATEMENT, answer)


def states(mail: Mail) -> dict[str, str]:
    rows = MailRecipient.objects.filter(mail=mail)
    return {row.address: row.state for row in rows}


def send_later(store, **later: int) -> bool:
    """As if what waits had been queued so much earlier."""
    for row in MailRecipient.objects.filter(store=store, state="queued"):
        row.queued_at -= dt.timedelta(**later)
        row.next_try_at -= dt.timedelta(**later)
        row.save()
    return send_queued(store)


PDF = Attached("Statement.pdf", b"%PDF-1.7 ...")
