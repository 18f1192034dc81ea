"""Each kind of change that can happen at a store behind our back: done over its API, and how the mirror shows it."""

from collections.abc import Callable
from decimal import Decimal

from arportal.mirror.models import (
    Buyer,
    Company,
    CompanyMethod,
    Invoice,
    Order,
    Payment,
    Receipt,
    ReceiptLine,
)
from arportal.stores.models import Store
from tests.sandbox_server import Sandbox

# A change at the store, which returns a question to the mirror: is it here?
Change = Callable[[Store, Sandbox], Callable[[], bool]]


def oldest(model, store, born="created_at"):
    """One that no list of the latest shows on its first page."""
    return model.objects.filter(store=store).order_by(born, "api_id")[0]


def invoice_created(store, sandbox):
    money = {"code": "USD", "value": "12.50"}
    company = oldest(Company, store)
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
    return Invoice.objects.filter(api_id=made["id"], open_balance=Decimal("12.50")).exists


def payment_recorded(store, sandbox):
    invoice = Invoice.objects.filter(store=store).order_by("issued_at", "api_id")[1]
    made = sandbox.post(
        "/ip/payments/offline",
        {
            "lineItems": [{"invoiceId": invoice.api_id, "amount": "1"}],
            "currency": invoice.currency,
            "details": {"memo": "by somebody else"},
            "customerId": str(invoice.company_id),
        },
    )
    return Payment.objects.filter(api_id=made["paymentId"], memo="by somebody else").exists


def payment_moved(store, sandbox):
    payment = waiting_payments(store)[0]
    sandbox.put(f"/ip/payments/{payment.api_id}/processing-status", {"processingStatus": 3})
    return lambda: again(payment).processing_status == 3


def payment_moved_which_shows_on_its_old_receipt_lines(store, sandbox):
    line = oldest(ReceiptLine, store)
    sandbox.put(f"/ip/payments/{line.payment_id}/processing-status", {"processingStatus": 4})
    return lambda: again(line).payment_status == 4


def order_placed(store, sandbox):
    buyer = oldest(Buyer, store)
    made = sandbox.control("POST", "place-order", {"customerId": buyer.customer_id})
    sandbox.control("PUT", "clock", {"advance": 15})  # It takes ten seconds to show itself.
    return Order.objects.filter(api_id=made["bcOrderId"], b2b_id=made["id"]).exists


def order_changed(store, sandbox):
    order = Order.objects.filter(store=store).order_by("created_at", "api_id")[1]
    sandbox.put(f"/orders/{order.api_id}", {"poNumber": "PO 4712"})
    return lambda: again(order).po_number == "PO 4712"


def extra_fields_of_an_order_changed(store, sandbox):
    return extra_fields_changed(oldest(Order, store), sandbox, "/orders", "Project")


def extra_fields_of_a_company_changed(store, sandbox):
    return extra_fields_changed(oldest(Company, store), sandbox, "/companies", "Account tier")


def extra_fields_changed(row, sandbox, path, name):
    """Lists tell of them only if asked; an API client that does not ask reads that there are none."""
    sandbox.put(f"{path}/{row.api_id}", {"extraFields": [{"fieldName": name, "fieldValue": "Silver"}]})
    return lambda: [(f["fieldName"], f["fieldValue"]) for f in again(row).extra_fields] == [(name, "Silver")]


def company_renamed_and_with_it_its_invoices_and_payments(store, sandbox):
    company = Company.objects.filter(store=store).order_by("api_id")[1]
    sandbox.put(f"/companies/{company.api_id}", {"companyName": "Sorrel & Daughters"})
    its = {"store": store, "company_id": company.api_id}
    return lambda: (
        {
            again(company).name,
            *Invoice.objects.filter(**its).values_list("company_name", flat=True),
            *Payment.objects.filter(**its).values_list("company_name", flat=True),
        }
        == {"Sorrel & Daughters"}
    )


def company_placed_under_another(store, sandbox):
    parent, company = Company.objects.filter(store=store).order_by("api_id")[2:4]
    sandbox.post(f"/companies/{company.api_id}/parent", {"parentCompanyId": parent.api_id})
    return lambda: again(company).parent_id == parent.api_id


def buyer_added(store, sandbox):
    person = {"firstName": "Ida", "lastName": "Berg", "email": "ida@example.net", "role": 2}
    company = oldest(Company, store)
    made = sandbox.post("/users", {**person, "companyId": company.api_id, "channelIds": [1]})
    return Buyer.objects.filter(api_id=made["userId"], name="Ida Berg").exists


def method_switched_on(store, sandbox):
    return method_switched(sandbox, is_enabled=True)


def method_switched_off(store, sandbox):
    return method_switched(sandbox, is_enabled=False)


def method_switched(sandbox, *, is_enabled):
    method = CompanyMethod.objects.filter(is_enabled=not is_enabled).order_by("company_id", "code")[0]
    flipped = {"code": method.code, "isEnabled": is_enabled}
    sandbox.put(f"/companies/{method.company_id}/payments", {"payments": [flipped]})
    return lambda: again(method).is_enabled is is_enabled


def invoice_gone(store, sandbox):
    invoice = oldest(Invoice, store, "issued_at")
    sandbox.delete(f"/ip/invoices/{invoice.api_id}")
    return lambda: again(invoice).gone_at is not None


def payment_gone(store, sandbox):
    payment = waiting_payments(store)[1]
    sandbox.delete(f"/ip/payments/{payment.api_id}")
    return lambda: again(payment).gone_at is not None


def receipt_gone_with_its_lines(store, sandbox):
    receipt = oldest(Receipt, store)
    sandbox.delete(f"/ip/receipts/{receipt.api_id}")
    lines = ReceiptLine.objects.filter(store=store, receipt_id=receipt.api_id, gone_at=None)
    assert lines.exists()
    return lambda: again(receipt).gone_at is not None and not lines.exists()


def receipt_line_gone(store, sandbox):
    line = ReceiptLine.objects.filter(store=store).latest("created_at", "api_id")
    sandbox.delete(f"/ip/receipts/{line.receipt_id}/lines/{line.api_id}")
    return lambda: again(line).gone_at is not None


def waiting_payments(store):
    rows = Payment.objects.filter(store=store, processing_status=1, module_name="payments_offline")
    return rows.order_by("api_id")


def again(row):
    row.refresh_from_db()
    return row


CHANGED: list[Change] = [
    invoice_created,
    payment_recorded,
    payment_moved,
    payment_moved_which_shows_on_its_old_receipt_lines,
    order_placed,
    order_changed,
    extra_fields_of_an_order_changed,
    extra_fields_of_a_company_changed,
    company_renamed_and_with_it_its_invoices_and_payments,
    company_placed_under_another,
    buyer_added,
    method_switched_on,
    method_switched_off,
]
GONE: list[Change] = [invoice_gone, payment_gone, receipt_gone_with_its_lines, receipt_line_gone]
# As many invoices as before: only their times tell of it.
ONE_GONE_WHILE_ANOTHER_CAME: list[Change] = [invoice_gone, invoice_created]
