"""Recording a line as a payment: who may, what the store is told, and what stays with people."""

import uuid
from dataclasses import replace
from decimal import Decimal

import pytest

from arportal.b2b import ProcessingStatus
from arportal.receivables.bank.keeping import take_in
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.changes.verb import perform
from arportal.receivables.matching.accept import Acceptance, accept, payment_of, write_off_rest
from arportal.receivables.models import BankLine, BankUse, Change
from arportal.receivables.payments.record_payment import Accepted, RecordPayment
from arportal.stores.access import NotAllowed, Permission
from tests.receivables.bank.test_keeping import a_file, acceptance


@pytest.fixture
def lines(clerk, open_invoices) -> list[BankLine]:
    """Two of 10 in the currency of the company's invoices."""
    take_in(clerk, "day.sta", a_file(("10.00", "a"), ("10.00", "b"), currency=open_invoices[0].currency))
    return list(BankLine.objects.with_left().order_by("number"))


def test_who_may_not_is_told_nothing_of_the_line(clerk, viewer, open_invoices):
    nothing = Acceptance(line_id=0, company_id=open_invoices[0].company_id, allocations=())
    with pytest.raises(BankLine.DoesNotExist):
        accept(clerk, uuid.uuid4(), nothing)
    clerk.granted = frozenset({Permission.READ, Permission.RECORD_PAYMENT})
    for actor in (viewer, clerk):
        with pytest.raises(NotAllowed):
            accept(actor, uuid.uuid4(), nothing)


def test_a_token_that_records_payments_alone_uses_no_line(clerk, lines, open_invoices, sandbox):
    invoice = open_invoices[0]
    asked = acceptance(lines[0], invoice, 10)
    payment = payment_of(clerk, lines[0], invoice.company_id, asked.allocations)
    clerk.granted = frozenset({Permission.READ, Permission.RECORD_PAYMENT})
    with pytest.raises(NotAllowed):
        perform(RecordPayment(actor=clerk, change_id=uuid.uuid4(), payment=payment))
    assert (BankUse.objects.count(), Change.objects.count(), sandbox.writes()) == (0, 0, [])


def test_a_line_of_another_store_or_money_out_is_no_line(clerk, lines, open_invoices, other_store):
    asked = acceptance(lines[0], open_invoices[0], 10)
    for values in ({"amount": -10}, {"amount": 10, "store": other_store}):
        BankLine.objects.filter(pk=lines[0].pk).update(**values)
        with pytest.raises(BankLine.DoesNotExist):
            accept(clerk, uuid.uuid4(), asked)


def test_it_is_on_the_account_and_so_completed(clerk, lines, open_invoices, sandbox):
    change = accept(clerk, uuid.uuid4(), acceptance(lines[0], open_invoices[0], 10))
    assert change.payload["status"] == ProcessingStatus.COMPLETED
    use = BankUse.objects.get()
    assert (use.line_id, use.amount, use.company_id) == (lines[0].pk, 10, open_invoices[0].company_id)
    assert (use.change, use.actor, len(sandbox.writes())) == (change, clerk, 1)


def test_a_likely_duplicate_is_recorded_by_who_has_seen_it(clerk, lines, open_invoices):
    first, second = (acceptance(line, open_invoices[0], 10) for line in lines)
    accept(clerk, uuid.uuid4(), first)
    with pytest.raises(Invalid) as refused:
        accept(clerk, uuid.uuid4(), second)
    assert set(refused.value.fields) == {"duplicates"}
    payment = payment_of(clerk, lines[1], second.company_id, second.allocations)
    verb = RecordPayment(actor=clerk, change_id=uuid.uuid4(), payment=payment, accepted=second.accepted)
    verb.refresh()
    seen = Accepted(duplicates=frozenset(each.key for each in verb.duplicates))
    change = accept(clerk, uuid.uuid4(), replace(second, accepted=seen))
    assert change.state == Change.State.APPLIED


def test_no_rest_is_written_off_before_the_payment_is_confirmed_and_read_back(clerk, today):
    of_nothing = {"lines": [], "bank_line": 1}
    for state, mirrored_at in ((Change.State.APPLIED, None), (Change.State.SENT, today)):
        with pytest.raises(Invalid, match="not confirmed yet"):
            write_off_rest(clerk, Change(state=state, mirrored_at=mirrored_at, payload=of_nothing))
    assert write_off_rest(clerk, Change(state="applied", mirrored_at=today, payload=of_nothing)) == []


def test_texts_are_cut_to_what_the_store_takes_and_no_day_lies_ahead(clerk, lines, today):
    line = lines[0]
    line.payer_name, line.text, line.value_on = "P" * 101, "T" * 101, today.replace(year=today.year + 1)
    payment = payment_of(clerk, line, 1, ())
    assert (payment.payer_name, payment.reference) == ("P" * 100, "T" * 100)
    assert (payment.received_on, payment.total) == (today, Decimal(0))
    line.reference = "E2E-5"
    assert payment_of(clerk, line, 1, ()).reference == "E2E-5"
    line.reference = line.text = ""
    line.bank_id = "BANK77"
    assert payment_of(clerk, line, 1, ()).reference == "BANK77"
