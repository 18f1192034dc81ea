"""The steps of sending messages: what is due, whose it is to send, and what each answer makes of it."""

import base64
import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from arportal.receivables.models import (
    TEST,
    WebhookAttempt,
    WebhookDelivery,
    WebhookEvent,
    WebhookKind,
    WebhookSubscription,
)
from arportal.receivables.webhooks import delivery, starting
from arportal.receivables.webhooks.delivery import (
    KEPT,
    LONGEST_REST,
    PAUSED_AFTER,
    PAUSES,
    SHORTEST_REST,
    TOLD_AFTER,
    UNTIL_SENT_AGAIN,
    claim,
    due,
    settle,
)
from arportal.receivables.webhooks.events import tell, write_down
from arportal.receivables.webhooks.posting import Answer
from arportal.receivables.webhooks.secrets import OVERLAP, PREFIX, headers, new_secret
from arportal.receivables.webhooks.starting import TASK, start
from arportal.stores.models import Activity
from arportal.stores.tokens import encrypt

State = WebhookDelivery.State
SECOND, HOUR = dt.timedelta(seconds=1), dt.timedelta(hours=1)
TAKEN, FAILED = Answer(0.1, 204), Answer(0.2, 500, "", "oops")


@pytest.fixture
def webhook(store, admin) -> WebhookSubscription:
    return subscription(store, admin, "ERP")


def subscription(store, admin, name: str, **values) -> WebhookSubscription:
    about = {"url": "https://erp.example.com/", "kinds": WebhookKind.values, "created_by": admin}
    return WebhookSubscription.objects.create(
        store=store, name=name, encrypted_secret=encrypt("whsec_MDEyMw=="), **(about | values)
    )


def waiting(webhook: WebhookSubscription, kind: str = TEST, count: int = 1) -> list[WebhookDelivery]:
    write_down(webhook.store, kind, [{"id": number} for number in range(count)], [webhook.pk])
    return list(webhook.deliveries.order_by("-pk")[:count])


def test_only_who_wants_it_is_told(store, other_store, admin, webhook):
    subscription(other_store, admin, "Another store's")
    subscription(store, admin, "Deleted", deleted_at=timezone.now())
    subscription(store, admin, "Payments", kinds=[WebhookKind.PAYMENT])
    paused = subscription(store, admin, "Paused", paused_at=timezone.now())
    tell(store, WebhookKind.INVOICE, lambda: [{"id": 1}])
    tell(store, WebhookKind.INVOICE, list)
    [event] = WebhookEvent.objects.all()
    assert (event.store, event.kind) == (store, "invoice.changed")
    rows = event.deliveries.all()
    assert {row.subscription_id for row in rows} == {webhook.pk, paused.pk}
    assert {(row.store_id, row.state, row.attempts, row.next_try_at) for row in rows} == {
        (store.pk, State.WAITING, 0, event.at)
    }


def test_what_is_due(webhook, admin, store):
    [row] = waiting(webhook)
    now = timezone.now()
    assert due(now) == [webhook.pk]
    for values in (
        {"state": State.DELIVERED},
        {"state": State.GIVEN_UP},
        {"state": State.WAITING, "next_try_at": now + SECOND},
    ):
        WebhookDelivery.objects.filter(pk=row.pk).update(**values)
        assert (due(now), claim(webhook.pk, now)) == ([], None), values
    assert due(now + SECOND) == [webhook.pk]
    for values in (
        {"paused_at": now},
        # What was written down while it was being deleted still waits.
        {"paused_at": None, "deleted_at": now},
        {"deleted_at": None, "next_try_at": now + 2 * SECOND},
    ):
        WebhookSubscription.objects.filter(pk=webhook.pk).update(**values)
        assert (due(now + SECOND), claim(webhook.pk, now + SECOND)) == ([], None), values
    other = subscription(store, admin, "Other")
    assert due(now + 2 * SECOND) == [webhook.pk]
    assert claim(other.pk, now + 2 * SECOND) is None


def test_a_claim_is_nobody_elses_for_a_minute(webhook):
    older, newer = reversed(waiting(webhook, count=2))
    now = timezone.now()
    first, second = claim(webhook.pk, now), claim(webhook.pk, now)
    assert (first.delivery, second.delivery, claim(webhook.pk, now)) == (older, newer, None)
    older.refresh_from_db()
    assert (older.attempts, older.next_try_at, first.at) == (1, now + UNTIL_SENT_AGAIN, now)
    # Its process died: it is sent once more.
    assert claim(webhook.pk, now + UNTIL_SENT_AGAIN).delivery == older
    # Whose answer comes after that settles nothing of the message.
    settle(first, TAKEN, now)
    older.refresh_from_db()
    assert (older.state, older.attempts, older.settled_at) == (State.WAITING, 2, None)


def test_a_claim_is_committed_before_anything_is_sent(webhook):
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        claim(webhook.pk, timezone.now())


def test_when_its_turn_is_over_the_rest_is_asked_for_anew(
    webhook, monkeypatch, django_capture_on_commit_callbacks
):
    waiting(webhook, count=2)
    sent = []
    clock = iter([0.0, 0.0, delivery.TURN])
    monkeypatch.setattr(delivery, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    monkeypatch.setattr(delivery, "post", lambda *message: sent.append(message) or TAKEN)
    with django_capture_on_commit_callbacks() as asked:
        assert delivery.send_due(webhook.pk) == 1
    assert (len(sent), len(asked)) == (1, 1)
    [(url, signed, body)] = sent
    event = webhook.deliveries.get(state=State.DELIVERED).event
    assert (url, body, signed["webhook-id"]) == (webhook.url, event.body.encode(), str(event.pk))


def test_what_was_settled_meanwhile_is_not_settled_again(webhook):
    [row] = waiting(webhook)
    attempt = claim(webhook.pk, timezone.now())
    WebhookDelivery.objects.filter(pk=row.pk).update(state=State.GIVEN_UP)
    settle(attempt, TAKEN, timezone.now())
    row.refresh_from_db()
    assert row.state == State.GIVEN_UP


def test_what_is_taken_is_written_down(webhook):
    other, row = waiting(webhook, count=2)
    now = timezone.now()
    first, _second = claim(webhook.pk, now), claim(webhook.pk, now)
    settle(first, TAKEN, now + SECOND)
    row.refresh_from_db()
    assert (row.state, row.settled_at) == (State.DELIVERED, now + SECOND)
    other.refresh_from_db()
    assert other.state == State.WAITING
    attempt = WebhookAttempt.objects.get(delivery=row)
    assert (attempt.status, attempt.seconds, attempt.words, attempt.answer) == (204, 0.1, "", "")


def test_after_each_failure_it_waits_longer_and_in_the_end_is_given_up(webhook):
    [row] = waiting(webhook)
    now = timezone.now()
    for number, pause in enumerate(PAUSES, start=1):
        settle(claim(webhook.pk, now), FAILED, now)
        row.refresh_from_db()
        assert 0.8 * pause <= row.next_try_at - now <= 1.2 * pause
        assert (row.state, row.attempts) == (State.WAITING, number)
        webhook.refresh_from_db()
        rest = min(SHORTEST_REST * 2 ** (number - 1), LONGEST_REST)
        assert (webhook.failures, webhook.next_try_at) == (number, now + rest)
        now = max(row.next_try_at, webhook.next_try_at)
    settle(claim(webhook.pk, now), FAILED, now)
    row.refresh_from_db()
    assert (row.state, row.settled_at) == (State.GIVEN_UP, now)
    last = WebhookAttempt.objects.latest("pk")
    assert (last.status, last.seconds, last.answer) == (500, 0.2, "oops")


@pytest.mark.parametrize(("bound", "part"), [(0, 0.8), (1, 1.2)])
def test_a_pause_is_shorter_or_longer_by_a_fifth_at_most(webhook, monkeypatch, bound, part):
    [row] = waiting(webhook)
    now = timezone.now()
    monkeypatch.setattr(delivery.random, "uniform", lambda *bounds: bounds[bound])
    settle(claim(webhook.pk, now), FAILED, now)
    row.refresh_from_db()
    assert row.next_try_at == now + PAUSES[0] * part


@pytest.mark.django_db(transaction=True)
def test_a_claim_waits_neither_for_a_message_of_another_process_nor_for_the_store(webhook):
    older, newer = reversed(waiting(webhook, count=2))
    now = timezone.now()

    def claimed() -> WebhookDelivery:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '2s'")
            return claim(webhook.pk, now).delivery
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other, transaction.atomic():
        WebhookDelivery.objects.select_for_update().get(pk=older.pk)
        type(webhook.store).objects.select_for_update().get(pk=webhook.store_id)
        assert other.submit(claimed).result() == newer


def test_people_are_told_once_when_it_fails_and_when_it_works_again(webhook):
    waiting(webhook, count=6)
    now = timezone.now()
    log = Activity.objects.filter(kind=Activity.Kind.STORE).order_by("pk")
    moments = [0 * HOUR, TOLD_AFTER - 60 * SECOND, TOLD_AFTER, TOLD_AFTER + HOUR, PAUSED_AFTER - HOUR]
    told = []
    for later in moments:
        settle(claim(webhook.pk, now + later), FAILED, now + later)
        told.append(log.count())
    webhook.refresh_from_db()
    assert (told, webhook.failing_since, webhook.told_at) == ([0, 0, 1, 1, 1], now, now + TOLD_AFTER)
    settle(claim(webhook.pk, now + PAUSED_AFTER), TAKEN, now + PAUSED_AFTER)
    assert [row.words for row in log] == ["The webhook ERP fails", "The webhook ERP works again"]
    webhook.refresh_from_db()
    assert (webhook.failures, webhook.failing_since, webhook.next_try_at, webhook.told_at) == (
        *(0, None, None, None),
    )


def test_who_is_paused_is_told_once_and_not_tried(webhook, django_capture_on_commit_callbacks):
    waiting(webhook, count=3)
    now = timezone.now()
    attempts = [claim(webhook.pk, now) for _each in range(3)]
    with django_capture_on_commit_callbacks() as asked:
        settle(attempts[0], FAILED, now)
    assert len(asked) == 1
    with django_capture_on_commit_callbacks() as asked:
        for attempt in attempts[1:]:
            settle(attempt, FAILED, now + PAUSED_AFTER)
    assert asked == []
    webhook.refresh_from_db()
    assert webhook.paused_at == now + PAUSED_AFTER
    words = list(Activity.objects.filter(kind=Activity.Kind.STORE).values_list("words", flat=True))
    assert words.count("The webhook ERP has failed for days, and was paused") == 1


def test_a_worker_is_asked_once_for_now_or_later(webhook, django_capture_on_commit_callbacks):
    for seconds in (0.0, 0.0, 90.0):
        with django_capture_on_commit_callbacks(execute=True):
            start(webhook.pk, seconds)
    lock = f"webhooks-{webhook.pk}"
    [job] = ProcrastinateJob.objects.filter(task_name=TASK)
    assert (job.lock, job.queueing_lock, job.args) == (lock, lock, {"subscription_id": str(webhook.pk)})
    assert job.scheduled_at is None
    ProcrastinateJob.objects.all().delete()
    with django_capture_on_commit_callbacks(execute=True):
        start(webhook.pk, 90.0)
    later = ProcrastinateJob.objects.get(task_name=TASK).scheduled_at - timezone.now()
    assert 80 * SECOND < later < 91 * SECOND


def test_where_no_worker_can_be_asked_all_else_is_done(
    webhook, monkeypatch, django_capture_on_commit_callbacks
):
    """What was to be told has happened: who did it is not troubled by that, and the round sees to the message."""
    done = []
    monkeypatch.setattr(starting, "app", SimpleNamespace(configure_task=lambda *_how, **_when: 1 / 0))
    with django_capture_on_commit_callbacks(execute=True):
        start(webhook.pk)
        transaction.on_commit(lambda: done.append("the rest"))
    assert done == ["the rest"]


def test_the_headers_of_a_message(webhook):
    now = timezone.now()
    sent = headers(webhook, "message-1", "{}", now)
    assert (sent["webhook-id"], sent["webhook-timestamp"]) == ("message-1", str(int(now.timestamp())))
    assert (sent["Content-Type"], sent["User-Agent"]) == ("application/json", "arportal")
    webhook.encrypted_old_secret, webhook.old_secret_until = encrypt("whsec_b2xk"), now + OVERLAP
    both = [len(headers(webhook, "1", "{}", now + later)["webhook-signature"].split()) for later in (
        OVERLAP - SECOND, OVERLAP,
    )]  # fmt: skip
    assert both == [2, 1]


def test_each_secret_is_new_and_as_long_as_a_hash():
    secrets = {new_secret() for _each in range(5)}
    assert {len(base64.b64decode(secret.removeprefix(PREFIX))) for secret in secrets} == {32}
    assert len(secrets) == 5


def test_only_what_is_a_month_old_is_forgotten(webhook):
    rows = waiting(webhook, count=2)
    now = timezone.now()
    for _each in rows:
        claim(webhook.pk, now)
    WebhookEvent.objects.filter(pk=rows[0].event_id).update(at=now - KEPT - SECOND)
    delivery.forget_old(now)
    assert list(WebhookEvent.objects.all()) == [rows[1].event]
    assert list(WebhookAttempt.objects.values_list("delivery", flat=True)) == [rows[1].pk]
