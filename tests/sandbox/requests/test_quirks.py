"""Every switch turned once (contract section 3; others are tested where their rule is)."""

import json
import time

from tests.sandbox.conftest import offline
from tests.sandbox.operations import BODIES
from tests.sandbox.resources.test_create_invoice import NEW


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


def test_x15_options_as_json(box):
    number = next(row["bcOrderId"] for row in box.everything("/orders") if row["items"])
    plain = box.data(f"/orders/{number}/products")[0]
    box.quirk(options_as_json="on")
    product = box.data(f"/orders/{number}/products")[0]
    (option,) = json.loads(product["options"])
    assert option["display_value"] == plain["options"][0]["displayValue"]
    assert product["variantSKU"] == plain["variantSku"]


def test_x16_bc_order_id_as_str(box):
    number = box.data("/orders")[0]["bcOrderId"]
    assert box.data(f"/orders/{number}")["bcOrderId"] == int(number)
    box.quirk(bc_order_id_as_str="on")
    assert box.data(f"/orders/{number}")["bcOrderId"] == number == box.data("/orders")[0]["bcOrderId"]
    box.quirk(bc_order_id_as_str="off")
    assert box.data("/orders")[0]["bcOrderId"] == int(number)


def test_x21_extra_info(box):
    number = box.data("/orders", companyId=1001, minCreated=1, orderBy="ASC")[0]["bcOrderId"]
    addresses = {"billingAddressId": 10011, "shippingAddressId": 10012}
    assert box.data(f"/orders/{number}")["extraInfo"] == addresses
    box.quirk(extra_info="array")
    assert box.data(f"/orders/{number}")["extraInfo"] == [addresses]


def test_lists_of_orders_have_extras_when_asked(box):
    extras = {"extraInfo", "extraFields"}
    assert not box.data("/orders")[0].keys() & extras
    assert box.data("/orders", showExtra="true")[0].keys() >= extras
    box.quirk(order_extras="always")
    assert box.data("/orders")[0].keys() >= extras


def test_order_number_as_int(box):
    row = next(row for row in box.data("/ip/invoices") if row["orderNumber"])
    assert isinstance(row["orderNumber"], int)
    box.quirk(order_number_as_int="off")
    assert box.data(f"/ip/invoices/{row['id']}")["orderNumber"] == str(row["orderNumber"])


def test_an_order_number_that_is_none_stays_text(box):
    made = box.post("/ip/invoices", NEW | {"orderNumber": "0077"}).json()["data"]["id"]
    assert box.data(f"/ip/invoices/{made}")["orderNumber"] == "0077"


def test_empty_as_null(box):
    made = box.post("/ip/invoices", NEW).json()["data"]["id"]
    names = ("externalId", "externalCustomerId", "purchaseOrderNumber", "orderNumber")
    invoice = box.data(f"/ip/invoices/{made}")
    assert [invoice[name] for name in names] == [None] * 4
    box.quirk(empty_as_null="off")
    invoice = box.data(f"/ip/invoices/{made}")
    assert [invoice[name] for name in names] == [""] * 4


def invoiced(box):
    """The details of an invoice made from a new order."""
    placed = box.control("POST", "place-order", {"companyId": 1001, "freight": "12.5"})
    box.control("PUT", "clock", {"advance": 15})
    order = box.data(f"/orders/{placed['bcOrderId']}")
    made = box.post(f"/ip/orders/{order['id']}/invoices").json()["data"]["invoiceId"]
    return box.data(f"/ip/invoices/{made}")["details"]


def test_cost_line_amounts(box):
    costs = invoiced(box)["header"]["costLines"]
    assert [type(cost["amount"]["value"]) for cost in costs] == [str, float, str]
    assert costs[1]["amount"]["value"] == 12.5
    box.quirk(cost_line_amounts="text")
    assert invoiced(box)["header"]["costLines"][1]["amount"]["value"] == "12.5000"


def test_details_type(box):
    assert "type" not in invoiced(box)
    box.quirk(details_type="on")
    assert invoiced(box)["type"] == "StandardInvoiceDetails"


def test_undocumented_fields(box):
    invoice = box.data("/ip/invoices/5")
    company = box.data(f"/companies/{invoice['customerId']}")
    assert (invoice["bcId"], invoice["bcGroupName"]) == (company["bcGroupId"], company["bcGroupName"])
    assert (invoice["storeHash"], invoice["notAllowedPay"], invoice["externalPdfUrl"]) == ("sandbox", 0, None)
    assert isinstance(invoiced(box)["details"]["lineItems"][0]["productId"], int)
    box.quirk(undocumented_fields="off")
    assert "bcId" not in box.data("/ip/invoices/5")
    assert "productId" not in invoiced(box)["details"]["lineItems"][0]


def test_unknown_route(box):
    answer = box.get("/ip/no-such-thing")
    assert (answer.status_code, answer.json()) == (404, {"code": 404, "message": "Not Found"})
    box.quirk(unknown_route="enveloped")
    assert box.get("/ip/no-such-thing").json()["meta"]["message"] == "This resource is not found."


def test_group_approves(box):
    def status_of_new(**more):
        number = len(box.everything("/companies"))
        body = BODIES["company"] | {"companyName": f"No {number}", "adminEmail": f"{number}@example.com"}
        made = box.post("/companies", body | more).json()["data"]["companyId"]
        return box.data(f"/companies/{made}")["companyStatus"]

    assert (status_of_new(), status_of_new(customerGroupId=3)) == (0, 1)
    box.quirk(group_approves="off")
    assert status_of_new(customerGroupId=3) == 0


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


def test_every_quirk_says_where_it_comes_from(box):
    sources = [quirk["source"] for quirk in box.control("GET", "quirks").values()]
    assert all(source.startswith(("X-", "rule ", "seen live")) for source in sources)
