"""POST /ip/payments/offline (contract Y8, rules 19-22)."""

from decimal import Decimal

import pytest

from tests.sandbox.conftest import offline


def opened(row):
    return Decimal(row["openBalance"]["value"])


def record(box, invoices, amounts, **more):
    answer = box.post("/ip/payments/offline", offline(invoices, amounts, **more))
    assert answer.status_code == 200, answer.text
    return box.data(f"/ip/payments/{answer.json()['data']['paymentId']}")


def test_it_works(box, box_invoices):
    payment = record(box, box_invoices, ["2.0000", "1"], externalId="change-17")
    assert payment["total"] == {"code": box_invoices[0]["openBalance"]["code"], "value": "3.0000"}
    assert (payment["processingStatus"], payment["appliedStatus"]) == (3, 1)
    assert payment["externalId"] == "change-17"
    assert payment["payerName"] == "Store offline payment"
    assert payment["payerCustomerId"] == box_invoices[0]["customerId"]
    assert payment["allowedStatuses"] == [1, 2, 3, 4]
    assert payment["allowedOperations"] == []
    assert payment["moduleData"]["transactions"] == [
        {"memo": "Cheque 5512", "type": "OfflineTransaction", "rawTransaction": None}
    ]


@pytest.mark.parametrize("status", [1, 2, 3])
def test_balances_fall_at_once(box, box_invoices, status):
    record(box, box_invoices, ["2", "1"], processingStatus=status)
    for before, paid in zip(box_invoices, (2, 1), strict=True):
        after = box.data(f"/ip/invoices/{before['id']}")
        assert opened(after) == opened(before) - paid
        assert after["status"] == 1
        assert after["isPendingPayment"] == int(status < 3)
        assert after["updatedAt"] > before["updatedAt"]


def test_created_as_refunded_changes_nothing(box, box_invoices):
    payment = record(box, box_invoices[:1], ["2"], processingStatus=4)
    assert payment["appliedStatus"] == 0
    assert opened(box.data(f"/ip/invoices/{box_invoices[0]['id']}")) == opened(box_invoices[0])


def test_paying_all_of_it_makes_it_paid(box, box_invoices):
    record(box, box_invoices[:1], [box_invoices[0]["openBalance"]["value"]])
    assert box.data(f"/ip/invoices/{box_invoices[0]['id']}")["status"] == 2


def test_paying_too_much_is_allowed_and_leaves_a_negative_balance(box, box_invoices):
    record(box, box_invoices[:1], [str(opened(box_invoices[0]) + 5)])
    after = box.data(f"/ip/invoices/{box_invoices[0]['id']}")
    assert (after["openBalance"]["value"], after["status"]) == ("-5.0000", 2)


def test_a_bare_number_is_an_amount_too(box, box_invoices):
    assert record(box, box_invoices[:1], [1.5])["total"]["value"] == "1.5000"


def refused(box, body):
    before = box.get("/ip/payments").json()["meta"]["pagination"]["totalCount"]
    answer = box.post("/ip/payments/offline", body)
    assert box.get("/ip/payments").json()["meta"]["pagination"]["totalCount"] == before
    return answer.status_code, answer.json()["data"]


def test_a_missing_field_is_named(box, box_invoices):
    for field in ("lineItems", "currency", "customerId"):
        body = offline(box_invoices, ["1", "1"])
        del body[field]
        assert refused(box, body) == (422, {field: ["This field is required."]})


def test_no_lines_is_a_missing_field(box, box_invoices):
    body = offline(box_invoices, ["1", "1"]) | {"lineItems": []}
    assert refused(box, body) == (422, {"lineItems": ["This field is required."]})


def test_a_memo_must_be_named(box, box_invoices):
    body = offline(box_invoices, ["1", "1"], details={})
    assert refused(box, body) == (422, {"details": {"memo": ["This field is required."]}})


def test_another_currency_is_refused(box, box_invoices):
    for currency in ("GBP", "XXZ", "usd", 7):
        body = offline(box_invoices, ["1", "1"], currency=currency)
        assert refused(box, body) == (422, {"errMsg": "Invalid currency code"}), currency


def test_a_bad_amount_is_refused(box, box_invoices):
    for amount in ("0", "-1", "1.00001", "ten", "", None, True, "NaN", "1e30"):
        assert refused(box, offline(box_invoices, ["1", amount]))[0] == 422, amount


def test_a_foreign_or_unknown_invoice_is_404(box, box_invoices):
    for customer, invoice_id in (("1001", 9999), ("1012", box_invoices[0]["id"])):
        body = offline([box_invoices[0] | {"id": invoice_id}], ["1"], customerId=customer)
        assert refused(box, body) == (404, {"errMsg": "Invoice does not exist"})


def test_a_bad_status_is_refused(box, box_invoices):
    for status in (0, 5, "done", None):
        assert refused(box, offline(box_invoices[:1], ["1"], processingStatus=status))[0] == 422, status


def test_it_is_not_idempotent(box, box_invoices):
    first, second = (record(box, box_invoices[:1], ["1"], externalId="same") for _ in range(2))
    assert first["id"] != second["id"]
    assert len(box.data("/ip/payments", searchBy="externalId", q="same")) == 2
