"""Every switch turned once (contract section 3; others are tested where their rule is)."""

import json
import time

import pytest

from tests.sandbox.conftest import offline
from tests.sandbox.test_create_invoice import NEW


def test_x03_errors_as_200(box):
    box.quirk(errors_as_200="on")
    answer = box.get("/ip/invoices/99999")
    assert (answer.status_code, answer.json()["code"]) == (200, 404)


def test_x06_multi_storefront_demands_a_known_channel(box):
    box.quirk(multi_storefront="on")
    assert box.post("/ip/invoices", NEW).json()["data"]["errMsg"] == "Store channels not exist"
    made = box.post("/ip/invoices", NEW | {"channelId": 604}).json()["data"]["id"]
    assert box.data(f"/ip/invoices/{made}")["channelName"] == "Trade counter"


def test_x07_channel_id_as_int(box):
    assert box.data("/ip/invoices/5")["channelId"] == box.data("/ip/payments/1")["channelId"] == "1"
    box.quirk(channel_id_as_int="on")
    assert box.data("/ip/invoices/5")["channelId"] == box.data("/ip/payments/1")["channelId"] == 1


def test_x08_order_data_as_array(box):
    number = box.data("/orders")[0]["bcOrderId"]
    plain = box.data(f"/orders/{number}")
    box.quirk(order_data_as_array="on")
    assert box.data(f"/orders/{number}") == [plain]
    assert isinstance(box.put(f"/orders/{number}", {"poNumber": "1"}).json()["data"], list)


def test_x14_money_shape(box):
    plain = box.data("/orders")[0]["money"]
    box.quirk(money_shape="array")
    assert box.data("/orders")[0]["money"] == [plain]
    box.quirk(money_shape="json")
    assert json.loads(box.data("/orders")[0]["money"])["decimal_places"] == plain["decimalPlaces"]


def test_x16_bc_order_id_as_str(box):
    box.quirk(bc_order_id_as_str="on")
    assert isinstance(box.data("/orders")[0]["bcOrderId"], str)


def test_x22_invoice_ts_as_str(box):
    plain = box.data("/ip/invoices/5")["createdAt"]
    box.quirk(invoice_ts_as_str="on")
    assert box.data("/ip/invoices/5")["createdAt"] == str(plain)


def test_x23_company_strings(box):
    plain = box.data("/companies/1001")
    box.quirk(company_strings="on")
    after = box.data("/companies/1001")
    assert (after["companyStatus"], after["createdAt"]) == (
        str(plain["companyStatus"]),
        str(plain["createdAt"]),
    )


def test_x26_receipt_external_blank(box):
    assert box.data("/ip/receipts/1")["externalCustomerId"] == ""
    box.quirk(receipt_external_blank="off")
    assert box.data("/ip/receipts/1")["externalCustomerId"] is None


def test_x31_online_status_locked(box, box_invoices):
    paid = box.control("POST", "pay-online", {"invoiceId": box_invoices[0]["id"]})
    box.quirk(online_status_locked="on")
    assert box.data(f"/ip/payments/{paid['id']}")["allowedStatuses"] == []
    address = f"/ip/payments/{paid['id']}/processing-status"
    assert box.put(address, {"processingStatus": 2}).status_code == 400


def test_x36_require_payer_customer_id(box, box_invoices):
    body = offline(box_invoices[:1], ["1"])
    paid = box.post("/ip/payments/offline", body).json()["data"]["paymentId"]
    box.quirk(require_payer_customer_id="on")
    answer = box.put(f"/ip/payments/offline/{paid}", body)
    assert answer.json()["data"] == {"payerCustomerId": ["This field is required."]}
    assert box.put(f"/ip/payments/offline/{paid}", body | {"payerCustomerId": "9"}).status_code == 200


def test_rule05_pending_payment(box, box_invoices):
    address = f"/ip/invoices/{box_invoices[0]['id']}"
    for _ in range(2):
        box.post("/ip/payments/offline", offline(box_invoices[:1], ["1"], processingStatus=1))
    told = {}
    for shape in ("both", "flag", "count"):
        box.quirk(pending_payment=shape)
        row = box.data(address)
        told[shape] = (row.get("isPendingPayment"), row.get("pendingPaymentCount"))
    assert told == {"both": (1, 2), "flag": (1, None), "count": (None, 2)}


def test_rule03_reject_overpayment(box, box_invoices):
    box.quirk(reject_overpayment="on")
    row = box_invoices[0]
    assert box.post("/ip/payments/offline", offline([row], ["99999999"])).status_code == 422
    assert box.post("/ip/payments/offline", offline([row], [row["openBalance"]["value"]])).status_code == 200


def test_rule18_block_delete_with_payments(box, box_invoices):
    box.post("/ip/payments/offline", offline(box_invoices[:1], ["1"]))
    box.quirk(block_delete_with_payments="on")
    assert box.delete(f"/ip/invoices/{box_invoices[0]['id']}").status_code == 400
    unpaid = box.post("/ip/invoices", NEW).json()["data"]["id"]
    assert box.delete(f"/ip/invoices/{unpaid}").status_code == 200


def test_rule29_refund_receipt_flip(box, box_invoices):
    box.quirk(refund_receipt="flip")
    paid = box.post("/ip/payments/offline", offline(box_invoices[:1], ["1"])).json()["data"]["paymentId"]
    box.put(f"/ip/payments/{paid}/processing-status", {"processingStatus": 4})
    receipts = [row for row in box.everything("/ip/receipts") if row["paymentId"] == paid]
    assert [row["transactionType"] for row in receipts] == ["Refund"]


def test_rule41_index_delay_hides_new_records_from_lists_alone(box, box_invoices):
    box.quirk(index_delay_s="20")
    paid = box.post("/ip/payments/offline", offline(box_invoices[:1], ["1"], externalId="slow")).json()[
        "data"
    ]
    query = {"searchBy": "externalId", "q": "slow"}
    assert box.data(f"/ip/payments/{paid['paymentId']}")["externalId"] == "slow"
    assert box.get("/ip/payments", **query).json()["meta"]["pagination"]["totalCount"] == 0
    box.control("PUT", "clock", {"advance": 21})
    assert len(box.data("/ip/payments", **query)) == 1


def test_the_clock_of_a_quirk_is_the_sandboxs(box):
    box.control("PUT", "clock", {"advance": -3600})
    assert abs(box.control("GET", "clock")["now"] - time.time() + 3600) < 5


@pytest.mark.parametrize("name", ["store_credit", "store_terms_days", "auto_invoice_online", "apply_on"])
def test_every_quirk_says_where_it_comes_from(box, name):
    assert box.control("GET", "quirks")[name]["source"].startswith(("X-", "rule "))
