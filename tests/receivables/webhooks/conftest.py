"""A receiver, and subscriptions to it."""

import uuid
from collections.abc import Callable, Iterator

import pytest

from arportal.receivables.models import WebhookKind, WebhookSubscription
from arportal.receivables.webhooks.subscriptions import Wanted, make_webhook
from tests.receivables.webhooks.receiver import Receiver, running

Subscribe = Callable[..., WebhookSubscription]


@pytest.fixture(scope="session")
def receiver_process() -> Iterator[Receiver]:
    with running() as receiver:
        yield receiver


@pytest.fixture
def receiver(receiver_process, settings) -> Receiver:
    settings.LOCAL_WEBHOOKS = True
    receiver_process.got.clear()
    receiver_process.answers.clear()
    return receiver_process


@pytest.fixture
def subscribe(admin, receiver) -> Subscribe:
    """Subscribes an address of the receiver; the secret is left on the subscription for the test."""

    def subscribe(path: str = "/takes", *kinds: WebhookKind) -> WebhookSubscription:
        wanted = Wanted(name="ERP", url=receiver.url(path), kinds=[*(kinds or WebhookKind)])
        webhook, secret = make_webhook(admin, uuid.uuid4(), wanted)
        webhook.secret = secret
        return webhook

    return subscribe
