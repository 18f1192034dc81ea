"""The addresses that reminders go to: not those of which the last mail was refused or came back."""

import uuid

from arportal.mirror.models import Company
from arportal.receivables.collections.recipients import reminded_at
from arportal.receivables.models import Mail, MailRecipient
from arportal.stores.models import Store

State = MailRecipient.State


def deliver(store: Store, address: str, state: MailRecipient.State, tries: int = 1) -> None:
    mail = Mail.objects.create(id=uuid.uuid4(), store=store, company_id=1, kind=Mail.Kind.REMINDER)
    mail.recipients.create(store=store, company_id=1, address=address, state=state, tries=tries)


def test_it_works(db, other_store):
    store = Store.objects.create(slug="mails", name="Mails", store_hash="mails", api_url="http://127.0.0.1:9")
    company = Company.objects.create(store=store, api_id=1, name="Acme", status=1, email="ann@example.com")

    def known() -> dict[int, list[str]]:
        return reminded_at(store, [company])

    assert known() == {1: ["ann@example.com"]}
    deliver(other_store, "ann@example.com", State.REFUSED)
    assert known() == {1: ["ann@example.com"]}
    deliver(store, "Ann@example.com", State.REFUSED)
    assert known() == {1: []}
    # Nobody has tried yet whether it takes this one.
    deliver(store, "ann@example.com", State.QUEUED, tries=0)
    assert known() == {1: []}
    deliver(store, "ann@example.com", State.SENT)
    assert known() == {1: ["ann@example.com"]}
    deliver(store, "ann@example.com", State.BOUNCED)
    assert known() == {1: []}
