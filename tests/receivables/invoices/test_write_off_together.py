"""Writing off the small balances of many invoices."""

import uuid
from decimal import Decimal

import pytest

from arportal.b2b import InvoiceStatus, Money
from arportal.mirror.models import Invoice
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.invoices import write_off_together as module
from arportal.receivables.invoices.write_off_together import outlooks, write_off_together
from arportal.receivables.models import Change
from arportal.stores.access import NotAllowed
from tests.receivables.asking import ask

BATCH = uuid.UUID(int=1)


@pytest.fixture
def invoices(open_invoices) -> list[Invoice]:
    """Two of a company, with 3 and 4 open."""
    pair = open_invoices[:2]
    for invoice, balance in zip(pair, (3, 4), strict=True):
        Invoice.objects.filter(pk=invoice.pk).update(open_balance=balance, original_balance=10, status=1)
        invoice.refresh_from_db()
    return pair


def at_most(invoices: list[Invoice], amount: str, currency: str = "") -> Money:
    return Money(Decimal(amount), currency or invoices[0].currency)


def ids(invoices: list[Invoice]) -> list[int]:
    return [invoice.api_id for invoice in invoices]


def test_it_works(controller, invoices):
    assert write_off_together(controller, BATCH, ids(invoices), at_most(invoices, "4"), "Small") == 2
    changes = Change.objects.filter(batch=BATCH).order_by("amount")
    assert list(changes.values_list("target_id", "amount", "payload__reason")) == [
        (invoices[0].api_id, 3, "Small"),
        (invoices[1].api_id, 4, "Small"),
    ]
    # The same form again is the same.
    assert write_off_together(controller, BATCH, ids(invoices), at_most(invoices, "4"), "Small") == 2
    assert changes.count() == 2


def test_only_those_that_are_small(controller, invoices):
    with pytest.raises(Invalid, match="Nothing of these invoices"):
        write_off_together(controller, BATCH, ids(invoices), at_most(invoices, "2.99"), "Small")
    assert write_off_together(controller, BATCH, ids(invoices), at_most(invoices, "3"), "Small") == 1
    assert Change.objects.get().target_id == invoices[0].api_id


def test_only_those_that_were_chosen(controller, invoices):
    assert write_off_together(controller, BATCH, ids(invoices[1:]), at_most(invoices, "4"), "Small") == 1
    assert Change.objects.get().target_id == invoices[1].api_id


def test_what_would_become_of_each(clerk, invoices):
    """A clerk's need a second person, but for what would not be written off at all."""
    first, second = invoices
    about = {"company_id": first.company_id, "target_id": second.api_id}
    ask(clerk, uuid.uuid4(), Change.Verb.EDIT_INVOICE, **about)
    first_alone = outlooks(clerk, invoices, at_most(invoices, "4"))
    assert [(row.needs_approval, row.refusal[:32]) for row in first_alone] == [
        (True, ""),
        (False, "“Edit invoice” by AR clerk waits"),
    ]
    cases = {
        "It is in another currency.": at_most(invoices, "4", "XTS"),
        "More than": at_most(invoices, "2.99"),
    }
    for words, most in cases.items():
        (row,) = outlooks(clerk, [first], most)
        assert (row.needs_approval, row.refusal[: len(words)]) == (False, words)
    first.open_balance, first.status = Decimal(0), InvoiceStatus.PAID
    (row,) = outlooks(clerk, [first], at_most(invoices, "4"))
    assert (row.needs_approval, row.refusal) == (False, f"Nothing is open on invoice {first}.")


def test_what_is_refused(viewer, controller, admin, invoices, monkeypatch):
    most = at_most(invoices, "4")
    with pytest.raises(NotAllowed):
        write_off_together(viewer, BATCH, [], most, "")
    with pytest.raises(Invalid, match="Give a reason"):
        write_off_together(controller, BATCH, [], most, " ")
    monkeypatch.setattr(module, "MOST", 1)
    for chosen in ([], ids(invoices)):
        with pytest.raises(Invalid, match="at least one invoice, and no more than 1"):
            write_off_together(controller, BATCH, chosen, most, "Small")
    write_off_together(controller, BATCH, ids(invoices[:1]), most, "Small")
    with pytest.raises(Invalid, match="already used"):
        write_off_together(admin, BATCH, ids(invoices[:1]), most, "Small")
