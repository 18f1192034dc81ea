"""GET and POST /ip/payments/{id}/operations, GET …/transactions (contract Y4, Y5, Y7, rule 25)."""

from decimal import Decimal

import pytest

from tests.sandbox.conftest import offline

NOT_ALLOWED = {
    "code": 400,
    "data": {"errMsg": "The payment operation is not allowed."},
    "meta": {"message": "Not Found Error"},
}


def opened(box, invoice):
    return Decimal(box.data(f"/ip/invoices/{invoice['id']}")["openBalance"]["value"])


def test_it_works(box):
    answer = box.get("/ip/payments/2/operations").json()
    assert answer["data"] == {"allowedOperations": [], "allowedStatuses": ["1", "2", "3", "4"]}
    assert answer["meta"] == {"message": "Success"}


@pytest.mark.parametrize("code", [0, 1, 2, 3, "0", "x", None])
def test_none_is_allowed_while_balances_follow_by_themselves(box, code):
    answer = box.post("/ip/payments/2/operations", {"operationCode": code})
    assert (answer.status_code, answer.json()) == (400, NOT_ALLOWED)


def test_a_missing_code_is_named(box):
    assert box.post("/ip/payments/2/operations", {}).status_code == 422


def test_apply_and_revert_by_hand_when_only_completed_payments_count(box, box_invoices):
    box.quirk(apply_on="completed")
    body = offline(box_invoices[:1], ["2"], processingStatus=1)
    payment_id = box.post("/ip/payments/offline", body).json()["data"]["paymentId"]
    before = opened(box, box_invoices[0])
    assert before == Decimal(box_invoices[0]["openBalance"]["value"])
    for code, applied in (("0", 1), (1, 0)):
        assert box.data(f"/ip/payments/{payment_id}/operations")["allowedOperations"] == [int(code)]
        assert box.post(f"/ip/payments/{payment_id}/operations", {"operationCode": code}).status_code == 200
        assert opened(box, box_invoices[0]) == before - 2 * applied


def test_completing_applies_when_only_completed_payments_count(box, box_invoices):
    box.quirk(apply_on="completed")
    body = offline(box_invoices[:1], ["2"], processingStatus=1)
    payment_id = box.post("/ip/payments/offline", body).json()["data"]["paymentId"]
    box.put(f"/ip/payments/{payment_id}/processing-status", {"processingStatus": 3})
    assert opened(box, box_invoices[0]) == Decimal(box_invoices[0]["openBalance"]["value"]) - 2
    assert box.data(f"/ip/payments/{payment_id}")["appliedStatus"] == 1


def test_online_payments_can_also_pull_from_the_order(box, box_invoices):
    box.quirk(apply_on="completed")
    paid = box.control("POST", "pay-online", {"invoiceId": box_invoices[0]["id"]})
    assert box.data(f"/ip/payments/{paid['id']}/operations")["allowedOperations"] == [1, 2]
    assert box.post(f"/ip/payments/{paid['id']}/operations", {"operationCode": 2}).status_code == 200


def test_transactions(box, box_invoices):
    paid = box.control("POST", "pay-online", {"invoiceId": box_invoices[0]["id"], "card": {"last4": "1881"}})
    (transaction,) = box.data(f"/ip/payments/{paid['id']}/transactions")
    assert transaction["type"] == "CreditCardTransaction"
    assert transaction["card"] == {"type": "Visa", "last4": "1881", "expiryYear": 2031, "expiryMonth": 11}
