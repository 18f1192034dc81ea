"""Recording an offline payment."""

import datetime as dt
import uuid
from dataclasses import replace
from decimal import Decimal

import pytest
from django.utils import timezone

from arportal.b2b import ProcessingStatus
from arportal.mirror.models import Company, Invoice, Payment, RequestBudget
from arportal.receivables.allocation.allocations import Allocation
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.models import Change, PaymentRecord
from arportal.receivables.payments import record_payment as module
from arportal.receivables.payments.payment_contents import line
from arportal.receivables.payments.record_payment import OfflinePayment, RecordPayment
from arportal.stores.models import Store
from tests.receivables.asking import ask
from tests.receivables.payments.few_payments import FewPayments
from tests.verbs import record_payment


@pytest.fixture
def cheque(open_invoices) -> OfflinePayment:
    """A unit of currency to each of two open invoices."""
    first, second = open_invoices[:2]
    return OfflinePayment(
        company_id=first.company_id,
        currency=first.currency,
        allocations=(Allocation(first.api_id, Decimal(1)), Allocation(second.api_id, Decimal(1))),
        payer_name="Accounts payable",
        reference="CHQ 2041",
        received_on=dt.date(2026, 11, 20),
        memo="counted at the desk",
    )


def refused(actor, payment, sandbox) -> dict[str, list[str]]:
    with pytest.raises(Invalid) as invalid:
        record_payment(actor, uuid.uuid4(), payment)
    assert not Change.objects.exists()
    assert sandbox.writes() == []
    return invalid.value.fields


def test_it_works(clerk, cheque, sandbox, open_invoices):
    change = record_payment(clerk, uuid.uuid4(), cheque)
    assert change.state == Change.State.APPLIED
    theirs = sandbox.get(f"/ip/payments/{change.target_id}")
    assert (theirs["externalId"], theirs["total"]["value"]) == (str(change.pk), "2.0000")
    assert theirs["processingStatus"] == ProcessingStatus.AWAITING_PROCESSING
    assert theirs["details"]["memo"].startswith("CHQ 2041 · counted at the desk")
    for before in open_invoices[:2]:
        assert Invoice.objects.get(pk=before.pk).open_balance == before.open_balance - 1
    # What the API does not keep is kept here.
    record = change.payment_record
    assert (record.reference, record.received_on) == ("CHQ 2041", dt.date(2026, 11, 20))


def test_the_whole_open_balance(clerk, cheque, open_invoices):
    whole = Allocation(open_invoices[0].api_id, open_invoices[0].open_balance)
    record_payment(clerk, uuid.uuid4(), replace(cheque, allocations=(whole,)))
    assert not Invoice.objects.outstanding().filter(pk=open_invoices[0].pk).exists()


def test_what_cannot_be(clerk, cheque, sandbox, open_invoices):
    invoice = open_invoices[0]
    foreign = Invoice.objects.outstanding().exclude(company_id=cheque.company_id)[0]
    other = "JPY" if cheque.currency != "JPY" else "EUR"
    whole = Allocation(invoice.api_id, invoice.open_balance)

    def to(invoice_id: int, amount: str | Decimal) -> dict:
        return {"allocations": (Allocation(invoice_id, Decimal(amount)),)}

    cases = [
        ({"allocations": ()}, "", "at least one invoice"),
        (to(invoice.api_id, invoice.open_balance + 1), f"amount-{invoice.api_id}", "is open on this invoice"),
        (to(invoice.api_id, "0"), f"amount-{invoice.api_id}", "above zero"),
        (to(invoice.api_id, "-1"), f"amount-{invoice.api_id}", "above zero"),
        (to(invoice.api_id, "0.1234"), f"amount-{invoice.api_id}", "decimals"),
        (to(foreign.api_id, "1"), f"amount-{foreign.api_id}", "no such open invoice"),
        ({"allocations": (whole, whole)}, f"amount-{invoice.api_id}", "twice"),
        ({"currency": other}, f"amount-{invoice.api_id}", other),
        ({"status": ProcessingStatus.INCOMPLETE}, "status", ""),
        ({"status": ProcessingStatus.REFUNDED}, "status", ""),
        ({"received_on": timezone.now().date() + dt.timedelta(days=2)}, "received_on", "future"),
    ]
    wrong = []
    for form, field, words in cases:
        reasons = refused(clerk, replace(cheque, **form), sandbox)
        if field not in reasons or words not in reasons[field][0]:
            wrong.append((form, reasons))
    assert wrong == []


def test_what_is_sent_and_kept(cheque):
    """Where nobody says who paid, the store writes a name; the mark in the memo leads back to the change."""
    change = Change(pk=uuid.UUID("0123abcd-ef01-4567-89ab-cdef01234567"), company_id=31)
    for payer_name, sent in (("Accounts payable", "Accounts payable"), ("", None)):
        change.payload = replace(cheque, payer_name=payer_name, memo="").as_payload()
        store = FewPayments()
        RecordPayment.handler.send(store, change)
        ((_create, about),) = store.done
        assert (about["payer_name"], about["memo"]) == (sent, "CHQ 2041 · [0123abcd]")
    for taken in ({}, {"on_account": 5}, {"bank_line": 7}):
        payload = replace(cheque, **taken).as_payload()
        assert {name: payload[name] for name in ("on_account", "bank_line") if name in payload} == taken


def form(actor, payment) -> RecordPayment:
    return RecordPayment(actor=actor, change_id=uuid.uuid4(), payment=payment)


def test_what_is_written_down_of_it(clerk, cheque, open_invoices, today, monkeypatch):
    used = []
    monkeypatch.setattr(module, "use_for", lambda _change, money: used.append(("money", money)))
    monkeypatch.setattr(module.uses, "use_for", lambda _change, line: used.append(("line", line)))
    verb = form(clerk, replace(cheque, received_on=today, method=PaymentRecord.Method.CASH))
    verb.refresh()
    draft = verb.draft(Company(api_id=cheque.company_id))
    became = {str(each.api_id): str(each.open_balance - 1) for each in open_invoices[:2]}
    assert draft.after == {"open": became}
    change = ask(clerk, verb.change_id, verb.name, company_id=cheque.company_id)
    verb.asked(change)
    assert (change.payment_record.method, change.payment_record.received_on) == ("cash", today)
    assert used == []
    PaymentRecord.objects.all().delete()
    verb.payment = replace(cheque, on_account=5, bank_line=7)
    verb.asked(change)
    assert used == [("money", 5), ("line", 7)]


def test_what_cannot_be_by_other_rules(clerk, cheque, open_invoices):
    """A closed month, money and bank lines that nobody has, and an invoice whose balance is just written anew."""
    Store.objects.update(closed_until=dt.date(2026, 10, 31))
    cases = [
        ({"received_on": dt.date(2026, 10, 31)}, "received_on", "The books are closed"),
        ({"on_account": 987_654}, "", "on account"),
        ({"bank_line": 987_654}, "", "no such line"),
    ]
    form(clerk, replace(cheque, received_on=dt.date(2026, 11, 1))).refresh()
    for changed, field, words in cases:
        with pytest.raises(Invalid) as refused:
            form(clerk, replace(cheque, **changed)).refresh()
        assert words in refused.value.fields[field][0]
    invoice = open_invoices[1]
    lines = {"lines": [line(invoice.api_id, Decimal(1))]}
    about = {"company_id": invoice.company_id, "target_id": invoice.api_id, "payload": lines}
    ask(clerk, uuid.uuid4(), Change.Verb.WRITE_OFF, **about)
    with pytest.raises(Invalid, match="waits to be sent") as refused:
        form(clerk, cheque).refresh()
    assert list(refused.value.fields) == [f"amount-{invoice.api_id}"]


def test_the_api_refuses(clerk, cheque, sandbox, open_invoices):
    behind_our_back = open_invoices[0].api_id
    Invoice.objects.filter(api_id=behind_our_back).update(api_id=888_888)
    gone = replace(cheque, allocations=(Allocation(888_888, Decimal(1)),))
    change = record_payment(clerk, uuid.uuid4(), gone)
    assert change.state == Change.State.REFUSED
    assert "Invoice does not exist" in change.error


def test_the_api_cannot_take_it_now(clerk, cheque, sandbox):
    for kind in ("429", "401", "down"):
        RequestBudget.objects.all().delete()
        sandbox.control("DELETE", "faults")
        if kind == "down":
            clerk.store.api_url = "http://127.0.0.1:9/api/v3/io"
            clerk.store.save()
        else:
            sandbox.fault(kind, method="POST", count=5)
        change = record_payment(clerk, uuid.uuid4(), cheque)
        assert change.state == Change.State.REFUSED, kind
        assert "Nothing was changed" in change.error, kind
        assert not Payment.objects.filter(external_id=change.pk).exists()
    assert "cannot be reached" in change.error


def test_an_answer_that_is_lost_is_being_confirmed(clerk, cheque, sandbox):
    for number, kind in enumerate(("500", "drop_before", "drop_after"), start=1):
        sandbox.fault(kind, method="POST")
        assert record_payment(clerk, uuid.uuid4(), cheque).state == Change.State.UNKNOWN, kind
        assert len(sandbox.writes()) == number


def test_what_is_being_confirmed_counts_as_paid(clerk, cheque, sandbox, open_invoices):
    invoice = open_invoices[0]
    whole = replace(cheque, allocations=(Allocation(invoice.api_id, invoice.open_balance),))
    sandbox.fault("drop_after", method="POST")
    record_payment(clerk, uuid.uuid4(), whole)
    with pytest.raises(Invalid, match="Only 0"):
        record_payment(clerk, uuid.uuid4(), whole)


def test_what_the_mirror_does_not_show_yet_counts_as_paid(clerk, cheque, sandbox, open_invoices):
    invoice = open_invoices[0]
    whole = replace(cheque, allocations=(Allocation(invoice.api_id, invoice.open_balance),))
    sandbox.fault("500", method="GET", count=9)
    assert record_payment(clerk, uuid.uuid4(), whole).state == Change.State.APPLIED
    with pytest.raises(Invalid, match="Only 0"):
        record_payment(clerk, uuid.uuid4(), whole)
