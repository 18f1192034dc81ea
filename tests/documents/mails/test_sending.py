"""Mails through a real SMTP server: who got what, how often, and what the log says of it."""

import uuid

import pytest

from arportal.documents.mails import sending
from arportal.documents.mails.sending import send_queued
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.mails import delivery
from arportal.receivables.mails.checks import Drop, Instead, Later, Send
from arportal.receivables.models import Mail, MailRecipient
from arportal.stores.access import NotAllowed
from tests.documents.mails.conftest import PDF, send_later, states


def test_it_works(queue, store, smtp_server):
    store.reply_to = "ar@example.com"
    store.save()
    mail = queue("ada@example.org", "Bob@bücher.example", "ADA@example.org", attached=[PDF])
    assert send_queued(store) is False
    assert states(mail) == {"ADA@example.org": "sent", "Bob@bücher.example": "sent"}
    # Once each, and nobody sees who else got it.
    assert smtp_server.copies == {"ADA@example.org": 1, "Bob@xn--bcher-kva.example": 1}
    row = mail.recipients.get(address="ADA@example.org")
    assert row.reply == "250 queued as 1"
    _address, message = smtp_server.accepted[0]
    assert message["To"] == "ADA@example.org"
    assert message["From"] == "Demo store <billing@example.com>"
    assert message["Reply-To"] == "ar@example.com"
    assert message["Message-ID"] == row.message_id == f"<{row.key}@example.com>"
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert (plain.get_content().strip(), html.get_content().strip()) == ("You owe 5.", "<p>You owe 5.</p>")
    [file] = message.iter_attachments()
    assert (file.get_filename(), file.get_content()) == (PDF.name, PDF.content)
    send_queued(store)
    assert len(smtp_server.accepted) == 2


def test_the_same_form_twice_is_one_mail(queue, store, smtp_server):
    mail_id = uuid.uuid4()
    assert queue(mail_id=mail_id) == queue("other@example.org", mail_id=mail_id)
    send_queued(store)
    assert smtp_server.copies == {"ada@example.org": 1}
    with pytest.raises(Invalid, match="already used for something else"):
        queue(mail_id=mail_id, kind=Mail.Kind.REMINDER)


def test_who_may_not(queue, viewer, clerk, company):
    with pytest.raises(NotAllowed):
        sending_as(viewer, company)
    clerk.all_companies = False
    with pytest.raises(NotAllowed, match="not one of yours"):
        queue()
    assert not Mail.objects.exists()


def sending_as(actor, company):
    from arportal.receivables.mails.queue import queue_mail

    words = {"subject": "S", "text": "T", "html": "H", "addresses": ["ada@example.org"]}
    queue_mail(actor, actor.store, uuid.uuid4(), company_id=company.api_id, kind=Mail.Kind.STATEMENT, **words)


HOSTILE = [
    "ada@example.org\nBcc: eve@example.com",
    "ada",
    "ada@",
    "adä@example.org",
    "a b@example.org",
    "Ada <ada@example.org>",
    f"{'a' * 64}@{'.'.join(['ü' * 50] * 4)}.example",
    "",
]


def test_addresses_that_are_none(queue):
    for address in HOSTILE:
        with pytest.raises(Invalid) as refused:
            queue(address)
        assert set(refused.value.fields) == {"address"}, address
    with pytest.raises(Invalid, match="no e-mail address"):
        queue(addresses=[])


def test_no_name_can_add_a_header(queue, store, smtp_server):
    store.name = 'Store"\r\nBcc: eve@example.com <eve@example.com>, \u202eevil'
    store.save()
    queue(subject="Overdue\r\nBcc: eve@example.com\r\n\r\n請求書")
    send_queued(store)
    [(_address, message)] = smtp_server.accepted
    assert smtp_server.copies == {"ada@example.org": 1}
    assert message["Bcc"] is None
    assert message["Subject"] == "Overdue Bcc: eve@example.com 請求書"
    assert [address.addr_spec for address in message["From"].addresses] == ["billing@example.com"]


def test_a_refused_recipient_holds_up_nobody(queue, store, smtp_server):
    smtp_server.answers = {"gone": ["550 5.1.1 No such mailbox"], "full": ["452 4.2.2 Mailbox full"]}
    mail = queue("gone@example.org", "full@example.org", "ada@example.org")
    send_queued(store)
    assert states(mail) == {
        "gone@example.org": "refused",
        "full@example.org": "queued",
        "ada@example.org": "sent",
    }
    replies = dict(mail.recipients.values_list("address", "reply"))
    assert replies["gone@example.org"] == "550 5.1.1 No such mailbox"
    assert replies["full@example.org"] == "452 4.2.2 Mailbox full"
    send_queued(store)
    assert smtp_server.copies == {"ada@example.org": 1}
    send_later(store, minutes=2)
    assert states(mail)["full@example.org"] == "sent"
    assert set(smtp_server.copies.values()) == {1}


def test_a_server_that_is_down_is_tried_again_and_given_up_after_two_days(queue, store, smtp_server):
    smtp_server.stop()
    mail, other = queue(), queue("bob@example.org")
    send_queued(store)
    rows = MailRecipient.objects.filter(mail__in=[mail, other])
    assert {row.state for row in rows} == {"queued"}
    assert all("cannot be reached" in row.reply and row.tries == 0 for row in rows)
    assert delivery.stores_due(rows[0].queued_at) == []
    send_later(store, hours=30)
    row = rows.get(mail=mail)
    assert row.state == "queued"
    # Not before an hour is over.
    assert (row.next_try_at - row.queued_at).total_seconds() > 30 * 3600 + 3500
    send_later(store, hours=20)
    row.refresh_from_db()
    assert (row.state, "Given up after two days" in row.reply) == ("refused", True)
    smtp_server.start()


def test_the_server_goes_down_midway(queue, store, smtp_server):
    mails = [queue(f"{number}@example.org") for number in range(5)]
    smtp_server.answers = {"2": ["421 4.3.2 Shutting down"]}
    smtp_server.cut_at = ["MAIL"]
    send_queued(store)
    found = [next(iter(states(mail).values())) for mail in mails]
    assert found == ["queued", "sent", "queued", "sent", "sent"]
    send_later(store, minutes=5)
    assert smtp_server.copies == {f"{number}@example.org": 1 for number in range(5)}


def test_a_connection_lost_after_data_is_unclear_and_never_sent_again_by_itself(queue, store, smtp_server):
    smtp_server.cut_at = ["DATA"]
    mail, other = queue(), queue("bob@example.org")
    send_queued(store)
    assert states(mail) == {"ada@example.org": "unknown"}
    assert "may have arrived" in mail.recipients.get().reply
    assert states(other) == {"bob@example.org": "sent"}
    send_later(store, hours=3)
    assert smtp_server.copies == {"ada@example.org": 1, "bob@example.org": 1}


def test_what_a_dead_process_was_sending_is_unclear(queue, store, smtp_server):
    mail = queue()
    row = mail.recipients.get()
    assert delivery.claim(row, row.queued_at)
    assert delivery.stores_due(row.next_try_at) == [store.pk]
    send_queued(store)
    assert states(mail) == {"ada@example.org": "unknown"}
    assert not smtp_server.accepted
    # It was only thought dead: its answer is better than none.
    delivery.settle(row, delivery.Outcome(MailRecipient.State.SENT, "250 ok"), row.queued_at)
    assert states(mail) == {"ada@example.org": "sent"}


def test_nobody_else_can_claim_it(queue):
    first = queue().recipients.get()
    second = MailRecipient.objects.get(pk=first.pk)
    assert (delivery.claim(first, first.queued_at), delivery.claim(second, first.queued_at)) == (True, False)


def test_without_a_server_mails_are_kept(queue, store, settings):
    settings.SENDS_MAIL = False
    mail = queue()
    send_queued(store)
    assert (states(mail), mail.recipients.get().reply) == (
        {"ada@example.org": "kept"},
        "No mail server is set up here.",
    )


def test_just_before_sending_it_is_looked_at_again(queue, store, smtp_server, check, monkeypatch):
    asked = []

    def answer(mail: Mail):
        asked.append(mail.subject)
        return {
            "drop": Drop("Paid meanwhile"),
            "later": Later("The store does not answer", 600),
            "change": Instead("Paid in part", "changed", "You owe 2.", "<p>You owe 2.</p>", (7,), {"a": 1}),
        }.get(mail.subject, Send())

    check(answer)
    mails = {subject: queue(subject=subject) for subject in ("go", "drop", "later", "change")}
    two = queue("ada@example.org", "bob@example.org", subject="two")
    send_queued(store)
    rows = {subject: mail.recipients.get() for subject, mail in mails.items()}
    assert {subject: (row.state, row.reply) for subject, row in rows.items()} == {
        "go": ("sent", "250 queued as 1"),
        "drop": ("dropped", "Paid meanwhile"),
        "later": ("queued", "The store does not answer"),
        "change": ("dropped", "Paid in part"),
    }
    new = Mail.objects.get(replaces=mails["change"])
    assert (new.text, new.invoice_ids, new.details, new.actor) == ("You owe 2.", [7], {"a": 1}, two.actor)
    assert states(new) == {"ada@example.org": "sent"}
    # Once for both recipients, and the new one as any other.
    assert sorted(asked) == ["change", "changed", "drop", "go", "later", "two"]
    assert sorted(message["Subject"] for _to, message in smtp_server.accepted) == [
        "changed",
        "go",
        "two",
        "two",
    ]
    monkeypatch.setattr(sending, "FRESH", -1)
    queue("ada@example.org", "bob@example.org", subject="three")
    send_queued(store)
    assert asked.count("three") == 2


def test_figures_that_change_each_time_wait_a_while(queue, store, smtp_server, check):
    check(lambda mail: Instead("Changed again", mail.subject, mail.text, mail.html))
    first = queue()
    send_queued(store)
    assert Mail.objects.count() == 3
    last = Mail.objects.exclude(pk=first.pk).get(replaced_by=None)
    assert states(last) == {"ada@example.org": "queued"}
    assert not smtp_server.accepted


def test_what_cannot_be_looked_at_is_not_sent(queue, store, smtp_server, check):
    def fails(mail: Mail):
        raise ValueError("a fault of ours")

    check(fails)
    mail = queue()
    send_queued(store)
    assert states(mail) == {"ada@example.org": "queued"}
    assert not smtp_server.accepted


def test_work_makes_room_after_a_while(queue, store, smtp_server, monkeypatch):
    queue(), queue("bob@example.org")
    monkeypatch.setattr(sending, "SLICE", 0.0)
    assert send_queued(store) is True
    assert len(smtp_server.accepted) == 1
