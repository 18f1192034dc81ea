"""Subscriptions in an admin's hands: each of one store, told of, and its secret kept."""

import datetime as dt
import uuid
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from standardwebhooks import Webhook

from arportal.mirror.models import Invoice, Payment
from arportal.receivables.models import (
    TEST,
    PromiseToPay,
    WebhookDelivery,
    WebhookEvent,
    WebhookKind,
    WebhookSubscription,
)
from arportal.receivables.webhooks import subscriptions, things
from arportal.receivables.webhooks.events import write_down
from arportal.receivables.webhooks.secrets import OVERLAP, headers
from arportal.receivables.webhooks.subscriptions import Wanted, deliveries_of, webhooks_of
from arportal.stores.access import NotAllowed
from arportal.stores.models import Activity, Membership, Role
from arportal.stores.people import Refused

State = WebhookDelivery.State
URL = "https://user-a.example.com/hook?key=secret"
MINUTE = dt.timedelta(minutes=1)


def wanted(**changed) -> Wanted:
    return Wanted(**({"name": "ERP", "url": URL, "kinds": [WebhookKind.INVOICE.value]} | changed))


@pytest.fixture
def webhook(admin) -> WebhookSubscription:
    return subscriptions.make_webhook(admin, uuid.uuid4(), wanted())[0]


@pytest.fixture
def stranger(other_store, admin) -> Membership:
    """The same person, who is an admin of another store, too."""
    return Membership.objects.create(user=admin.user, store=other_store, role=Role.ADMIN, all_companies=True)


def test_of_another_store_nothing_is_seen_or_done(webhook, stranger):
    write_down(webhook.store, TEST, [{}], [webhook.pk])
    row = webhook.deliveries.get()
    assert (list(webhooks_of(stranger)), list(deliveries_of(stranger))) == ([], [])
    for act in (
        lambda: subscriptions.change_webhook(stranger, webhook.pk, wanted(name="Mine")),
        lambda: subscriptions.pause_webhook(stranger, webhook.pk),
        lambda: subscriptions.resume_webhook(stranger, webhook.pk),
        lambda: subscriptions.rotate_secret(stranger, webhook.pk),
        lambda: subscriptions.delete_webhook(stranger, webhook.pk),
        lambda: subscriptions.send_test(stranger, webhook.pk),
        lambda: subscriptions.send_all_again(stranger, webhook.pk, timezone.now()),
    ):
        with pytest.raises(WebhookSubscription.DoesNotExist):
            act()
    with pytest.raises(WebhookDelivery.DoesNotExist):
        subscriptions.send_again(stranger, row.pk)
    # Nor is it handed over as one that was made before.
    with pytest.raises(IntegrityError), transaction.atomic():
        subscriptions.make_webhook(stranger, webhook.pk, wanted())


def test_it_is_made_changed_and_told(webhook, admin):
    about = (webhook.store, webhook.name, webhook.url, webhook.kinds, webhook.created_by)
    assert about == (admin.store, "ERP", URL, ["invoice.changed"], admin)
    assert subscriptions.make_webhook(admin, webhook.pk, wanted(name="Twice")) == (webhook, "")
    new = wanted(name="CRM", url="https://crm.example.com/", kinds=WebhookKind.values)
    subscriptions.change_webhook(admin, webhook.pk, new)
    webhook.refresh_from_db()
    assert (webhook.name, webhook.url, webhook.kinds) == (new.name, new.url, new.kinds)
    subscriptions.pause_webhook(admin, webhook.pk)
    subscriptions.resume_webhook(admin, webhook.pk)
    subscriptions.delete_webhook(admin, webhook.pk)
    log = Activity.objects.filter(kind=Activity.Kind.STORE, actor=admin).order_by("pk")
    assert [row.words for row in log] == [
        "Made the webhook ERP",
        "Changed the webhook CRM",
        "Paused the webhook CRM",
        "Resumed the webhook CRM",
        "Deleted the webhook CRM",
    ]
    # The rest of an address may be a secret.
    assert log[0].details == {"host": "user-a.example.com", "kinds": ["invoice.changed"]}
    subscriptions.make_webhook(admin, uuid.uuid4(), wanted(url="https://user-b.example.com?key=secret"))
    assert log.latest("pk").details["host"] == "user-b.example.com"


def test_what_is_refused(webhook, admin, monkeypatch):
    for changed, field in (
        ({"kinds": []}, "kinds"),
        ({"kinds": ["invoice.changed", "test"]}, "kinds"),
        ({"url": "http://erp.example.com/"}, "url"),
    ):
        for act in (
            lambda wanted: subscriptions.make_webhook(admin, uuid.uuid4(), wanted),
            lambda wanted: subscriptions.change_webhook(admin, webhook.pk, wanted),
        ):
            with pytest.raises(Refused) as refused:
                act(wanted(**changed))
            assert list(refused.value.fields) == [field]
    monkeypatch.setattr(subscriptions, "MOST", 2)
    second = subscriptions.make_webhook(admin, uuid.uuid4(), wanted())[0]
    with pytest.raises(Refused, match="2 webhooks"):
        subscriptions.make_webhook(admin, uuid.uuid4(), wanted())
    # A deleted one takes no place, and nothing more is done with it.
    subscriptions.delete_webhook(admin, second.pk)
    assert subscriptions.make_webhook(admin, uuid.uuid4(), wanted())[1]
    with pytest.raises(WebhookSubscription.DoesNotExist):
        subscriptions.resume_webhook(admin, second.pk)


def test_a_worker_is_asked_where_there_is_something_to_send(
    webhook, admin, django_capture_on_commit_callbacks
):
    write_down(webhook.store, TEST, [{}], [webhook.pk])
    row = webhook.deliveries.get()
    for act, count in (
        (lambda: subscriptions.pause_webhook(admin, webhook.pk), 0),
        (lambda: subscriptions.resume_webhook(admin, webhook.pk), 1),
        (lambda: subscriptions.send_again(admin, row.pk), 1),
        (lambda: subscriptions.send_all_again(admin, webhook.pk, timezone.now()), 1),
        (lambda: subscriptions.send_test(admin, webhook.pk), 1),
    ):
        with django_capture_on_commit_callbacks() as asked:
            act()
        assert len(asked) == count


def test_a_resumed_one_begins_anew(webhook, admin):
    now = timezone.now()
    values = {"failures": 7, "failing_since": now, "next_try_at": now, "told_at": now}
    WebhookSubscription.objects.filter(pk=webhook.pk).update(**values, paused_at=now)
    subscriptions.resume_webhook(admin, webhook.pk)
    webhook.refresh_from_db()
    assert webhook.failures == 0
    assert {webhook.paused_at, webhook.failing_since, webhook.next_try_at, webhook.told_at} == {None}


def test_the_old_secret_signs_until_a_day_is_over(admin):
    webhook, first = subscriptions.make_webhook(admin, uuid.uuid4(), wanted())
    now = timezone.now()
    rotated, second = subscriptions.rotate_secret(admin, webhook.pk)
    assert OVERLAP <= rotated.old_secret_until - now < OVERLAP + MINUTE
    for secret in (first, second):
        Webhook(secret).verify("{}", headers(rotated, "1", "{}", now))
    rotated, third = subscriptions.rotate_secret(admin, webhook.pk)
    sent = headers(rotated, "1", "{}", now)
    for secret in (second, third):
        Webhook(secret).verify("{}", sent)
    with pytest.raises(Exception, match="No matching signature"):
        Webhook(first).verify("{}", sent)


def test_a_deleted_one_is_sent_nothing_and_has_no_secret(webhook, admin):
    other = subscriptions.make_webhook(admin, uuid.uuid4(), wanted())[0]
    write_down(webhook.store, TEST, [{}, {}], [webhook.pk, other.pk])
    taken = webhook.deliveries.all()[0]
    WebhookDelivery.objects.filter(pk=taken.pk).update(state=State.DELIVERED)
    subscriptions.rotate_secret(admin, webhook.pk)
    subscriptions.delete_webhook(admin, webhook.pk)
    webhook.refresh_from_db()
    assert (webhook.encrypted_secret, webhook.encrypted_old_secret, webhook.old_secret_until) == (
        "",
        "",
        None,
    )
    assert sorted(webhook.deliveries.values_list("state", flat=True)) == [State.DELIVERED, State.GIVEN_UP]
    assert webhook.deliveries.get(state=State.GIVEN_UP).settled_at == webhook.deleted_at
    assert set(other.deliveries.values_list("state", flat=True)) == {State.WAITING}
    with pytest.raises(WebhookDelivery.DoesNotExist):
        subscriptions.send_again(admin, taken.pk)


def test_a_message_is_sent_again_under_its_own_id(webhook, admin):
    write_down(webhook.store, TEST, [{}, {}, {}], [webhook.pk])
    taken, waits, given_up = webhook.deliveries.order_by("pk")
    WebhookDelivery.objects.filter(pk=given_up.pk).update(state=State.GIVEN_UP)
    now = timezone.now()
    for row, state in ((taken, State.DELIVERED), (waits, State.WAITING)):
        WebhookDelivery.objects.filter(pk=row.pk).update(
            state=state, attempts=3, settled_at=now, next_try_at=now + 60 * MINUTE
        )
        assert subscriptions.send_again(admin, row.pk) == row
        row.refresh_from_db()
    assert (taken.state, taken.attempts, taken.settled_at) == (State.WAITING, 0, None)
    assert now <= taken.next_try_at < now + MINUTE
    given_up.refresh_from_db()
    assert given_up.state == State.GIVEN_UP
    # One that waits goes on as it was.
    assert (waits.attempts, waits.next_try_at) == (3, now + 60 * MINUTE)
    assert Activity.objects.filter(words="Had a message of the webhook ERP sent again").count() == 2


def test_all_of_its_kinds_since_then_are_sent_again(webhook, admin, other_store):
    now = timezone.now()
    for store, kind in (
        (webhook.store, WebhookKind.INVOICE),
        (webhook.store, WebhookKind.INVOICE),
        (webhook.store, WebhookKind.PAYMENT),
        (other_store, WebhookKind.INVOICE),
    ):
        write_down(store, kind, [{}], [])
    first, second = WebhookEvent.objects.filter(store=webhook.store, kind="invoice.changed").order_by("at")
    WebhookEvent.objects.filter(pk=first.pk).update(at=now - MINUTE)
    assert subscriptions.send_all_again(admin, webhook.pk, now) == 1
    [row] = webhook.deliveries.all()
    assert (row.event, row.state, row.attempts) == (second, State.WAITING, 0)
    told = Activity.objects.filter(kind=Activity.Kind.STORE).latest("pk")
    assert told.details | {"host": ""} == {
        "host": "",
        "kinds": ["invoice.changed"],
        "since": now.isoformat(),
        "messages": 1,
    }


def test_a_test_is_sent_to_this_one_alone(webhook, admin):
    subscriptions.make_webhook(admin, uuid.uuid4(), wanted())
    subscriptions.send_test(admin, webhook.pk)
    row = WebhookDelivery.objects.get()
    assert (row.subscription, row.event.kind) == (webhook, "test")
    assert f'"id":"{webhook.pk.hex}"' in row.event.body


def test_who_sees_some_companies_or_may_not_configure(webhook, admin, controller):
    webhook_id = webhook.pk
    some = Membership.objects.get(pk=admin.pk)
    some.all_companies = False
    for actor in (controller, some):
        for act in (
            lambda actor: subscriptions.send_test(actor, webhook_id),
            lambda actor: subscriptions.resume_webhook(actor, webhook_id),
            lambda actor: subscriptions.send_again(actor, 1),
            lambda actor: subscriptions.make_webhook(actor, webhook_id, wanted()),
        ):
            with pytest.raises(NotAllowed):
                act(actor)


def test_things_are_of_the_store_and_say_how_they_stand(store, other_store, open_invoices, payment, clerk):
    invoice = open_invoices[0]
    gone = Payment.objects.filter(store=store).exclude(pk=payment.pk)[0]
    Payment.objects.filter(pk=gone.pk).update(gone_at=timezone.now())
    assert [thing["is_gone"] for thing in things.payments(store, [gone.api_id])] == [True]
    Payment.objects.filter(pk=payment.pk).update(currency="EUR", total=5)
    for row in (Invoice.objects.get(pk=invoice.pk), Payment.objects.get(pk=payment.pk)):
        row.pk, row.store = None, other_store
        row.save(force_insert=True)
    [thing] = things.invoices(store, [invoice.api_id])
    assert thing == {
        "id": invoice.api_id,
        "company_id": invoice.company_id,
        "number": invoice.number,
        "status": invoice.status,
        "currency": invoice.currency,
        "open_balance": f"{invoice.open_balance:.2f}",
        "is_gone": False,
        "url": f"/api/v1/stores/demo/invoices/{invoice.api_id}/",
    }
    [thing] = things.payments(store, [payment.api_id])
    assert thing == {
        "id": payment.api_id,
        "company_id": payment.company_id,
        "status": payment.processing_status,
        "currency": "EUR",
        "total": "5.00",
        "is_gone": False,
        "url": f"/api/v1/stores/demo/payments/{payment.api_id}/",
    }
    promise = PromiseToPay(
        id=5,
        store=store,
        company_id=7,
        currency="JPY",
        actor=clerk,
        state="broken",
        pay_by=dt.date(2026, 3, 4),
        amount=Decimal(900),
        paid=Decimal(100),
    )
    assert things.promise(promise) == {
        "id": 5,
        "company_id": 7,
        "state": "broken",
        "currency": "JPY",
        "amount": "900",
        "paid": "100",
        "pay_by": "2026-03-04",
        "url": "/api/v1/stores/demo/promises/5/",
    }
