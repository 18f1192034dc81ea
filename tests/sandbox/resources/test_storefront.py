"""The buyer's side: paying online and placing orders (rules 16, 31)."""

from decimal import Decimal

import requests


def test_it_works(box, box_invoices):
    row = box_invoices[0]
    paid = box.control("POST", "pay-online", {"invoiceId": row["id"], "amount": "1.5"})
    assert paid == box.data(f"/ip/payments/{paid['id']}")
    assert (paid["moduleName"], paid["processingStatus"]) == ("payments_bigcommerce_sales_order", 3)
    after = box.data(f"/ip/invoices/{row['id']}")
    assert Decimal(after["openBalance"]["value"]) == Decimal(row["openBalance"]["value"]) - Decimal("1.5")


def test_an_order_stands_for_the_payment(box, box_invoices):
    row = box_invoices[0]
    paid = box.control("POST", "pay-online", {"invoiceId": row["id"]})
    order = box.data(f"/orders/{paid['moduleData']['orderId']}")
    assert (order["isInvoiceOrder"], order["invoiceId"], order["invoiceStatus"]) == (1, row["id"], 2)
    assert order["cartId"] == paid["moduleData"]["cartId"]


def test_several_invoices_at_once(box, box_invoices):
    lines = [{"invoiceId": row["id"], "amount": "1"} for row in box_invoices]
    paid = box.control("POST", "pay-online", {"lineItems": lines, "processingStatus": 1})
    assert (len(paid["lineItems"]), paid["total"]["value"], paid["processingStatus"]) == (2, "2.0000", 1)


def test_the_first_status_is_a_setting(box, box_invoices):
    box.quirk(status_after_payment="0")
    paid = box.control("POST", "pay-online", {"invoiceId": box_invoices[0]["id"]})
    assert (paid["processingStatus"], paid["appliedStatus"]) == (0, 0)
    assert box.data(f"/ip/invoices/{box_invoices[0]['id']}")["isPendingPayment"] == 1


def test_an_offline_method_cannot_be_used(box, box_invoices):
    body = {"invoiceId": box_invoices[0]["id"], "method": "cheque"}
    assert requests.post(f"{box.address}/_sandbox/pay-online", json=body, timeout=10).status_code == 422


def test_orders_may_be_invoiced_at_once(box):
    box.quirk(auto_invoice_offline="on")
    placed = box.control("POST", "place-order", {"companyId": 1001, "method": "cheque"})
    assert box.data(f"/ip/invoices/{placed['invoiceId']}")["orderNumber"] == placed["bcOrderId"]
    assert box.control("POST", "place-order", {"companyId": 1001})["invoiceId"] is None
    box.quirk(auto_invoice_online="on")
    assert box.control("POST", "place-order", {"companyId": 1001})["invoiceId"]


def test_what_is_bought_can_be_said(box):
    body = {"lines": [{"sku": "PPR-A4-02", "quantity": 4}], "currency": "EUR"}
    number = box.control("POST", "place-order", body)["bcOrderId"]
    box.control("PUT", "clock", {"advance": 15})
    assert (box.data(f"/orders/{number}")["items"], box.data(f"/orders/{number}")["currencyCode"]) == (
        4,
        "EUR",
    )
