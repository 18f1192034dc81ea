"""Recording an offline payment."""

import datetime as dt
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import timezone

from arportal.b2b import ProcessingStatus
from arportal.mirror.models import Company, Invoice, Payment
from arportal.receivables.allocation.allocations import Allocation
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.models import Change
from arportal.receivables.payments.record_payment import OfflinePayment
from arportal.stores.access import NotAllowed
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


def test_both_balances_fall_in_the_mirror(clerk, cheque, open_invoices):
    record_payment(clerk, uuid.uuid4(), cheque)
    for before in open_invoices[:2]:
        assert Invoice.objects.get(pk=before.pk).open_balance == before.open_balance - 1


def test_what_the_api_does_not_keep_is_kept_here(clerk, cheque):
    record = record_payment(clerk, uuid.uuid4(), cheque).payment_record
    assert (record.reference, record.received_on) == ("CHQ 2041", dt.date(2026, 11, 20))


def test_the_same_form_twice_is_one_payment(clerk, cheque, sandbox):
    form = uuid.uuid4()
    first, second = record_payment(clerk, form, cheque), record_payment(clerk, form, cheque)
    assert first == second
    assert len(sandbox.writes()) == 1


def test_the_whole_open_balance(clerk, cheque, open_invoices):
    whole = Allocation(open_invoices[0].api_id, open_invoices[0].open_balance)
    record_payment(clerk, uuid.uuid4(), replace(cheque, allocations=(whole,)))
    assert not Invoice.objects.outstanding().filter(pk=open_invoices[0].pk).exists()


def test_more_than_is_open(clerk, cheque, sandbox, open_invoices):
    invoice = open_invoices[0]
    more = replace(cheque, allocations=(Allocation(invoice.api_id, invoice.open_balance + 1),))
    assert "is open on this invoice" in refused(clerk, more, sandbox)[f"amount-{invoice.api_id}"][0]


@pytest.mark.parametrize("amount", ["0", "-1"])
def test_nothing_or_less(clerk, cheque, sandbox, open_invoices, amount):
    invoice = open_invoices[0]
    none = replace(cheque, allocations=(Allocation(invoice.api_id, Decimal(amount)),))
    assert f"amount-{invoice.api_id}" in refused(clerk, none, sandbox)


def test_more_decimals_than_the_currency_has(clerk, cheque, sandbox, open_invoices):
    invoice = open_invoices[0]
    odd = replace(cheque, allocations=(Allocation(invoice.api_id, Decimal("0.1234")),))
    assert "decimals" in refused(clerk, odd, sandbox)[f"amount-{invoice.api_id}"][0]


def test_no_invoice_at_all(clerk, cheque, sandbox):
    assert "" in refused(clerk, replace(cheque, allocations=()), sandbox)


def test_an_invoice_of_another_company(clerk, cheque, sandbox):
    foreign = Invoice.objects.outstanding().exclude(company_id=cheque.company_id)[0]
    theirs = replace(cheque, allocations=(Allocation(foreign.api_id, Decimal(1)),))
    assert "no such open invoice" in refused(clerk, theirs, sandbox)[f"amount-{foreign.api_id}"][0]


def test_another_currency_than_the_invoices(clerk, cheque, sandbox, open_invoices):
    other = "JPY" if cheque.currency != "JPY" else "EUR"
    reasons = refused(clerk, replace(cheque, currency=other), sandbox)
    assert other in reasons[f"amount-{open_invoices[0].api_id}"][0]


@pytest.mark.parametrize("status", [ProcessingStatus.INCOMPLETE, ProcessingStatus.REFUNDED])
def test_a_status_no_new_payment_has(clerk, cheque, sandbox, status):
    assert "status" in refused(clerk, replace(cheque, status=status), sandbox)


def test_a_day_that_has_not_come(clerk, cheque, sandbox):
    tomorrow = timezone.now().date() + dt.timedelta(days=2)
    assert "received_on" in refused(clerk, replace(cheque, received_on=tomorrow), sandbox)


def test_a_viewer_may_not(viewer, cheque):
    with pytest.raises(NotAllowed):
        record_payment(viewer, uuid.uuid4(), cheque)


def test_a_company_that_is_not_ones_own(clerk, cheque):
    clerk.all_companies = False
    with pytest.raises(Company.DoesNotExist):
        record_payment(clerk, uuid.uuid4(), cheque)


def test_the_api_refuses(clerk, cheque, sandbox, open_invoices):
    behind_our_back = open_invoices[0].api_id
    Invoice.objects.filter(api_id=behind_our_back).update(api_id=888_888)
    gone = replace(cheque, allocations=(Allocation(888_888, Decimal(1)),))
    change = record_payment(clerk, uuid.uuid4(), gone)
    assert change.state == Change.State.REFUSED
    assert "Invoice does not exist" in change.error


@pytest.mark.parametrize("kind", ["429", "401"])
def test_the_api_cannot_take_it_now(clerk, cheque, sandbox, kind):
    sandbox.fault(kind, method="POST", count=5)
    change = record_payment(clerk, uuid.uuid4(), cheque)
    assert change.state == Change.State.REFUSED
    assert "Nothing was changed" in change.error
    assert not Payment.objects.filter(external_id=change.pk).exists()


def test_the_api_is_down(clerk, cheque, store):
    clerk.store.api_url = "http://127.0.0.1:9/api/v3/io"
    clerk.store.save()
    change = record_payment(clerk, uuid.uuid4(), cheque)
    assert change.state == Change.State.REFUSED
    assert "cannot be reached" in change.error


@pytest.mark.parametrize("kind", ["500", "drop_before", "drop_after"])
def test_an_answer_that_is_lost_is_being_confirmed(clerk, cheque, sandbox, kind):
    sandbox.fault(kind, method="POST")
    change = record_payment(clerk, uuid.uuid4(), cheque)
    assert change.state == Change.State.UNKNOWN
    assert len(sandbox.writes()) == 1


def test_what_is_being_confirmed_counts_as_paid(clerk, cheque, sandbox, open_invoices):
    invoice = open_invoices[0]
    whole = replace(cheque, allocations=(Allocation(invoice.api_id, invoice.open_balance),))
    sandbox.fault("drop_after", method="POST")
    record_payment(clerk, uuid.uuid4(), whole)
    with pytest.raises(Invalid, match="Only 0"):
        record_payment(clerk, uuid.uuid4(), whole)


def test_the_same_invoice_twice_in_one_payment(clerk, cheque, sandbox, open_invoices):
    each = Allocation(open_invoices[0].api_id, open_invoices[0].open_balance)
    reasons = refused(clerk, replace(cheque, allocations=(each, each)), sandbox)
    assert "twice" in reasons[f"amount-{each.invoice_id}"][0]


def test_a_used_form_with_other_amounts(clerk, cheque, sandbox, open_invoices):
    form = uuid.uuid4()
    record_payment(clerk, form, cheque)
    other = replace(cheque, allocations=(Allocation(open_invoices[0].api_id, Decimal(2)),))
    with pytest.raises(Invalid, match="already used"):
        record_payment(clerk, form, other)
    assert len(sandbox.writes()) == 1


def test_what_the_mirror_does_not_show_yet_counts_as_paid(clerk, cheque, sandbox, open_invoices):
    invoice = open_invoices[0]
    whole = replace(cheque, allocations=(Allocation(invoice.api_id, invoice.open_balance),))
    sandbox.fault("500", method="GET", count=9)
    assert record_payment(clerk, uuid.uuid4(), whole).state == Change.State.APPLIED
    with pytest.raises(Invalid, match="Only 0"):
        record_payment(clerk, uuid.uuid4(), whole)


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_are_one_payment(clerk, cheque, sandbox):
    form = uuid.uuid4()

    def click(_: int) -> str:
        try:
            return record_payment(clerk, form, cheque).state
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as clicks:
        states = set(clicks.map(click, range(4)))
    assert states <= {Change.State.APPLIED, Change.State.SENT}
    assert len(sandbox.writes()) == 1
    assert Change.objects.get().state == Change.State.APPLIED
