"""Webhooks: what is told to whom, how it is sent, and what becomes of receivers that fail."""

import datetime as dt
import json
import os
import signal
import socket
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.urls import resolve
from django.utils import timezone
from standardwebhooks import Webhook, WebhookVerificationError

from arportal import b2b
from arportal.mirror.api.connections import client_for
from arportal.mirror.api.refresh import refresh_payment
from arportal.mirror.files import addresses
from arportal.mirror.models import Invoice, Payment
from arportal.mirror.store import mark_gone, save_invoices
from arportal.receivables.changes.telling import tell_settled
from arportal.receivables.collections.judging import judge_promises
from arportal.receivables.models import (
    Change,
    PromiseToPay,
    WebhookAttempt,
    WebhookDelivery,
    WebhookEvent,
    WebhookKind,
    WebhookSubscription,
)
from arportal.receivables.reconciliation.reconcile import reconcile_store
from arportal.receivables.webhooks import delivery, subscriptions
from arportal.receivables.webhooks.delivery import PAUSED_AFTER, PAUSES, TOLD_AFTER, claim, due, send_due
from arportal.receivables.webhooks.posting import Answer, post
from arportal.receivables.webhooks.secrets import headers
from arportal.receivables.webhooks.subscriptions import Wanted
from arportal.stores.access import NotAllowed
from arportal.stores.models import Activity
from arportal.stores.people import Refused

State = WebhookDelivery.State
HOUR = dt.timedelta(hours=1)


def change_at_store(invoices: list[Invoice]) -> None:
    """As if these had changed there: the mirror reads them as they are, and had them otherwise."""
    Invoice.objects.filter(pk__in=[invoice.pk for invoice in invoices]).update(order_number="before")
    save_invoices(invoices[0].store, as_they_are(invoices))


def as_they_are(invoices: list[Invoice]) -> list[b2b.Invoice]:
    client = client_for(invoices[0].store)
    return [client.invoices.get(invoice.api_id) for invoice in invoices]


def told() -> list[dict]:
    return [
        json.loads(body) for body in WebhookEvent.objects.order_by("at", "pk").values_list("body", flat=True)
    ]


def test_it_works(subscribe, receiver, open_invoices):
    webhook, invoice = subscribe(), open_invoices[0]
    change_at_store([invoice])
    assert due(timezone.now()) == [webhook.pk]
    assert send_due(webhook.pk) == 1
    [got] = receiver.got
    message = Webhook(webhook.secret).verify(got.body, got.headers)
    assert (message["type"], message["version"], message["store"]) == ("invoice.changed", 1, "demo")
    data = message["data"]
    assert (data["id"], data["company_id"], data["status"]) == (
        invoice.api_id,
        invoice.company_id,
        invoice.status,
    )
    assert resolve(data["url"]).kwargs == {"store": "demo", "id": invoice.api_id}
    attempt = WebhookAttempt.objects.get()
    assert (attempt.status, attempt.delivery.state) == (204, State.DELIVERED)
    assert send_due(webhook.pk) == 0


def test_only_what_has_changed_is_told_and_only_where_somebody_listens(subscribe, store, open_invoices):
    def queries(invoices: list[Invoice]) -> int:
        page = as_they_are(invoices)
        Invoice.objects.filter(pk__in=[invoice.pk for invoice in invoices]).update(order_number="before")
        with CaptureQueriesContext(connection) as asked:
            save_invoices(store, page)
        return len(asked)

    some = list(Invoice.objects.filter(store=store, gone_at=None).select_related("store")[:7])
    change_at_store(some)
    assert told() == []
    subscribe("/takes", WebhookKind.PAYMENT)
    change_at_store(some)
    assert told() == []
    subscribe("/takes", WebhookKind.INVOICE)
    save_invoices(store, as_they_are(some))
    assert told() == []
    assert queries(some[:1]) == queries(some[1:])
    assert sorted(event["data"]["id"] for event in told()) == sorted(invoice.api_id for invoice in some)
    # Of a page only those that differ.
    Invoice.objects.filter(pk=some[0].pk).update(order_number="before")
    save_invoices(store, as_they_are(some))
    assert len(told()) == len(some) + 1
    mark_gone(Invoice, store, [open_invoices[0].api_id])
    mark_gone(Invoice, store, [open_invoices[0].api_id])
    assert [event["data"]["id"] for event in told() if event["data"]["is_gone"]] == [open_invoices[0].api_id]


def test_every_kind(subscribe, store, clerk, company, open_invoices, payment):
    subscribe()
    Payment.objects.filter(pk=payment.pk).update(memo="before")
    refresh_payment(store, payment.api_id)
    change = Change.objects.create(
        id=uuid.uuid4(),
        store=store,
        actor=clerk,
        verb=Change.Verb.SET_PAYMENT_STATUS,
        company_id=payment.company_id,
        target_id=payment.api_id,
        state=Change.State.SENT,
        attempts=1,
        asked_at=timezone.now() - 3 * HOUR,
    )
    reconcile_store(store)
    reconcile_store(store)
    tell_settled(change, {"state": Change.State.APPLIED})
    PromiseToPay.objects.create(
        store=store,
        company_id=company.api_id,
        currency=open_invoices[0].currency,
        amount=10**9,
        paid=0,
        pay_by=store.today(timezone.now()) - dt.timedelta(days=1),
        at=timezone.now() - 48 * HOUR,
        form_id=uuid.uuid4(),
        actor=clerk,
        invoice_ids=[open_invoices[0].api_id],
    )
    judge_promises(store, timezone.now())
    judge_promises(store, timezone.now())
    events = {event["type"]: event["data"] for event in told()}
    assert len(told()) == len(events) == 4, events
    assert events["payment.changed"]["id"] == payment.api_id
    assert (events["change.settled"]["id"], events["change.settled"]["state"]) == (str(change.pk), "applied")
    assert events["discrepancy.found"]["change_id"] == str(change.pk)
    for data in events.values():
        assert "url" not in data or resolve(data["url"])


def test_receivers_that_misbehave(receiver):
    def status(path: str) -> tuple[int | None, str]:
        answer = post(receiver.url(path), {}, b"{}", seconds=0.3)
        assert answer.seconds < 2, path
        return answer.status, answer.begin or answer.words

    assert status("/fails") == (500, "oops")
    # Nobody goes where it leads.
    assert status("/moved") == (307, "oops")
    assert status("/hangs") == (None, "No answer within 1 second.")
    assert status("/drops")[0] is None
    huge = status("/huge")
    assert (huge[0], len(huge[1])) == (200, 500)
    assert status("/drips")[0] == 200
    assert [got.path for got in receiver.got] == ["/fails", "/moved", "/hangs", "/drops", "/huge", "/drips"]


def test_addresses_that_are_refused(admin, settings, monkeypatch):
    settings.LOCAL_WEBHOOKS = False
    for url in (
        "http://erp.example.com/",
        "https://erp.example.com:8443/",
        "https://localhost/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://2130706433/",
        "https://user:secret@erp.example.com/",
        "https://erp.example.com\\@evil.example/",
        "ftp://erp.example.com/",
        "erp.example.com",
        "",
    ):
        with pytest.raises(Refused) as refused:
            subscriptions.make_webhook(
                admin, uuid.uuid4(), Wanted(name="x", url=url, kinds=["invoice.changed"])
            )
        assert list(refused.value.fields) == ["url"], url
    # A name that leads inside, when it is looked up for a message.
    inside = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.7", 443))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_name, **_kind: [inside])
    answer = post("https://erp.example.com/", {}, b"{}")
    assert (answer.status, answer.words) == (None, "The name erp.example.com leads into a private network.")


def test_a_receiver_that_fails_is_left_alone_and_given_up(subscribe, receiver, open_invoices):
    failing, other = subscribe("/fails"), subscribe()
    change_at_store(open_invoices[:2])
    assert (send_due(failing.pk), send_due(other.pk)) == (0, 2)
    assert [got.path for got in receiver.got] == ["/fails", "/takes", "/takes"]
    assert send_due(failing.pk) == 0  # Its rest is not over.
    assert len(receiver.got) == 3
    # Time goes by: each message is tried so often, and no more.
    now, log = timezone.now(), Activity.objects.filter(words__contains="ERP")
    for _try in range(2 * len(PAUSES) + 1):
        now += 25 * HOUR
        WebhookSubscription.objects.filter(pk=failing.pk).update(paused_at=None)
        attempt = claim(failing.pk, now)
        delivery.settle(attempt, Answer(0.1, 500), now)
    WebhookSubscription.objects.filter(pk=failing.pk).update(paused_at=None)
    assert claim(failing.pk, now + 25 * HOUR) is None
    states = failing.deliveries.values_list("state", "attempts")
    assert set(states) == {(State.GIVEN_UP, len(PAUSES) + 1)}
    assert log.filter(words__contains="fails").count() == 1


def test_who_fails_for_days_is_paused_and_told_of(subscribe, receiver, admin, open_invoices):
    webhook = subscribe("/fails")
    change_at_store(open_invoices[:1])
    now = timezone.now()
    for later in (0 * HOUR, TOLD_AFTER, PAUSED_AFTER):
        delivery.settle(claim(webhook.pk, now + later), Answer(0.1, 500), now + later)
    words = list(
        Activity.objects.filter(kind=Activity.Kind.STORE).order_by("pk").values_list("words", flat=True)
    )
    assert words[-2:] == ["The webhook ERP fails", "The webhook ERP has failed for days, and was paused"]
    assert claim(webhook.pk, now + 2 * PAUSED_AFTER) is None
    receiver.answers["/fails"] = "/takes"
    subscriptions.resume_webhook(admin, webhook.pk)
    webhook.deliveries.update(next_try_at=now)
    assert send_due(webhook.pk) == 1


def test_both_secrets_sign_for_a_day(subscribe, admin):
    webhook, now = subscribe(), timezone.now()
    rotated, secret = subscriptions.rotate_secret(admin, webhook.pk)
    for key in (webhook.secret, secret):
        Webhook(key).verify("{}", headers(rotated, "1", "{}", now))
    later = headers(rotated, "1", "{}", now + 25 * HOUR)
    assert len(later["webhook-signature"].split()) == 1
    with pytest.raises(WebhookVerificationError):
        Webhook(webhook.secret).verify(
            "{}", headers(rotated, "1", "{}", now) | {"webhook-signature": "v1,AAAA"}
        )
    stored = WebhookSubscription.objects.get()
    assert (
        secret not in f"{stored.encrypted_secret} {list(Activity.objects.values_list('details', flat=True))}"
    )


def test_pausing_deleting_and_sending_again(subscribe, receiver, admin, open_invoices):
    webhook = subscribe()
    subscriptions.pause_webhook(admin, webhook.pk)
    change_at_store(open_invoices[:1])
    assert send_due(webhook.pk) == 0
    subscriptions.resume_webhook(admin, webhook.pk)
    subscriptions.send_test(admin, webhook.pk)
    assert send_due(webhook.pk) == 2
    assert {json.loads(got.body)["type"] for got in receiver.got} == {"invoice.changed", "test"}
    first = webhook.deliveries.exclude(event__kind="test").get()
    subscriptions.send_again(admin, first.pk)
    assert send_due(webhook.pk) == 1
    assert subscriptions.send_all_again(admin, webhook.pk, timezone.now() - HOUR) == 1
    assert send_due(webhook.pk) == 1
    assert len({got.headers["webhook-id"] for got in receiver.got}) == 2
    change_at_store(open_invoices[:1])
    subscriptions.delete_webhook(admin, webhook.pk)
    assert (send_due(webhook.pk), webhook.deliveries.count()) == (0, 3)
    change_at_store(open_invoices[:1])
    assert WebhookEvent.objects.count() == 3
    delivery.forget_old(timezone.now() + dt.timedelta(days=31))
    assert (
        WebhookEvent.objects.count() == WebhookDelivery.objects.count() == WebhookAttempt.objects.count() == 0
    )


def test_who_may(subscribe, admin, controller):
    webhook = subscribe()
    wanted = Wanted(name="x", url=webhook.url, kinds=["invoice.changed"])
    admin_of_one = type(admin).objects.get(pk=admin.pk)
    admin_of_one.all_companies = False
    for actor in (controller, admin_of_one):
        for act in (
            lambda actor: subscriptions.make_webhook(actor, uuid.uuid4(), wanted),
            lambda actor: subscriptions.change_webhook(actor, webhook.pk, wanted),
            lambda actor: subscriptions.pause_webhook(actor, webhook.pk),
            lambda actor: subscriptions.rotate_secret(actor, webhook.pk),
            lambda actor: subscriptions.delete_webhook(actor, webhook.pk),
            lambda actor: subscriptions.send_all_again(actor, webhook.pk, timezone.now()),
            lambda actor: subscriptions.deliveries_of(actor),
        ):
            with pytest.raises(NotAllowed):
                act(actor)
    assert subscriptions.make_webhook(admin, webhook.pk, wanted) == (webhook, "")


@pytest.mark.django_db(transaction=True)
def test_a_sender_that_is_killed_in_the_middle(subscribe, receiver, open_invoices):
    webhook = subscribe("/hangs")
    change_at_store(open_invoices[:1])
    connections.close_all()
    sender = os.fork()
    if not sender:
        # The threads of the one before are not in a forked process.
        addresses._resolvers = ThreadPoolExecutor(max_workers=1)
        send_due(webhook.pk)
        os._exit(0)
    end = time.monotonic() + 20
    while not receiver.got and time.monotonic() < end:
        time.sleep(0.01)
    os.kill(sender, signal.SIGKILL)
    os.waitpid(sender, 0)
    assert send_due(webhook.pk) == 0  # It may be on its way.
    receiver.answers["/hangs"] = "/takes"
    WebhookDelivery.objects.update(next_try_at=timezone.now())
    assert send_due(webhook.pk) == 1
    assert len({got.headers["webhook-id"] for got in receiver.got}) == 1
    assert [attempt.status for attempt in WebhookAttempt.objects.order_by("pk")] == [None, 204]
