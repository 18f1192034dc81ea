"""Receipts and their lines (contract R1-R7, rules 27-30)."""

from decimal import Decimal

import pytest

from tests.sandbox.conftest import offline


@pytest.fixture
def payment(box, box_invoices):
    body = offline(box_invoices, ["0.70", "0.50"], details={"memo": "Lockbox 9"}, payerName="Anna Berg")
    return box.data(f"/ip/payments/{box.post('/ip/payments/offline', body).json()['data']['paymentId']}")


def of(box, payment, path="/ip/receipts"):
    return [row for row in box.everything(path) if row["paymentId"] == payment["id"]]


def test_it_works(box, payment):
    (receipt,) = of(box, payment)
    assert receipt["createdAt"] == payment["createdAt"]
    assert receipt["total"] == payment["total"]
    assert (receipt["transactionType"], receipt["paymentType"]) == ("Paid", "Offline")
    assert receipt["referenceNumber"] == "Lockbox 9"
    assert receipt["details"] == {"paymentDetails": {"memo": "Lockbox 9"}}
    assert (receipt["externalId"], receipt["payerName"]) == ("", "Anna Berg")


def test_one_line_an_invoice(box, payment, box_invoices):
    (receipt,) = of(box, payment)
    lines = box.data(f"/ip/receipts/{receipt['id']}/lines")
    assert {line["invoiceId"] for line in lines} == {row["id"] for row in box_invoices}
    assert sum(Decimal(line["amount"]["value"]) for line in lines) == Decimal("1.20")
    assert {line["paymentStatus"] for line in lines} == {3}
    assert box.data(f"/ip/receipts/{receipt['id']}/lines/{lines[0]['id']}") == lines[0]


def test_newest_first_and_read_one(box, payment):
    newest = box.data("/ip/receipts")[0]
    assert newest["paymentId"] == payment["id"]
    assert box.data(f"/ip/receipts/{newest['id']}") == newest


def test_filter_by_status_and_keyword(box, payment):
    assert {
        line["paymentStatus"] for line in box.everything("/ip/receipt-lines", **{"paymentStatus[]": [1, 2]})
    } == {
        1,
        2,
    }
    assert [row["paymentId"] for row in box.data("/ip/receipts", q="anna", searchBy="payerName")] == [
        payment["id"]
    ]


def test_keyword_on_the_invoice_finds_more_than_asked(box):
    found = {line["invoiceId"] for line in box.everything("/ip/receipt-lines", q="1", searchBy="invoiceId")}
    assert len(found) > 1


def test_lines_follow_the_status_of_the_payment(box, payment):
    box.put(f"/ip/payments/{payment['id']}/processing-status", {"processingStatus": 2})
    assert {line["paymentStatus"] for line in of(box, payment, "/ip/receipt-lines")} == {2}


def test_a_refund_adds_a_second_receipt(box, payment):
    box.put(f"/ip/payments/{payment['id']}/processing-status", {"processingStatus": 4})
    receipts = of(box, payment)
    assert sorted(row["transactionType"] for row in receipts) == ["Paid", "Refund"]
    assert {row["total"]["value"] for row in receipts} == {"1.2000"}


def test_a_card_is_named(box, box_invoices):
    card = {"type": "Mastercard", "last4": "0071"}
    paid = box.control("POST", "pay-online", {"invoiceId": box_invoices[0]["id"], "card": card})
    (receipt,) = of(box, paid)
    assert receipt["paymentType"] == "Mastercard ending in 0071"
    assert receipt["referenceNumber"] == paid["moduleData"]["transactions"][0]["transactionId"]


def test_deleting_a_receipt_takes_its_lines_but_moves_no_balance(box, payment, box_invoices):
    before = box.data(f"/ip/invoices/{box_invoices[0]['id']}")
    (receipt,) = of(box, payment)
    assert box.delete(f"/ip/receipts/{receipt['id']}").json()["data"] == {"id": receipt["id"]}
    assert of(box, payment, "/ip/receipt-lines") == []
    assert box.data(f"/ip/invoices/{box_invoices[0]['id']}") == before


def test_deleting_a_line_leaves_the_receipt(box, payment):
    (receipt,) = of(box, payment)
    lines = box.data(f"/ip/receipts/{receipt['id']}/lines")
    address = f"/ip/receipts/{receipt['id']}/lines/{lines[0]['id']}"
    assert box.delete(address).json()["data"] == {"id": lines[0]["id"]}
    assert box.get(address).status_code == 404
    assert box.data(f"/ip/receipts/{receipt['id']}")["total"] == receipt["total"]


def test_there_is_no_way_to_create_one(box):
    assert box.post("/ip/receipts", {}).status_code == 405


@pytest.mark.parametrize(
    "path", ["/ip/receipts/99999", "/ip/receipts/99999/lines", "/ip/receipts/1/lines/99999"]
)
def test_an_unknown_one_is_404(box, path):
    answer = box.get(path)
    assert (answer.status_code, answer.json()["data"]) == (404, {"errMsg": "Receipt does not exist"})


def test_the_linked_scenario_of_one_offline_payment(box, box_invoices):
    """Payment, receipt and receipt line of one recording agree in everything (contract 5.3, our own figures)."""
    more = {"details": {"memo": "q"}, "payerName": "Till 4", "externalId": "T-91"}
    paid = box.post("/ip/payments/offline", offline(box_invoices[:1], ["3.1400"], **more)).json()["data"][
        "paymentId"
    ]
    payment = box.data(f"/ip/payments/{paid}")
    (receipt,) = of(box, payment)
    (line,) = box.data(f"/ip/receipts/{receipt['id']}/lines")
    assert payment["total"] == receipt["total"] == line["amount"] == payment["lineItems"][0]["amount"]
    assert payment["createdAt"] == receipt["createdAt"] == line["createdAt"]
    assert (
        line["invoiceNumber"] == payment["lineItems"][0]["invoiceNumber"] == box_invoices[0]["invoiceNumber"]
    )
    assert {each["externalId"] for each in (payment, receipt, line)} == {"T-91"}
    assert {each["customerId"] for each in (payment, receipt, line)} == {box_invoices[0]["customerId"]}
