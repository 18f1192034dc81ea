"""Rounds of reminders, the sandbox and a real SMTP server: each level once, and never what is paid meanwhile."""

import datetime as dt
import uuid
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone

from arportal.b2b import Money
from arportal.documents.mails.sending import send_queued
from arportal.documents.reminders import rounds
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.collections.disputes import open_dispute
from arportal.receivables.collections.plans import our_levels, save_plan
from arportal.receivables.models import Dispute, Mail, ReminderRun
from arportal.receivables.on_account.keeping import Received, receive
from arportal.stores.access import NotAllowed
from arportal.stores.models import Membership
from tests.documents.reminders.conftest import pay, states


def body(message) -> str:
    return message.get_body(("plain",)).get_content()


def test_it_works(remind, debt, smtp_server, sandbox):
    run = remind()
    mail = Mail.objects.get(batch=run.pk)
    assert (run.left_out, states(mail), run.finished_at is not None) == ({}, ["sent"], True)
    text = body(smtp_server.accepted[0][1])
    assert all(invoice.number in text for invoice in debt)
    assert mail.invoice_ids == [invoice.api_id for invoice in debt]
    reads = [one for one in sandbox.control("GET", "requests") if one["path"].endswith(str(debt[0].api_id))]
    assert reads  # It was read again just before it went.
    # The level was sent: a second round has nothing to say.
    again = remind()
    assert "not due yet" in again.left_out[str(debt[0].company_id)]
    assert len(smtp_server.accepted) == 1


def test_what_was_paid_since_the_preview_is_not_named_and_a_part_payment_shows_what_is_left(
    remind, debt, smtp_server, sandbox
):
    first, second = debt[:2]
    pay(sandbox, first, first.open_balance)
    pay(sandbox, second, Decimal("0.25"))
    run = remind()
    old, new = Mail.objects.filter(batch=run.pk).order_by("created_at")
    assert (states(old), states(new), new.replaces) == (["dropped"], ["sent"], old)
    assert f"{first.number}: paid" in old.recipients.get().reply
    text = body(smtp_server.accepted[0][1])
    assert first.number not in text
    assert f"{second.open_balance - Decimal('0.25'):,.2f}" in text
    assert len(smtp_server.accepted) == 1


def test_nothing_is_left_to_say(remind, debt, smtp_server, sandbox):
    for invoice in debt:
        pay(sandbox, invoice, invoice.open_balance)
    mail = Mail.objects.get(batch=remind().pk)
    assert (states(mail), smtp_server.accepted) == (["dropped"], [])


def test_a_dispute_and_a_plan_switched_off_between_preview_and_sending(
    clerk, controller, plan, debt, today, smtp_server
):
    run = rounds.begin(clerk, uuid.uuid4(), plan.currency, [debt[0].company_id], today)
    rounds.work(run)
    first = debt[0]
    price = Dispute.Reason.PRICE
    open_dispute(
        clerk, uuid.uuid4(), first.api_id, first.balance_money, reason=price, text="", now=timezone.now()
    )
    send_queued(clerk.store)
    new = Mail.objects.filter(batch=run.pk).latest("created_at")
    assert first.api_id not in new.invoice_ids
    assert states(new) == ["sent"]
    save_plan(controller, plan.currency, is_on=False, hour=None, levels=our_levels())
    with pytest.raises(Invalid, match="switched off"):
        rounds.begin(clerk, uuid.uuid4(), plan.currency, [debt[0].company_id], today)


def test_a_store_that_cannot_be_read_sends_nothing_until_it_can(remind, debt, smtp_server, sandbox, store):
    sandbox.fault("html", "GET", count=99)
    mail = Mail.objects.get(batch=remind().pk)
    assert (states(mail), smtp_server.accepted) == (["queued"], [])
    assert "could not be read again" in mail.recipients.get().reply
    sandbox.control("DELETE", "faults")
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=6), tick=True):
        send_queued(store)
    assert states(mail) == ["sent"]


def test_killed_anywhere_it_goes_on_and_nobody_gets_it_twice(
    clerk, plan, today, smtp_server, store, monkeypatch
):
    due = [
        row.company.api_id
        for row in rounds.chosen(store, plan.currency, rounds.levels_of(plan), today)
        if row.choice.lines
    ][:3]
    run = rounds.begin(clerk, uuid.uuid4(), plan.currency, due, today)
    queue, calls = rounds.queue_mail, []

    def killed(*given, **named):
        calls.append(named["company_id"])
        mail = queue(*given, **named)
        if len(calls) == 2:
            raise SystemExit
        return mail

    monkeypatch.setattr(rounds, "queue_mail", killed)
    with pytest.raises(SystemExit):
        rounds.work(run)
    rounds.work(ReminderRun.objects.get(pk=run.pk))
    send_queued(store)
    assert sorted(Mail.objects.filter(batch=run.pk).values_list("company_id", flat=True)) == sorted(due)
    assert set(smtp_server.copies.values()) == {1}


def test_by_itself_from_its_hour_on_and_once_a_day(controller, plan, store, smtp_server):
    save_plan(controller, plan.currency, is_on=True, hour=9, levels=our_levels())
    morning = timezone.now().astimezone(store.zone).replace(hour=8, minute=59)
    with time_machine.travel(morning, tick=False):
        rounds.begin_every_round(timezone.now())
        assert not ReminderRun.objects.exists()
    for _twice in range(2):
        with time_machine.travel(morning + dt.timedelta(minutes=2), tick=False):
            rounds.begin_every_round(timezone.now())
    run = ReminderRun.objects.get()
    assert run.actor is None
    rounds.work(run)
    assert Mail.objects.filter(batch=run.pk, actor=None).count() == len(run.company_ids) > 1


def test_money_on_account_holds_the_oldest_back(remind, debt, clerk, today, smtp_server):
    first, second = debt[:2]
    money = Money(first.open_balance + 1, first.currency)
    receive(
        clerk,
        uuid.uuid4(),
        Received(
            company_id=first.company_id,
            money=money,
            received_on=today,
            reference="",
            payer_name="",
            reason="fits no invoice",
        ),
    )
    mail = Mail.objects.get(batch=remind().pk)
    assert first.api_id not in mail.invoice_ids
    text = body(smtp_server.accepted[0][1])
    assert second.number in text
    assert "Less credits and money on account" in text


def test_an_address_that_refused_is_not_written_to_again(remind, debt, smtp_server):
    smtp_server.answers[""] = ["550 no such mailbox"] * 9
    company_id = str(debt[0].company_id)
    assert states(Mail.objects.get(batch=remind().pk)) == ["refused"]
    assert "No e-mail address" in remind().left_out[company_id]


def test_refusals(clerk, viewer, plan, debt, today):
    company_id, run_id = debt[0].company_id, uuid.uuid4()
    with pytest.raises(NotAllowed):
        rounds.begin(viewer, run_id, plan.currency, [company_id], today)
    Membership.objects.filter(pk=clerk.pk).update(all_companies=False, company_ids=[company_id + 1])
    clerk.refresh_from_db()
    with pytest.raises(NotAllowed):
        rounds.begin(clerk, run_id, plan.currency, [company_id], today)
    clerk.all_companies = True
    for problem, given in {
        "another day": (plan.currency, [company_id], today - dt.timedelta(1)),
        "switched off": ("XXX", [company_id], today),
        "at least one": (plan.currency, [], today),
    }.items():
        with pytest.raises(Invalid, match=problem):
            rounds.begin(clerk, run_id, *given)
