"""The worker is killed while it sends: nobody gets a mail twice, and the log says who may not have it."""

import time
import uuid
from collections import Counter

import pytest

from arportal.documents.tasks import carry_on_mails
from arportal.receivables.mails.queue import queue_mail
from arportal.receivables.models import Mail, MailRecipient
from arportal.stores.models import Membership, Role, Store
from tests.documents.exports.worker_process import half_a_minute_later, worker
from tests.documents.mails.smtp_server import running_smtp_server, use
from tests.whole import only_whole

MAILS = 60
KILLED_AT = (10, 30)


@pytest.fixture
def clerk(transactional_db) -> Membership:
    store = Store.objects.get(slug="demo")
    return Membership.objects.select_related("user", "store").get(store=store, role=Role.CLERK)


@only_whole("documents/mails/test_sending.py::test_what_a_dead_process_was_sending_is_unclear")
def test_it_works(clerk, settings):
    with running_smtp_server() as server:
        use(settings, server.port)
        for number in range(MAILS):
            queue_mail(
                clerk,
                clerk.store,
                uuid.uuid4(),
                company_id=1000 + number,
                kind=Mail.Kind.STATEMENT,
                subject=f"Statement {number}",
                text="T",
                html="H",
                addresses=[f"{number}@example.org"],
            )
        for enough in KILLED_AT:
            with worker(mail_settings(settings)) as process:
                wait_until(lambda enough=enough: len(server.accepted) >= enough)
                process.kill()
                process.join()
            half_a_minute_later()
        with worker(mail_settings(settings)):
            carry_on_mails.defer(timestamp=0)
            wait_until(lambda: not MailRecipient.objects.filter(state__in=["queued", "sending"]).exists())
        copies = server.copies
    states = dict(MailRecipient.objects.values_list("address", "state"))
    assert set(copies.values()) == {1}
    sent = {address for address, state in states.items() if state == "sent"}
    unclear = {address for address, state in states.items() if state == "unknown"}
    assert sent | unclear == set(states)
    assert sent <= set(copies)
    assert len(unclear) <= len(KILLED_AT)
    assert Counter(states.values()).total() == MAILS


def mail_settings(settings) -> dict[str, object]:
    names = ("SENDS_MAIL", "EMAIL_BACKEND", "EMAIL_HOST", "EMAIL_PORT")
    return {name: getattr(settings, name) for name in names}


def wait_until(happened, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.01)
