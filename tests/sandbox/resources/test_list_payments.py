"""GET /ip/payments and /ip/payments/{id} (contract Y1, Y2)."""

from decimal import Decimal


def test_it_works(box):
    answer = box.get("/ip/payments", limit=3).json()
    assert len(answer["data"]) == 3
    assert answer["meta"]["pagination"]["limit"] == 3


def test_lines_add_up_to_the_total(box):
    for row in box.everything("/ip/payments"):
        assert sum(Decimal(line["amount"]["value"]) for line in row["lineItems"]) == Decimal(
            row["total"]["value"]
        )


def test_every_processing_status_and_both_modules_occur(box):
    rows = box.everything("/ip/payments")
    assert {row["processingStatus"] for row in rows} == {0, 1, 2, 3, 4}
    assert {row["moduleName"] for row in rows} == {"payments_offline", "payments_bigcommerce_sales_order"}


def test_applied_means_awaiting_processing_or_completed(box):
    for row in box.everything("/ip/payments"):
        assert row["appliedStatus"] == int(row["processingStatus"] in (1, 2, 3))


def test_by_invoice_and_by_status(box):
    payment = box.data("/ip/payments", processingStatus=3)[0]
    invoice_id = payment["lineItems"][0]["invoiceId"]
    found = box.data("/ip/payments", invoiceId=invoice_id)
    assert payment["id"] in [row["id"] for row in found]
    assert all(invoice_id in [line["invoiceId"] for line in row["lineItems"]] for row in found)


def test_there_is_no_company_filter_but_a_keyword(box):
    total = box.get("/ip/payments").json()["meta"]["pagination"]["totalCount"]
    assert box.get("/ip/payments", customerId="1001").json()["meta"]["pagination"]["totalCount"] == total
    found = {row["customerId"] for row in box.everything("/ip/payments", q="1001", searchBy="customerId")}
    assert found == {"1001"}


def test_read_one(box):
    assert box.data("/ip/payments/2") in box.everything("/ip/payments")


def test_an_unknown_payment_is_404(box):
    answer = box.get("/ip/payments/9999")
    assert answer.status_code == 404
    assert answer.json()["data"] == {"errMsg": "Payment does not exist"}
