"""PUT /ip/payments/{id}/processing-status (contract Y6, rule 23)."""

from decimal import Decimal

import pytest

from tests.sandbox.conftest import offline

NOT_ALLOWED = "The payment processing status is not allowed."


@pytest.fixture
def payment_id(box, box_invoices):
    body = offline(box_invoices[:1], ["3"], processingStatus=1)
    return box.post("/ip/payments/offline", body).json()["data"]["paymentId"]


def put(box, payment_id, status):
    return box.put(f"/ip/payments/{payment_id}/processing-status", {"processingStatus": status})


def opened(box, invoice):
    return Decimal(box.data(f"/ip/invoices/{invoice['id']}")["openBalance"]["value"])


def test_it_works(box, box_invoices, payment_id):
    after_paying = opened(box, box_invoices[0])
    for status in (2, 3):
        assert put(box, payment_id, status).json()["data"] == {"id": payment_id}
        assert box.data(f"/ip/payments/{payment_id}")["processingStatus"] == status
        assert opened(box, box_invoices[0]) == after_paying
    assert box.data(f"/ip/invoices/{box_invoices[0]['id']}")["isPendingPayment"] == 0


def test_refunding_gives_the_money_back(box, box_invoices, payment_id):
    put(box, payment_id, 4)
    assert opened(box, box_invoices[0]) == Decimal(box_invoices[0]["openBalance"]["value"])
    assert box.data(f"/ip/payments/{payment_id}")["appliedStatus"] == 0
    assert box.data(f"/ip/invoices/{box_invoices[0]['id']}")["status"] == 0


def test_back_from_refunded_applies_again(box, box_invoices, payment_id):
    before = opened(box, box_invoices[0])
    put(box, payment_id, 4)
    put(box, payment_id, 3)
    assert opened(box, box_invoices[0]) == before


def test_the_same_status_changes_nothing(box, payment_id):
    before = box.data(f"/ip/payments/{payment_id}")
    box.control("PUT", "clock", {"advance": 60})
    assert put(box, payment_id, 1).status_code == 200
    assert box.data(f"/ip/payments/{payment_id}") == before


def test_other_values_are_not_allowed(box, payment_id):
    body = {"code": 400, "data": {"errMsg": NOT_ALLOWED}, "meta": {"message": "Not Found Error"}}
    for status in (0, 5, -1, "x", None, True, 2.5):
        answer = put(box, payment_id, status)
        assert (answer.status_code, answer.json()) == (400, body), status


def test_a_missing_status_is_named(box, payment_id):
    answer = box.put(f"/ip/payments/{payment_id}/processing-status", {})
    assert answer.status_code == 422
    assert answer.json()["data"] == {"processingStatus": ["This field is required."]}


def test_an_unknown_payment_is_404(box):
    assert put(box, 9999, 3).status_code == 404
