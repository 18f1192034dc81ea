"""Each kind of change behind our back is in the mirror after one short pass, however long the lists are."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from django.utils import timezone

from arportal.b2b import Money
from arportal.mirror.api.connections import client_for
from arportal.mirror.models import (
    Channel,
    Company,
    CreditTerms,
    Invoice,
    Order,
    SyncPass,
    Watermark,
)
from arportal.mirror.store import save_orders
from arportal.mirror.sync.credit_terms import COMPANIES_A_PASS
from arportal.mirror.sync.sync import sync
from tests.mirror.sync.changes import CHANGED, GONE, ONE_GONE_WHILE_ANOTHER_CAME, invoice_gone, oldest
from tests.mirror.sync.lives import short_pages
from tests.whole import only_whole, whole_or

NEVER = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


@pytest.fixture
def one_pass(store, sandbox):
    """Runs a short pass over long lists; what happened before it happened a while after the last one."""
    sandbox.control("PUT", "clock", {"advance": 600})

    def run(*, sparing=False):
        with short_pages():
            done = sync(store, sparing=sparing)
        assert (done.kind, done.problem) == (SyncPass.Kind.INCREMENTAL, "")
        return done

    return run


@pytest.fixture
def invoice(store):
    return oldest(Invoice, store, "issued_at")


@only_whole("test_every_change_is_seen")
def test_it_works(sandbox, one_pass, invoice):
    sandbox.put(f"/ip/invoices/{invoice.api_id}", {"purchaseOrderNumber": "PO 4711"})
    assert one_pass().rows_changed == 1
    invoice.refresh_from_db()
    assert invoice.purchase_order_number == "PO 4711"


@pytest.mark.parametrize("changes", whole_or([CHANGED, GONE, ONE_GONE_WHILE_ANOTHER_CAME], [GONE]))
def test_every_change_is_seen(store, sandbox, one_pass, changes):
    """Each of another record, all of them by the same pass."""
    is_here = {change.__name__: change(store, sandbox) for change in changes}
    assert [name for name, ask in is_here.items() if ask()] == []
    one_pass()
    assert [name for name, ask in is_here.items() if not ask()] == []


@only_whole("test_every_change_is_seen")
def test_an_invoice_gone_is_counted(store, sandbox, one_pass):
    invoice_gone(store, sandbox)
    assert one_pass().rows_gone == 1


@only_whole("test_every_change_is_seen")
def test_credit_and_terms_come_round_company_by_company(store, sandbox, one_pass, company):
    sandbox.put(
        f"/companies/{company.api_id}/credit",
        {"creditEnabled": True, "creditCurrency": "USD", "availableCredit": 4321},
    )
    sandbox.put(f"/companies/{company.api_id}/payment-terms", {"isEnabled": True, "paymentTerms": 45})
    for _ in range(-(-Company.objects.filter(store=store).count() // COMPANIES_A_PASS)):
        one_pass()
    row = CreditTerms.objects.get(store=store, api_id=company.api_id)
    assert (row.available_credit, row.terms_days) == (4321, 45)


@only_whole("test_an_order_of_nothing_has_a_total")
def test_credit_that_is_used_up_is_known_to_be_nothing(store, sandbox, one_pass, company):
    CreditTerms.objects.filter(store=store, api_id=company.api_id).update(read_at=NEVER)
    used_up = {"creditEnabled": True, "creditCurrency": "USD", "availableCredit": 0}
    sandbox.put(f"/companies/{company.api_id}/credit", used_up)
    one_pass()
    row = CreditTerms.objects.get(store=store, api_id=company.api_id)
    assert row.available_money == Money(Decimal(0), "USD")


def test_an_order_of_nothing_has_a_total(store, sandbox):
    listed = client_for(store).orders.get(oldest(Order, store).api_id)
    save_orders(store, [replace(listed, total=Money(Decimal(0), "USD"), updated_at=timezone.now())])
    assert Order.objects.get(store=store, api_id=listed.bc_order_id).money == Money(Decimal(0), "USD")


@only_whole("test_every_change_is_seen")
def test_channels_when_they_are_due_again(store, sandbox, one_pass):
    sandbox.control("PUT", "quirks", {"multi_storefront": "off"})
    one_pass()
    Channel.objects.filter(store=store).delete()
    sandbox.control("PUT", "quirks", {"multi_storefront": "on"})
    one_pass(sparing=True)
    assert not Channel.objects.filter(store=store).exists()
    Watermark.objects.filter(store=store, resource="channels").update(off_since=None, due_at=None)
    one_pass(sparing=True)
    assert Channel.objects.filter(store=store).exists()
