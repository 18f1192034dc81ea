"""Each kind of change behind our back is in the mirror after one short pass, however long the lists are."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.utils import timezone

from arportal.b2b import Money
from arportal.mirror.api.connections import client_for
from arportal.mirror.models import (
    Buyer,
    Channel,
    Company,
    CompanyMethod,
    CreditTerms,
    Invoice,
    Order,
    Payment,
    Receipt,
    ReceiptLine,
    SyncPass,
    Watermark,
)
from arportal.mirror.store import save_orders
from arportal.mirror.sync.credit_terms import COMPANIES_A_PASS
from arportal.mirror.sync.sync import sync
from tests.mirror.sync.lives import short_pages


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


def oldest(model, store):
    """One that no list of the latest shows on its first page."""
    return model.objects.filter(store=store).order_by("created_at", "api_id")[0]


@pytest.fixture
def invoice(store):
    return Invoice.objects.filter(store=store).order_by("issued_at", "api_id")[0]


def test_it_works(sandbox, one_pass, invoice):
    sandbox.put(f"/ip/invoices/{invoice.api_id}", {"purchaseOrderNumber": "PO 4711"})
    assert one_pass().rows_changed == 1
    invoice.refresh_from_db()
    assert invoice.purchase_order_number == "PO 4711"


def test_an_invoice_created(sandbox, one_pass, company):
    money = {"code": "USD", "value": "12.50"}
    made = sandbox.post(
        "/ip/invoices",
        {
            "invoiceNumber": "N-1",
            "originalBalance": money,
            "openBalance": money,
            "customerId": str(company.api_id),
            "channelId": 1,
        },
    )
    one_pass()
    assert Invoice.objects.get(api_id=made["id"]).open_balance == Decimal("12.50")


def test_an_invoice_gone(sandbox, one_pass, invoice):
    sandbox.delete(f"/ip/invoices/{invoice.api_id}")
    assert one_pass().rows_gone == 1
    invoice.refresh_from_db()
    assert invoice.gone_at is not None


def test_one_gone_while_another_came(sandbox, one_pass, invoice, company):
    sandbox.delete(f"/ip/invoices/{invoice.api_id}")
    test_an_invoice_created(sandbox, one_pass, company)
    invoice.refresh_from_db()
    assert invoice.gone_at is not None


def test_a_payment_recorded(sandbox, one_pass, invoice):
    made = sandbox.post(
        "/ip/payments/offline",
        {
            "lineItems": [{"invoiceId": invoice.api_id, "amount": "1"}],
            "currency": invoice.currency,
            "details": {"memo": "by somebody else"},
            "customerId": str(invoice.company_id),
        },
    )
    one_pass()
    assert Payment.objects.get(api_id=made["paymentId"]).memo == "by somebody else"


def test_a_payment_moved(sandbox, one_pass, payment):
    sandbox.put(f"/ip/payments/{payment.api_id}/processing-status", {"processingStatus": 3})
    one_pass()
    payment.refresh_from_db()
    assert payment.processing_status == 3


def test_a_payment_moved_shows_on_its_old_receipt_lines(store, sandbox, one_pass):
    line = oldest(ReceiptLine, store)
    sandbox.put(f"/ip/payments/{line.payment_id}/processing-status", {"processingStatus": 4})
    one_pass()
    line.refresh_from_db()
    assert line.payment_status == 4


def test_a_payment_gone(sandbox, one_pass, payment):
    sandbox.delete(f"/ip/payments/{payment.api_id}")
    one_pass()
    payment.refresh_from_db()
    assert payment.gone_at is not None


def test_a_receipt_gone_with_its_lines(store, sandbox, one_pass):
    receipt = oldest(Receipt, store)
    sandbox.delete(f"/ip/receipts/{receipt.api_id}")
    one_pass()
    receipt.refresh_from_db()
    assert receipt.gone_at is not None
    assert not ReceiptLine.objects.filter(store=store, receipt_id=receipt.api_id, gone_at=None).exists()


def test_a_receipt_line_gone(store, sandbox, one_pass):
    line = oldest(ReceiptLine, store)
    sandbox.delete(f"/ip/receipts/{line.receipt_id}/lines/{line.api_id}")
    one_pass()
    line.refresh_from_db()
    assert line.gone_at is not None


def test_an_order_placed(store, sandbox, one_pass):
    buyer = oldest(Buyer, store)
    made = sandbox.control("POST", "place-order", {"customerId": buyer.customer_id})
    sandbox.control("PUT", "clock", {"advance": 15})  # It takes ten seconds to show itself.
    one_pass()
    assert Order.objects.get(api_id=made["bcOrderId"]).b2b_id == made["id"]


@pytest.mark.parametrize(
    ("model", "path", "name"), [(Order, "/orders", "Project"), (Company, "/companies", "Account tier")]
)
def test_extra_fields_changed(store, sandbox, one_pass, model, path, name):
    """Lists tell of them only if asked; an API client that does not ask reads that there are none."""
    row = oldest(model, store)
    sandbox.put(f"{path}/{row.api_id}", {"extraFields": [{"fieldName": name, "fieldValue": "Gold"}]})
    one_pass()
    row.refresh_from_db()
    assert [(field["fieldName"], field["fieldValue"]) for field in row.extra_fields] == [(name, "Gold")]


def test_an_order_changed(store, sandbox, one_pass):
    order = oldest(Order, store)
    sandbox.put(f"/orders/{order.api_id}", {"poNumber": "PO 4712"})
    one_pass()
    order.refresh_from_db()
    assert order.po_number == "PO 4712"


def test_a_company_renamed_and_with_it_its_invoices_and_payments(sandbox, one_pass, company):
    sandbox.put(f"/companies/{company.api_id}", {"companyName": "Sorrel & Daughters"})
    one_pass()
    company.refresh_from_db()
    assert company.name == "Sorrel & Daughters"
    for model in (Invoice, Payment):
        named = model.objects.filter(store=company.store, company_id=company.api_id)
        assert set(named.values_list("company_name", flat=True)) == {"Sorrel & Daughters"}


def test_a_company_placed_under_another(store, sandbox, one_pass, company):
    parent = Company.objects.filter(store=store).exclude(pk=company.pk).order_by("api_id")[0]
    sandbox.post(f"/companies/{company.api_id}/parent", {"parentCompanyId": parent.api_id})
    one_pass()
    company.refresh_from_db()
    assert company.parent_id == parent.api_id


def test_a_buyer_added(sandbox, one_pass, company):
    person = {"firstName": "Ida", "lastName": "Berg", "email": "ida@example.net", "role": 2}
    made = sandbox.post("/users", {**person, "companyId": company.api_id, "channelIds": [1]})
    one_pass()
    assert Buyer.objects.get(api_id=made["userId"]).name == "Ida Berg"


@pytest.mark.parametrize("is_enabled", [True, False])
def test_a_method_switched(sandbox, one_pass, is_enabled):
    method = CompanyMethod.objects.filter(is_enabled=not is_enabled).order_by("company_id", "code")[0]
    flipped = {"code": method.code, "isEnabled": is_enabled}
    sandbox.put(f"/companies/{method.company_id}/payments", {"payments": [flipped]})
    one_pass()
    method.refresh_from_db()
    assert method.is_enabled is is_enabled


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


def test_credit_that_is_used_up_is_known_to_be_nothing(store, sandbox, company):
    used_up = {"creditEnabled": True, "creditCurrency": "USD", "availableCredit": 0}
    sandbox.put(f"/companies/{company.api_id}/credit", used_up)
    sync(store, full=True)
    assert CreditTerms.objects.get(store=store, api_id=company.api_id).available_money == Money(
        Decimal(0), "USD"
    )


def test_an_order_of_nothing_has_a_total(store, sandbox):
    listed = client_for(store).orders.get(oldest(Order, store).api_id)
    save_orders(store, [replace(listed, total=Money(Decimal(0), "USD"), updated_at=timezone.now())])
    assert Order.objects.get(store=store, api_id=listed.bc_order_id).money == Money(Decimal(0), "USD")


def test_channels_when_they_are_due_again(store, sandbox, one_pass):
    sandbox.control("PUT", "quirks", {"multi_storefront": "off"})
    sync(store, full=True)
    Channel.objects.filter(store=store).delete()
    sandbox.control("PUT", "quirks", {"multi_storefront": "on"})
    one_pass(sparing=True)
    assert not Channel.objects.filter(store=store).exists()
    Watermark.objects.filter(store=store, resource="channels").update(off_since=None, due_at=None)
    one_pass(sparing=True)
    assert Channel.objects.filter(store=store).exists()
