"""The steps of a delivery: each goes on from what is there, touches no other, and is never made twice."""

import datetime as dt
import hashlib
import uuid
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from arportal.receivables.changes.errors import Invalid
from arportal.receivables.mails import delivery, queue, resending
from arportal.receivables.mails.checks import Instead
from arportal.receivables.mails.delivery import PATIENCE, Outcome
from arportal.receivables.mails.queue import Attached, queue_mail
from arportal.receivables.models import Mail, MailRecipient
from arportal.stores.models import Activity

State = MailRecipient.State
NOW = timezone.now()
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def queued(clerk, company):
    """A mail to one recipient in each of these states, due now and queued `age` ago."""

    def queued(*states: State, mail_id: uuid.UUID | None = None, **asked: Any) -> Mail:
        addresses = [f"{number}@example.org" for number, _state in enumerate(states)]
        words = {"subject": "S", "text": "T", "html": "H", "addresses": addresses}
        about = {"company_id": company.api_id, "kind": Mail.Kind.STATEMENT}
        mail = queue_mail(clerk, clerk.store, mail_id or uuid.uuid4(), **(about | words | asked))
        for address, state in zip(addresses, states, strict=True):
            mail.recipients.filter(address=address).update(state=state, next_try_at=NOW, queued_at=NOW)
        return mail

    return queued


def rows(mail: Mail) -> list[MailRecipient]:
    return list(mail.recipients.order_by("address"))


def states(mail: Mail) -> list[str]:
    return [row.state for row in rows(mail)]


def facts(*mails: Mail) -> list[dict]:
    return list(MailRecipient.objects.filter(mail__in=mails).order_by("pk").values())


def test_what_is_due(queued, store):
    mail = queued(*State)
    assert [row.state for row in delivery.recipients_due(mail, NOW)] == [State.QUEUED]
    mail.recipients.filter(state=State.QUEUED).update(next_try_at=NOW + MINUTE)
    assert delivery.recipients_due(mail, NOW) == []
    # What a process that died was sending is to be settled, too; all else is over.
    assert delivery.stores_due(NOW) == [store.pk]
    mail.recipients.filter(state=State.SENDING).update(next_try_at=NOW + MINUTE)
    assert delivery.stores_due(NOW) == []


def test_only_what_is_queued_is_claimed_and_as_it_was_read(queued):
    mail = queued(*State)
    for row in rows(mail):
        assert delivery.claim(row, NOW + MINUTE) is (row.state == State.QUEUED), row.state
    [claimed] = mail.recipients.filter(tries=1)
    assert (claimed.state, claimed.settled_at) == (State.SENDING, NOW + MINUTE)
    # Another process has tried it meanwhile: it is no longer as it was when this one read it.
    stale = queued(State.QUEUED).recipients.get()
    MailRecipient.objects.filter(pk=stale.pk).update(tries=1)
    assert not delivery.claim(stale, NOW)


def test_a_claim_is_committed_before_anything_is_sent(queued):
    row = queued(State.QUEUED).recipients.get()
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        delivery.claim(row, NOW)


def test_only_the_last_try_is_settled_and_only_while_it_is_open(queued):
    open_states = {State.SENDING, State.UNKNOWN}
    mail = queued(*State)
    for row in rows(mail):
        delivery.settle(row, Outcome(State.SENT, "250 ok"), NOW + MINUTE)
        after = MailRecipient.objects.get(pk=row.pk)
        settled = (State.SENT, "250 ok", NOW + MINUTE)
        assert ((after.state, after.reply, after.settled_at) == settled) is (row.state in open_states), (
            row.state
        )
    stale = queued(State.SENDING).recipients.get()
    MailRecipient.objects.filter(pk=stale.pk).update(tries=2)
    delivery.settle(stale, Outcome(State.REFUSED), NOW)
    assert MailRecipient.objects.get(pk=stale.pk).state == State.SENDING


def test_what_may_have_arrived_is_not_queued_again(queued):
    mail = queued(State.SENDING, State.UNKNOWN)
    for row in rows(mail):
        delivery.settle(row, Outcome(State.QUEUED, "421 busy"), NOW)
    assert states(mail) == [State.QUEUED, State.UNKNOWN]


def test_each_waits_a_quarter_of_its_age(queued, store):
    mail = queued(*[State.QUEUED] * 5)
    ages = [MINUTE, 20 * MINUTE, 600 * MINUTE, PATIENCE + MINUTE, 20 * MINUTE]
    for row, age in zip(rows(mail), ages, strict=True):
        mail.recipients.filter(pk=row.pk).update(queued_at=NOW - age)
    later = rows(mail)[4]
    mail.recipients.filter(pk=later.pk).update(next_try_at=NOW + MINUTE / 2)
    delivery.postpone(store, "421 busy", NOW)
    assert [(row.state, row.next_try_at - NOW, row.reply, row.settled_at) for row in rows(mail)] == [
        (State.QUEUED, MINUTE, "421 busy", None),
        (State.QUEUED, 5 * MINUTE, "421 busy", None),
        (State.QUEUED, 60 * MINUTE, "421 busy", None),
        (State.REFUSED, 0 * MINUTE, "Given up after two days: 421 busy", NOW),
        # Not due yet: nothing was tried.
        (State.QUEUED, MINUTE / 2, "", None),
    ]


def test_a_mail_is_put_off_or_dropped_for_who_has_not_got_it(queued):
    mail, other = queued(*State), queued(State.QUEUED)
    before = facts(other)
    delivery.postpone_mail(mail, "Ask later", 0, NOW)
    put_off = {row.state: row.next_try_at - NOW for row in rows(mail) if row.reply}
    assert put_off == {State.QUEUED: dt.timedelta(seconds=1)}
    delivery.drop(mail, "Paid", NOW)
    assert states(mail) == [State.DROPPED if state == State.QUEUED else state for state in State]
    assert [(row.state, row.settled_at) for row in rows(mail) if row.reply] == [(State.DROPPED, NOW)]
    assert facts(other) == before


def test_another_mail_goes_to_who_has_not_got_the_first(queued):
    mail = queued(*State)
    delivery.replace(mail, Instead("Paid in part", "New", "You owe 2.", "<p>You owe 2.</p>"), NOW)
    new = Mail.objects.get(replaces=mail)
    assert (new.subject, new.text, new.html) == ("New", "You owe 2.", "<p>You owe 2.</p>")
    assert [row.address for row in rows(new)] == ["0@example.org"]
    delivery.replace(mail, Instead("Again", "Newer", "T", "H"), NOW)
    assert Mail.objects.filter(replaces=mail).count() == 1


def test_what_another_store_sends_is_not_interrupted(queued, store, other_store):
    mail, theirs = queued(State.SENDING, State.QUEUED), queued(State.SENDING)
    theirs.recipients.update(store=other_store)
    delivery.settle_interrupted(store, NOW + MINUTE)
    assert (states(mail), states(theirs)) == ([State.UNKNOWN, State.QUEUED], [State.SENDING])
    row = rows(mail)[0]
    assert ("may have arrived" in row.reply, row.settled_at) == (True, NOW + MINUTE)


def test_it_is_told_and_a_worker_asked_once(queued, clerk, company):
    file = Attached("x.xml", b"<x/>", "application/xml")
    mail = queued(State.QUEUED, attached=[file])
    queued(State.QUEUED)
    kept = mail.attachments.get()
    assert (kept.content_type, kept.sha256) == (file.content_type, hashlib.sha256(file.content).hexdigest())
    told = Activity.objects.filter(kind=Activity.Kind.MAIL).order_by("pk")[0]
    assert (told.words, told.actor, told.company_id) == ("S", clerk, company.api_id)
    assert told.details == {"mail": str(mail.pk), "kind": "statement", "to": ["0@example.org"]}
    lock = f"mails-{clerk.store_id}"
    [job] = ProcrastinateJob.objects.filter(task_name=queue.TASK)
    assert (job.lock, job.queueing_lock, job.args) == (lock, lock, {"store_id": clerk.store_id})


def test_attachments_up_to_the_limit(queued, monkeypatch):
    monkeypatch.setattr(queue, "MOST_BYTES", 3)
    assert queued(State.QUEUED, attached=[Attached("a", b"12"), Attached("b", b"3")])
    with pytest.raises(Invalid, match="too large"):
        queued(State.QUEUED, attached=[Attached("a", b"12"), Attached("b", b"34")])


def test_the_same_form_at_the_same_moment_is_one_mail(queued, monkeypatch):
    mail, look = queued(State.QUEUED), queue._existing
    answers = iter([lambda _mail: None, look])
    monkeypatch.setattr(queue, "_existing", lambda mail: next(answers)(mail))
    assert queued(State.QUEUED, mail_id=mail.pk) == mail
    assert (Mail.objects.count(), MailRecipient.objects.count()) == (1, 1)
    # The id of another thing is none of ours.
    monkeypatch.setattr(queue, "_existing", lambda _mail: None)
    with pytest.raises(queue.IntegrityError):
        queued(State.QUEUED, mail_id=mail.pk)


def test_sent_again_at_the_same_moment_it_is_one_delivery(queued, clerk, monkeypatch):
    mail, key, make = queued(State.SENT), uuid.uuid4(), queue.new_recipient
    ProcrastinateJob.objects.all().delete()

    def make_in_another_process(mail: Mail, address: str, key: uuid.UUID) -> MailRecipient:
        other = make(mail, address, key)
        other.resent_by = clerk
        other.save()
        return make(mail, address, key)

    monkeypatch.setattr(queue, "new_recipient", make_in_another_process)
    again = resending.resend(clerk, rows(mail)[0], key)
    assert (again.key, mail.recipients.count()) == (key, 2)
    assert not Activity.objects.filter(words__startswith="Sent again").exists()
    monkeypatch.undo()
    last = resending.resend(clerk, mail.recipients.get(state=State.SENT), uuid.uuid4(), "bob@example.org")
    told = Activity.objects.get(words="Sent again: S")
    assert (told.company_id, told.details) == (
        mail.company_id,
        {"mail": str(mail.pk), "to": [last.address]},
    )
    assert ProcrastinateJob.objects.filter(task_name=queue.TASK).count() == 1
