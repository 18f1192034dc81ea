"""It keeps up: the figures are what a quiet machine must manage at its best of several tries."""

import pytest

from tests.sandbox.test_create_invoice import ADDRESS, NEW

LINE = {
    "sku": "BRG-6200-01",
    "type": "physical",
    "comments": "",
    "quantity": "24",
    "unitPrice": {"code": "USD", "value": "6.4000"},
    "description": "Deep groove ball bearing, sealed, 6200",
    "customFields": {},
    "unitDiscount": {"code": "USD", "value": "0.0000"},
}
COST = {"amount": {"code": "USD", "value": "153.6000"}, "description": "Subtotal"}
DETAILS = {
    "header": {"costLines": [COST] * 3, "billingAddress": ADDRESS, "shippingAddresses": [ADDRESS]},
    "details": {"shipments": [], "lineItems": [LINE] * 12},
}


@pytest.fixture
def long_invoices(box):
    for number in range(250):
        body = NEW | {"invoiceNumber": f"L-{number}", "details": DETAILS}
        assert box.post("/ip/invoices", body).status_code == 200


def test_a_page_of_250_long_invoices_in_150_ms(box, long_invoices):
    answers = [box.get("/ip/invoices", limit=250, q="L-", searchBy="invoiceNumber") for _ in range(20)]
    assert [len(answer.json()["data"]) for answer in answers] == [250] * 20
    assert min(answer.elapsed.total_seconds() for answer in answers) < 0.15


def test_one_small_answer_in_5_ms(box):
    answers = [box.get("/companies/1001") for _ in range(40)]
    assert min(answer.elapsed.total_seconds() for answer in answers) < 0.005
