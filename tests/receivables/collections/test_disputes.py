"""Disputes: opened once an invoice and resolved once, by whom it may be, with what is told of it."""

import uuid
from decimal import Decimal

import pytest

from arportal.b2b import Money
from arportal.mirror.models import Invoice
from arportal.receivables.changes.errors import Conflict, Invalid
from arportal.receivables.collections.disputes import check_dispute, open_dispute, resolve_dispute
from arportal.receivables.models import CollectionEvent, Dispute
from arportal.stores.access import NotAllowed
from arportal.stores.models import Activity, Membership, Role
from tests.receivables.ledger.books import Books

Outcome = Dispute.Outcome


def dispute(
    books: Books,
    invoice_id: int = 1,
    amount: int = 50,
    form_id: uuid.UUID | None = None,
    actor: Membership | None = None,
) -> Dispute:
    return open_dispute(
        actor or books.controller,
        form_id or uuid.uuid4(),
        invoice_id,
        Money(Decimal(amount), "EUR"),
        reason=Dispute.Reason.PRICE,
        text="agreed on less",
        now=books.moment("2026-03-10"),
    )


def resolve(books: Books, row: Dispute, actor: Membership | None = None, why: str = "delivered") -> Dispute:
    now = books.moment("2026-03-11")
    return resolve_dispute(actor or books.controller, row.pk, Outcome.REJECTED, why, now)


def test_it_works(owed):
    opened, another = dispute(owed, amount=100), dispute(owed, 2)
    assert (opened.company_id, opened.invoice_id, opened.money) == (1, 1, Money(Decimal(100), "EUR"))
    assert (opened.reason, opened.text, opened.at) == ("price", "agreed on less", owed.moment("2026-03-10"))
    resolved = resolve(owed, opened)
    resolved.refresh_from_db()
    assert (resolved.outcome, resolved.resolution) == (Outcome.REJECTED, "delivered")
    assert (resolved.resolved_at, resolved.resolved_by) == (owed.moment("2026-03-11"), owed.controller)
    another.refresh_from_db()
    assert another.is_open
    with pytest.raises(Conflict, match="The amount is due"):
        resolve(owed, opened)
    dispute(owed)  # What is resolved stands in nobody's way.


def test_the_history_and_the_activity_tell_of_it(owed):
    opened = dispute(owed)
    resolve(owed, opened)
    events = CollectionEvent.objects.filter(store=owed.store).order_by("pk")
    assert [
        (event.what, event.dispute, event.note, event.promise, event.company_id, event.text, event.actor)
        for event in events
    ] == [
        ("disputed", opened, None, None, 1, "", owed.controller),
        ("resolved", opened, None, None, 1, "delivered", owed.controller),
    ]
    rows = Activity.objects.filter(store=owed.store).order_by("pk")
    assert [(row.words, row.kind, row.company_id, row.about, row.about_id) for row in rows] == [
        ("Dispute opened", "collection", 1, "invoice", 1),
        ("Dispute resolved: delivered", "collection", 1, "invoice", 1),
    ]


def test_one_open_an_invoice(owed, elsewhere):
    dispute(elsewhere)
    dispute(owed, 2)
    form_id = uuid.uuid4()
    opened = dispute(owed, form_id=form_id)
    with pytest.raises(Invalid, match="in dispute already"):
        dispute(owed)
    assert dispute(owed, form_id=form_id) == opened


@pytest.mark.parametrize(
    ("invoice_id", "amount", "field", "words"),
    [(4, 1, "", "Nothing is open"), (1, 101, "amount", "more than")],
)
def test_what_cannot_be_disputed(owed, invoice_id, amount, field, words):
    with pytest.raises(Invalid, match=words) as refused:
        dispute(owed, invoice_id, amount)
    assert list(refused.value.fields) == [field]


def test_who_may(owed, colleague):
    form_id, viewer, of_another = uuid.uuid4(), colleague(Role.VIEWER), colleague(companies=[2])
    opened = dispute(owed, form_id=form_id)
    invoice, euro = Invoice.objects.get(store=owed.store, api_id=1), Money(Decimal(1), "EUR")
    for actor in (viewer, of_another):
        with pytest.raises(NotAllowed):
            check_dispute(actor, invoice, euro)
    with pytest.raises(NotAllowed):
        dispute(owed, form_id=form_id, actor=viewer)
    with pytest.raises(NotAllowed):
        resolve(owed, opened, viewer)
    with pytest.raises(Invoice.DoesNotExist):
        dispute(owed, form_id=form_id, actor=of_another)
    with pytest.raises(Dispute.DoesNotExist):
        resolve(owed, opened, of_another)
    with pytest.raises(Invalid, match="reason"):
        resolve(owed, opened, why=" ")
