"""Invoices made from scratch."""

import datetime as dt
import uuid
from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.utils import timezone

from arportal.b2b import Money, moment_of
from arportal.b2b.records.invoice_details import CostLine, InvoiceDetails, InvoiceLine
from arportal.b2b.values.postal import Address
from arportal.mirror.models import Invoice
from arportal.receivables.changes import changes, state_machine
from arportal.receivables.changes.errors import Conflict, Invalid
from arportal.receivables.changes.execution import LookupResult
from arportal.receivables.changes.state_machine import LookupOutcome
from arportal.receivables.changes.verb import perform
from arportal.receivables.invoices.create_invoice import CreateInvoice, due_on
from arportal.receivables.invoices.invoice_drafts import DraftCost, DraftLine, InvoiceDraft
from arportal.receivables.models import Change

State = Change.State
HOME = {"first_name": "Ada", "last_name": "Moss", "street1": "4 Quay", "city": "Leith", "country": "Scotland"}


@pytest.fixture
def draft(company) -> InvoiceDraft:
    return InvoiceDraft(
        company_id=company.api_id,
        number="AR-0001",
        currency="USD",
        issued_on=dt.date(2026, 11, 2),
        due_on=dt.date(2026, 12, 2),
        lines=(DraftLine(description="Anchor", sku="A-1", quantity=Decimal(3), unit_price=Decimal("19.99")),),
        costs=(DraftCost(description="Freight", amount=Decimal("5.00")),),
        billing=HOME,
    )


def create_invoice(actor, change_id, invoice) -> Change:
    return perform(CreateInvoice(actor=actor, change_id=change_id, invoice=invoice))


def test_it_works(controller, draft, sandbox):
    change = create_invoice(controller, uuid.uuid4(), draft)
    assert change.state == State.APPLIED
    held = sandbox.get(f"/ip/invoices/{change.target_id}")
    assert held["originalBalance"] == {"code": "USD", "value": "64.9700"}
    assert [line["description"] for line in held["details"]["header"]["costLines"]] == ["Subtotal", "Freight"]
    assert held["details"]["header"]["billingAddress"]["city"] == "Leith"
    assert Invoice.objects.get(api_id=change.target_id).number == "AR-0001"


@pytest.fixture
def full(draft) -> InvoiceDraft:
    """With all that an invoice can have."""
    line = replace(draft.lines[0], unit_discount=Decimal("0.99"), comments="By hand")
    return replace(
        draft,
        lines=(line,),
        order_number="7",
        po_number="PO-7",
        external_id="E-7",
        shipping={"city": "Oban"},
        terms_conditions="Net 30",
        extra_fields={"Site": "Leith"},
        channel_id=3,
    )


def test_the_payload_comes_back_as_it_was(draft, full):
    assert InvoiceDraft.of_payload(draft.as_payload()) == draft
    assert InvoiceDraft.of_payload(full.as_payload()) == full


def sent(draft: InvoiceDraft, change: Change) -> dict:
    """What the store is asked to make of the draft."""
    asked = []
    client = SimpleNamespace(invoices=SimpleNamespace(create=lambda **body: asked.append(body)))
    change.payload = draft.as_payload()
    CreateInvoice.handler.send(client, change)
    return asked[0]


def test_all_of_it_is_sent(full):
    def usd(amount: str) -> Money:
        return Money(Decimal(amount), "USD")

    assert sent(replace(full, paid=Decimal(2)), Change(id=uuid.uuid4())) == {
        "company_id": full.company_id,
        "number": "AR-0001",
        "original_balance": usd("62.00"),
        "open_balance": usd("60.00"),
        "issued_at": moment_of(dt.date(2026, 11, 2)),
        "due_at": moment_of(dt.date(2026, 12, 2)),
        "details": InvoiceDetails(
            cost_lines=(CostLine("Subtotal", usd("57.00")), CostLine("Freight", usd("5.00"))),
            lines=(InvoiceLine("A-1", "Anchor", Decimal(3), usd("19.99"), usd("0.99"), comments="By hand"),),
            billing_address=Address(**HOME),
            shipping_addresses=(Address(city="Oban"),),
        ),
        "order_number": "7",
        "purchase_order_number": "PO-7",
        "external_id": "E-7",
        "terms_conditions": "Net 30",
        "extra_fields": {"Site": "Leith"},
        "channel_id": 3,
    }


def test_what_it_has_not_is_not_sent_and_our_mark_is(draft):
    change = Change(id=uuid.uuid4())
    body = sent(replace(draft, due_on=None), change)
    assert body["external_id"] == str(change.pk)
    names = (
        "due_at",
        "order_number",
        "purchase_order_number",
        "terms_conditions",
        "extra_fields",
        "channel_id",
    )
    assert {name: body[name] for name in names} == dict.fromkeys(names)


def test_the_due_date_is_the_companys_terms_later():
    day = dt.date(2026, 11, 2)
    assert [due_on(day, terms) for terms in (30, 0, None)] == [dt.date(2026, 12, 2), day, None]


def test_a_lost_one_is_looked_for_by_its_number_and_our_mark(draft):
    """The search is by keyword: what only resembles the number is somebody else's."""

    def look_up(*held: tuple[str, str]) -> LookupResult:
        def listed(*, q: str, search_by: str) -> list:
            assert (q, search_by) == ("AR-0001", "invoiceNumber")
            return [
                SimpleNamespace(number=number, external_id=mark, invoice_id=50 + place)
                for place, (number, mark) in enumerate(held)
            ]

        client = SimpleNamespace(invoices=SimpleNamespace(list=listed))
        return CreateInvoice.handler.look_up(client, change)

    change = Change(id=uuid.uuid4(), payload=draft.as_payload())
    not_done = LookupResult(LookupOutcome.NOT_DONE)
    assert look_up() == look_up(("AR-00011", str(change.pk))) == not_done
    assert look_up(("AR-0001", "theirs")) == LookupResult(LookupOutcome.OVERTAKEN)
    both = (("AR-0001", "theirs"), ("AR-0001", str(change.pk)))
    assert look_up(*both) == LookupResult(LookupOutcome.DONE, 51)
    change.payload["external_id"] = "theirs"
    assert look_up(*both) == LookupResult(LookupOutcome.DONE, 50)


def test_what_was_sent_later_looks_first_whether_the_number_is_taken(draft):
    change = Change(id=uuid.uuid4(), payload=draft.as_payload(), is_deferred=True)
    taken = SimpleNamespace(number="AR-0001")
    client = SimpleNamespace(invoices=SimpleNamespace(list=lambda **_query: [taken]))
    with pytest.raises(Conflict, match="already an invoice AR-0001"):
        CreateInvoice.handler.send(client, change)


def test_a_part_paid_before(controller, draft, sandbox):
    change = create_invoice(controller, uuid.uuid4(), replace(draft, paid=Decimal("4.97")))
    assert sandbox.get(f"/ip/invoices/{change.target_id}")["openBalance"]["value"] == "60.0000"


def test_a_number_somebody_else_took_meanwhile_is_not_ours(controller, draft, sandbox):
    sandbox.fault("drop_before", method="POST")
    change = create_invoice(controller, uuid.uuid4(), draft)
    balance = {"code": "USD", "value": 1}
    sandbox.post(
        "/ip/invoices",
        {
            **{"invoiceNumber": "AR-0001", "customerId": str(draft.company_id)},
            **{"originalBalance": balance, "openBalance": balance},
        },
    )
    later = timezone.now() + 2 * state_machine.QUARANTINE
    assert changes.resume(change, later).state == State.REFUSED


def test_what_no_invoice_may_be(controller, draft, sandbox, store):
    taken = Invoice.objects.filter(store=store)[0].number
    cases = [
        ({"number": " "}, "number", "Give the invoice a number"),
        ({"number": taken}, "number", "already"),
        ({"lines": (), "costs": ()}, "", "at least one line"),
        ({"due_on": dt.date(2026, 11, 1)}, "due_on", "before the invoice date"),
        ({"paid": Decimal(100)}, "paid", "between zero and the total"),
        ({"paid": Decimal("-0.01")}, "paid", "between zero and the total"),
        ({"costs": (DraftCost(description="Off", amount=Decimal(-99)),)}, "", "must be above zero"),
        ({"costs": (DraftCost(description="Tax", amount=Decimal("1.001")),)}, "", "more decimals than USD"),
        ({"costs": (DraftCost(description="Off", amount=Decimal("-59.97")),)}, "", "must be above zero"),
        ({"issued_on": dt.date(1970, 1, 1)}, "issued_on", "no date before 1970"),
    ]
    for wrong, field, reason in cases:
        with pytest.raises(Invalid) as refused:
            create_invoice(controller, uuid.uuid4(), replace(draft, **wrong))
        assert reason in refused.value.fields[field][0], wrong
    assert sandbox.writes() == []


def test_what_just_may_be(draft):
    first = dt.date(1970, 1, 2)
    assert replace(draft, paid=draft.total, issued_on=first, due_on=first).problems() == {}
    assert (
        replace(draft, lines=(), costs=(DraftCost(description="Fee", amount=Decimal("0.01")),)).problems()
        == {}
    )


def test_a_number_and_an_order_are_taken_by_an_invoice_of_this_store_that_is_there(
    controller, draft, company, store, other_store
):
    verb = CreateInvoice(actor=controller, change_id=uuid.uuid4(), invoice=replace(draft, order_number="77"))
    assert verb.company_of(company) == company.api_id  # It is locked when the two are looked for.
    verb.check(company)
    invoice = Invoice.objects.filter(store=store)[0]
    Invoice.objects.filter(pk=invoice.pk).update(number="AR-0001", order_number="77")
    with pytest.raises(Invalid) as refused:
        verb.check(company)
    assert refused.value.fields == {
        "number": ["There is already an invoice AR-0001."],
        "order_number": ["This order already has an invoice."],
    }
    Invoice.objects.filter(pk=invoice.pk).update(gone_at=timezone.now())
    verb.check(company)
    Invoice.objects.filter(pk=invoice.pk).update(gone_at=None, store=other_store)
    verb.check(company)


def test_a_number_taken_at_the_store_a_moment_ago(controller, draft, sandbox):
    create_invoice(controller, uuid.uuid4(), draft)
    Invoice.objects.filter(number="AR-0001").delete()
    with pytest.raises(Invalid, match="already"):
        create_invoice(controller, uuid.uuid4(), draft)


def test_yen_have_no_decimals(controller, draft, sandbox):
    line = DraftLine(description="Anker", quantity=Decimal("1.5"), unit_price=Decimal(333))
    change = create_invoice(controller, uuid.uuid4(), replace(draft, currency="JPY", lines=(line,), costs=()))
    assert sandbox.get(f"/ip/invoices/{change.target_id}")["originalBalance"]["value"] == "500.0000"
