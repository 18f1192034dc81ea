"""PUT and DELETE /ip/invoices/{id} (contract I4, I5, rules 4, 7, 17, 18)."""

import pytest

from tests.sandbox.conftest import offline


def put(box, invoice_id, **body):
    return box.put(f"/ip/invoices/{invoice_id}", body)


def changed(box, invoice_id, **body):
    answer = put(box, invoice_id, **body)
    assert answer.json() == {"code": 200, "data": {"id": invoice_id}, "meta": {"message": "SUCCESS"}}
    return box.data(f"/ip/invoices/{invoice_id}")


def test_it_works(box, box_invoices):
    before = box_invoices[0]
    after = changed(box, before["id"], purchaseOrderNumber="PO-1", dueDate=1_900_000_000, externalId="E-5")
    assert (after["purchaseOrderNumber"], after["dueDate"], after["externalId"]) == (
        "PO-1",
        1_900_000_000,
        "E-5",
    )
    assert after["openBalance"] == before["openBalance"]
    assert after["updatedAt"] > before["updatedAt"]


def test_details_are_replaced_whole(box):
    assert changed(box, 5, details={"header": {}})["details"] == {"header": {}}


def test_the_status_may_contradict_the_balance(box, box_invoices):
    assert changed(box, box_invoices[0]["id"], status=2)["status"] == 2


def test_writing_nothing_open_makes_it_paid(box, box_invoices):
    row = box_invoices[0]
    zero = {"code": row["openBalance"]["code"], "value": "0"}
    assert changed(box, row["id"], openBalance=zero, status=0)["status"] == 2


def test_open_may_be_above_original(box, box_invoices):
    row = box_invoices[0]
    high = {"code": row["openBalance"]["code"], "value": "99999999.9"}
    after = changed(box, row["id"], openBalance=high)
    assert (after["openBalance"]["value"], after["status"]) == ("99999999.9000", 0)


def test_extra_fields_are_merged_by_name(box):
    changed(
        box, 5, extraFields=[{"fieldName": "A", "fieldValue": "1"}, {"fieldName": "B", "fieldValue": "2"}]
    )
    after = changed(box, 5, extraFields=[{"fieldName": "B", "fieldValue": "3"}])
    assert after["extraFields"] == [
        {"fieldName": "A", "fieldValue": "1"},
        {"fieldName": "B", "fieldValue": "3"},
    ]


def test_the_external_pdf_can_be_cleared(box):
    changed(box, 5, externalPdfUrl="https://erp.example/5.pdf")
    assert box.data("/ip/invoices/5/download-pdf")["externalPdfUrl"] == "https://erp.example/5.pdf"
    changed(box, 5, externalPdfUrl="")
    assert box.data("/ip/invoices/5/download-pdf")["externalPdfUrl"] == ""


@pytest.mark.parametrize(
    "body",
    [{"dueDate": "soon"}, {"status": 3}, {"openBalance": {"value": "x"}}, {"source": 2}, {"openBalance": 5}],
)
def test_a_bad_number_answers_with_the_id_and_a_list(box, body):
    answer = put(box, 5, **body)
    meta = {"message": "Bad Requests Error", "errors": "Please enter a valid number; "}
    assert answer.status_code == 400
    assert answer.json() == {"code": 400, "data": {"id": 5}, "meta": meta}


def test_the_number_must_stay_unique(box):
    taken = box.data("/ip/invoices/4")["invoiceNumber"]
    assert put(box, 5, invoiceNumber=taken).json()["meta"]["errors"] == "The invoice number already exists.; "
    assert put(box, 4, invoiceNumber=taken).status_code == 200


def test_one_balance_cannot_change_the_currency(box):
    assert put(box, 5, openBalance={"code": "GBP", "value": "1"}).status_code == 400
    both = {name: {"code": "GBP", "value": "1"} for name in ("openBalance", "originalBalance")}
    assert changed(box, 5, **both)["openBalance"]["code"] == "GBP"


def test_unknown_invoice_or_company_is_404(box):
    assert put(box, 99999, status=1).json()["data"]["errMsg"] == "Invoice does not exist"
    assert put(box, 5, customerId="8").json()["data"]["errMsg"] == "Company does not exist"


def test_delete(box):
    assert box.delete("/ip/invoices/5").json()["data"] == {"id": 5}
    assert box.get("/ip/invoices/5").status_code == 404
    assert box.delete("/ip/invoices/5").status_code == 404


def test_payments_and_receipts_remember_a_deleted_invoice(box, box_invoices):
    row = box_invoices[0]
    paid = box.post("/ip/payments/offline", offline([row], ["1"])).json()["data"]["paymentId"]
    box.delete(f"/ip/invoices/{row['id']}")
    assert box.data(f"/ip/payments/{paid}")["lineItems"][0]["invoiceNumber"] == row["invoiceNumber"]
    lines = box.data("/ip/receipt-lines", searchBy="invoiceId", q=row["id"])
    assert row["invoiceNumber"] in [line["invoiceNumber"] for line in lines]


def test_deleting_frees_number_and_order(box):
    row = next(row for row in box.everything("/ip/invoices") if row["orderNumber"])
    box.delete(f"/ip/invoices/{row['id']}")
    assert box.data(f"/orders/{row['orderNumber']}")["invoiceId"] is None
    order_id = box.data(f"/orders/{row['orderNumber']}")["id"]
    assert box.post(f"/ip/orders/{order_id}/invoices").status_code == 200
