"""Messages as they are written down: to whom, and letter for letter."""

import datetime as dt
import uuid
from types import SimpleNamespace

import pytest

from arportal.receivables.models import WebhookDelivery, WebhookEvent, WebhookKind
from arportal.receivables.webhooks import events
from arportal.receivables.webhooks.events import tell, write_down
from arportal.receivables.webhooks.subscriptions import Wanted, delete_webhook, make_webhook
from arportal.stores.models import Membership, Role

INVOICE, PAYMENT = WebhookKind.INVOICE, WebhookKind.PAYMENT
NOW = dt.datetime(2026, 11, 30, 2, 10, tzinfo=dt.timezone(dt.timedelta(hours=2)))


def subscribed(admin: Membership, kind: WebhookKind) -> uuid.UUID:
    wanted = Wanted(name="ERP", url="https://erp.example.com/", kinds=[kind])
    return make_webhook(admin, uuid.uuid4(), wanted)[0].pk


def test_a_message_letter_for_letter(store, admin, monkeypatch):
    webhook = subscribed(admin, INVOICE)
    monkeypatch.setattr(events, "timezone", SimpleNamespace(now=lambda: NOW))
    write_down(store, INVOICE, [{"number": "Ł-7"}], [webhook])
    assert WebhookEvent.objects.get().body == (
        '{"type":"invoice.changed","version":1,"timestamp":"2026-11-30T00:10:00.000Z","store":"demo",'
        '"data":{"number":"Ł-7"}}'
    )


def test_only_who_listens_at_this_store_is_told(store, admin, other_store):
    def nothing() -> list[events.Thing]:
        pytest.fail("It is read though nobody wants to know.")

    stranger = Membership.objects.create(
        user=admin.user, store=other_store, role=Role.ADMIN, all_companies=True
    )
    deleted = subscribed(admin, INVOICE)
    delete_webhook(admin, deleted)
    subscribed(stranger, INVOICE)
    subscribed(admin, PAYMENT)
    tell(store, INVOICE, nothing)
    first, second = subscribed(admin, INVOICE), subscribed(admin, INVOICE)
    tell(store, INVOICE, lambda: [])
    assert not WebhookEvent.objects.exists()
    tell(store, INVOICE, lambda: [{"id": 7}])
    told = WebhookDelivery.objects.values_list("subscription", "store", "event__store", "event__kind")
    assert set(told) == {(pk, store.pk, store.pk, INVOICE) for pk in (first, second)}
