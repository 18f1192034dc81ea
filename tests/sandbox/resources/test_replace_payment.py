"""PUT /ip/payments/offline/{id} and DELETE /ip/payments/{id} (contract Y9, Y3, rules 24, 26)."""

from decimal import Decimal

import pytest

from tests.sandbox.conftest import offline


@pytest.fixture
def payment_id(box, box_invoices):
    return box.post("/ip/payments/offline", offline(box_invoices, ["2", "1"])).json()["data"]["paymentId"]


def opened(box, invoice):
    return Decimal(box.data(f"/ip/invoices/{invoice['id']}")["openBalance"]["value"])


def test_it_works(box, box_invoices, payment_id):
    body = offline(box_invoices[1:], ["4"], details={"memo": "Corrected"}, processingStatus=2)
    assert box.put(f"/ip/payments/offline/{payment_id}", body).json()["data"] == {"paymentId": payment_id}
    payment = box.data(f"/ip/payments/{payment_id}")
    assert (payment["total"]["value"], payment["details"]) == ("4.0000", {"memo": "Corrected"})
    first, second = (Decimal(row["openBalance"]["value"]) for row in box_invoices)
    assert [opened(box, row) for row in box_invoices] == [first, second - 4]
    assert [box.data(f"/ip/invoices/{row['id']}")["isPendingPayment"] for row in box_invoices] == [0, 1]


def test_the_receipt_keeps_its_id_and_gets_the_new_lines(box, box_invoices, payment_id):
    before = [row for row in box.everything("/ip/receipts") if row["paymentId"] == payment_id]
    box.put(f"/ip/payments/offline/{payment_id}", offline(box_invoices[1:], ["4"]))
    after = [row for row in box.everything("/ip/receipts") if row["paymentId"] == payment_id]
    assert [row["id"] for row in after] == [row["id"] for row in before]
    assert [line["amount"]["value"] for line in box.data(f"/ip/receipts/{after[0]['id']}/lines")] == [
        "4.0000"
    ]


def test_it_wants_everything_again(box, payment_id):
    answer = box.put(f"/ip/payments/offline/{payment_id}", {"details": {"memo": "only this"}})
    assert answer.status_code == 422
    assert set(answer.json()["data"]) == {"lineItems", "currency", "customerId"}


def test_a_refused_replacement_changes_nothing(box, box_invoices, payment_id):
    before = [box.data(f"/ip/payments/{payment_id}"), *(opened(box, row) for row in box_invoices)]
    assert (
        box.put(f"/ip/payments/offline/{payment_id}", offline(box_invoices, ["1", "-1"])).status_code == 422
    )
    assert [box.data(f"/ip/payments/{payment_id}"), *(opened(box, row) for row in box_invoices)] == before


def test_an_online_payment_cannot_be_replaced(box, box_invoices):
    online = box.control("POST", "pay-online", {"invoiceId": box_invoices[0]["id"]})
    answer = box.put(f"/ip/payments/offline/{online['id']}", offline(box_invoices, ["1", "1"]))
    assert (answer.status_code, answer.json()["data"]["errMsg"]) == (
        400,
        "The payment operation is not allowed.",
    )


def test_deleting_gives_the_money_back_and_takes_the_receipts(box, box_invoices, payment_id):
    assert box.delete(f"/ip/payments/{payment_id}").json()["data"] == {"id": payment_id}
    assert box.get(f"/ip/payments/{payment_id}").status_code == 404
    assert [opened(box, row) for row in box_invoices] == [
        Decimal(r["openBalance"]["value"]) for r in box_invoices
    ]
    assert payment_id not in [row["paymentId"] for row in box.everything("/ip/receipts")]
    assert payment_id not in [row["paymentId"] for row in box.everything("/ip/receipt-lines")]


def test_deleting_a_refunded_payment_moves_no_balance(box, box_invoices, payment_id):
    box.put(f"/ip/payments/{payment_id}/processing-status", {"processingStatus": 4})
    before = [opened(box, row) for row in box_invoices]
    box.delete(f"/ip/payments/{payment_id}")
    assert [opened(box, row) for row in box_invoices] == before
