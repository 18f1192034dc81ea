"""Whom mails go to, and what people do about deliveries."""

import uuid

import pytest
from django.utils import timezone

from arportal.mirror.models import Buyer
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.mails.queue import queue_mail
from arportal.receivables.mails.recipients import (
    add_address,
    kept_addresses,
    offered,
    recipients_of,
    recipients_of_each,
    remove_address,
)
from arportal.receivables.mails.resending import note_bounce, resend
from arportal.receivables.models import CompanyAddress, Mail, MailRecipient
from arportal.stores.access import NotAllowed
from arportal.stores.models import Activity


@pytest.fixture
def delivery(clerk, company) -> MailRecipient:
    words = {"subject": "S", "text": "T", "html": "H", "addresses": ["ada@example.org"]}
    mail = queue_mail(
        clerk, clerk.store, uuid.uuid4(), company_id=company.api_id, kind=Mail.Kind.STATEMENT, **words
    )
    return mail.recipients.get()


def in_state(delivery: MailRecipient, state: str) -> MailRecipient:
    delivery.state = state
    delivery.save()
    return delivery


def test_it_works(clerk, company):
    assert recipients_of(company) == [company.email]
    first = add_address(clerk, company, " ada@example.org ")
    add_address(clerk, company, "bob@example.org")
    assert recipients_of(company) == ["ada@example.org", "bob@example.org"]
    remove_address(clerk, company, first.pk)
    remove_address(clerk, company, first.pk)
    assert recipients_of(company) == ["bob@example.org"]
    # The removed one stays, with who removed it.
    first.refresh_from_db()
    assert (first.removed_by, CompanyAddress.objects.count()) == (clerk, 2)
    add_address(clerk, company, "ada@example.org")
    assert [row.address for row in kept_addresses(company)] == ["bob@example.org", "ada@example.org"]


def test_addresses_that_are_refused(clerk, viewer, company):
    add_address(clerk, company, "ada@example.org")
    for address in ("ADA@example.org", "ada", "a@example.org\nb@example.org"):
        with pytest.raises(Invalid) as refused:
            add_address(clerk, company, address)
        assert set(refused.value.fields) == {"address"}, address
    with pytest.raises(NotAllowed):
        add_address(viewer, company, "eve@example.org")
    clerk.all_companies = False
    for forbidden in (
        lambda: add_address(clerk, company, "eve@example.org"),
        lambda: remove_address(clerk, company, kept_addresses(company)[0].pk),
    ):
        with pytest.raises(NotAllowed):
            forbidden()
    assert recipients_of(company) == ["ada@example.org"]


def test_addresses_of_others_are_never_taken(clerk, company, other_store):
    """Those of another company, and those of the company that has the same number at another store."""
    mine = add_address(clerk, company, "ada@example.org")
    about = {"address": "eve@example.org", "added_by": clerk}
    strangers = [
        CompanyAddress.objects.create(store=other_store, company_id=company.api_id, **about),
        CompanyAddress.objects.create(store=company.store, company_id=company.api_id + 1, **about),
    ]
    assert recipients_of(company) == ["ada@example.org"]
    assert kept_addresses(company) == [mine]
    for each in strangers:
        remove_address(clerk, company, each.pk)
        each.refresh_from_db()
        assert each.removed_at is None
    remove_address(clerk, company, mine.pk)
    mine.refresh_from_db()
    removed_at = mine.removed_at
    remove_address(clerk, company, mine.pk)
    mine.refresh_from_db()
    assert mine.removed_at == removed_at
    told = Activity.objects.filter(kind=Activity.Kind.MAIL).order_by("pk")
    assert [(row.words, row.company_id) for row in told] == [
        ("Mail address added: ada@example.org", company.api_id),
        ("Mail address removed: ada@example.org", company.api_id),
    ]


def test_only_admins_among_its_buyers_who_are_there_are_offered(company, other_store):
    Buyer.objects.filter(company_id=company.api_id).update(gone_at=timezone.now())
    about = {"company_id": company.api_id, "role": 0, "store": company.store}
    for number, changed in enumerate(
        (
            {},
            {"role": 2},
            {"store": other_store},
            {"company_id": company.api_id + 1},
            {"gone_at": timezone.now()},
        )
    ):
        email = f"{number}@example.org"
        Buyer.objects.create(api_id=900_000 + number, name=email, email=email, **about | changed)
    assert [address for address, _whose in offered(company)] == [company.email, "0@example.org"]


def test_no_more_than_twenty_buyers_are_offered(company):
    Buyer.objects.filter(company_id=company.api_id).update(gone_at=timezone.now())
    about = {"company_id": company.api_id, "role": 0, "store": company.store}
    Buyer.objects.bulk_create(
        Buyer(api_id=900_000 + number, name=f"{number:02}", email=f"{number:02}@example.org", **about)
        for number in range(21)
    )
    assert [address for address, _whose in offered(company)][1:] == [f"{n:02}@example.org" for n in range(20)]


def test_a_company_without_a_usable_address(store, company, django_assert_num_queries):
    company.email = "none of your business"
    with django_assert_num_queries(1):
        assert recipients_of_each(store.pk, [company]) == {company.api_id: []}


def test_addresses_the_store_knows_are_offered(clerk, company):
    buyers = Buyer.objects.filter(store=company.store, company_id=company.api_id)
    buyers.update(role=2, email="junior@example.org")
    buyers.filter(pk=buyers[0].pk).update(role=0, email="admin@example.org", name="Ada")
    assert offered(company) == [
        (company.email, "the company's e-mail"),
        ("admin@example.org", "Ada"),
    ]
    add_address(clerk, company, "Admin@example.org")
    assert [address for address, _whose in offered(company)] == [company.email]


def test_sending_again_is_another_delivery(clerk, controller, viewer, delivery):
    with pytest.raises(Invalid, match="still being sent"):
        resend(clerk, delivery, uuid.uuid4())
    in_state(delivery, "sent")
    key = uuid.uuid4()
    again = resend(controller, delivery, key)
    assert resend(controller, delivery, key) == again
    assert (again.state, again.resent_by, again.address) == ("queued", controller, "ada@example.org")
    assert again.message_id != delivery.message_id
    with pytest.raises(Invalid, match="already used"):
        resend(clerk, delivery, key)
    in_state(delivery, "unknown")
    assert resend(clerk, delivery, uuid.uuid4()).message_id == delivery.message_id
    assert resend(clerk, delivery, uuid.uuid4(), "bob@example.org").message_id != delivery.message_id
    with pytest.raises(Invalid):
        resend(clerk, delivery, uuid.uuid4(), "bob")
    with pytest.raises(NotAllowed):
        resend(viewer, delivery, uuid.uuid4())
    clerk.all_companies = False
    with pytest.raises(NotAllowed, match="not one of yours"):
        resend(clerk, delivery, uuid.uuid4())
    assert delivery.mail.recipients.count() == 4


def test_what_came_back_is_noted(clerk, viewer, delivery):
    with pytest.raises(Invalid, match="Only what was sent"):
        note_bounce(clerk, delivery, "Mailbox full")
    in_state(delivery, "sent")
    with pytest.raises(Invalid):
        note_bounce(clerk, delivery, " ")
    with pytest.raises(NotAllowed):
        note_bounce(viewer, delivery, "Mailbox full")
    stranger = MailRecipient.objects.create(
        mail=delivery.mail, store=delivery.store, company_id=delivery.company_id, address="eve@example.org"
    )
    in_state(stranger, "sent")
    note_bounce(clerk, delivery, "Mailbox full")
    delivery.refresh_from_db()
    assert (delivery.state, delivery.note, delivery.noted_by) == ("bounced", "Mailbox full", clerk)
    assert delivery.settled_at is not None
    stranger.refresh_from_db()
    assert stranger.state == "sent"
    told = Activity.objects.filter(kind=Activity.Kind.MAIL).latest("pk")
    assert (told.words, told.company_id) == (
        "Came back from ada@example.org: Mailbox full",
        delivery.company_id,
    )
    clerk.all_companies = False
    with pytest.raises(NotAllowed, match="not one of yours"):
        note_bounce(clerk, stranger, "Mailbox full")
