"""POST /ip/orders/{id}/invoices (contract I6, rules 12-15)."""

from decimal import Decimal

import pytest

EXISTS = "The invoice exists for this order"


@pytest.fixture
def order(box):
    body = {"companyId": 1001, "poNumber": "PO-8", "freight": "12.5", "tax": "3.75"}
    placed = box.control("POST", "place-order", body)
    box.control("PUT", "clock", {"advance": 15})
    return box.data(f"/orders/{placed['bcOrderId']}")


def invoice_of(box, order):
    answer = box.post(f"/ip/orders/{order['id']}/invoices")
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def test_it_works(box, order):
    made = invoice_of(box, order)
    assert made["invoiceNumber"] == f"{made['invoiceId']:08d}"
    invoice = box.data(f"/ip/invoices/{made['invoiceId']}")
    assert (invoice["type"], invoice["source"], invoice["status"]) == ("Invoice on Shipment", 0, 0)
    assert invoice["orderNumber"] == order["bcOrderId"]
    assert (invoice["customerId"], invoice["purchaseOrderNumber"]) == ("1001", "PO-8")
    assert Decimal(invoice["originalBalance"]["value"]) == Decimal(str(order["totalIncTax"]))
    assert invoice["openBalance"] == invoice["originalBalance"]


def test_cost_lines_and_lines_are_the_orders(box, order):
    invoice = box.data(f"/ip/invoices/{invoice_of(box, order)['invoiceId']}")
    header, lines = invoice["details"]["header"], invoice["details"]["details"]["lineItems"]
    assert [cost["description"] for cost in header["costLines"]] == ["Subtotal", "Freight", "Sales Tax"]
    assert header["orderDate"] == order["createdAt"]
    products = box.data(f"/orders/{order['bcOrderId']}/products")
    assert [line["sku"] for line in lines] == [product["variantSku"] for product in products]


def test_discount_and_handling_appear_when_there_are_any(box):
    placed = box.control("POST", "place-order", {"companyId": 1001, "discount": "5", "handling": "2"})
    box.control("PUT", "clock", {"advance": 15})
    made = invoice_of(box, box.data(f"/orders/{placed['bcOrderId']}"))
    invoice = box.data(f"/ip/invoices/{made['invoiceId']}")
    costs = {
        c["description"]: Decimal(c["amount"]["value"]) for c in invoice["details"]["header"]["costLines"]
    }
    assert (costs["Discount"], costs["Handling"]) == (-5, 2)
    assert sum(costs.values()) == Decimal(invoice["originalBalance"]["value"])


def test_the_order_then_names_its_invoice(box, order):
    made = invoice_of(box, order)
    after = box.data(f"/orders/{order['bcOrderId']}")
    expected = (made["invoiceId"], made["invoiceNumber"], 0)
    assert (after["invoiceId"], after["invoiceNumber"], after["invoiceStatus"]) == expected


def test_only_once(box, order):
    invoice_of(box, order)
    answer = box.post(f"/ip/orders/{order['id']}/invoices")
    assert (answer.status_code, answer.json()["data"]) == (400, {"errMsg": EXISTS})


def test_the_bigcommerce_id_is_the_wrong_one(box, order):
    answer = box.post(f"/ip/orders/{order['bcOrderId']}/invoices")
    assert (answer.status_code, answer.json()["data"]) == (404, {"errMsg": "Order does not exist"})


@pytest.mark.parametrize("body", [{}, {"companyId": 1001, "status": 0}])
def test_guests_and_incomplete_orders_cannot_be_invoiced(box, body):
    placed = box.control("POST", "place-order", body)
    box.control("PUT", "clock", {"advance": 15})
    order = box.data(f"/orders/{placed['bcOrderId']}")
    assert box.post(f"/ip/orders/{order['id']}/invoices").status_code == 400


def test_a_number_taken_by_hand_gets_a_suffix(box, order):
    number = f"{152:08d}"  # 151 is the one made by hand
    balance = {"code": "USD", "value": 1}
    body = {"invoiceNumber": number, "customerId": "1001"}
    box.post("/ip/invoices", body | {"originalBalance": balance, "openBalance": balance})
    assert invoice_of(box, order)["invoiceNumber"] == f"{number}-1"
