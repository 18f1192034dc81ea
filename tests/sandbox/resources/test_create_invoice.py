"""POST /ip/invoices (contract I3, rules 8-11)."""

import time

import pytest

NEW = {
    "invoiceNumber": "K-2207",
    "customerId": "1001",
    "originalBalance": {"code": "USD", "value": 118.4},
    "openBalance": {"code": "USD", "value": "100.05"},
}
ADDRESS = dict.fromkeys(
    ("city", "state", "country", "street1", "street2", "zipCode", "lastName", "firstName"), ""
)


def create(box, **more):
    answer = box.post("/ip/invoices", NEW | more)
    assert answer.status_code == 200, answer.text
    return box.data(f"/ip/invoices/{answer.json()['data']['id']}")


def refused(box, **more):
    answer = box.post("/ip/invoices", NEW | more)
    assert box.get("/ip/invoices").json()["meta"]["pagination"]["totalCount"] == 150
    return answer.status_code, answer.json()["data"]


def test_it_works(box):
    data = box.post("/ip/invoices", NEW).json()["data"]
    assert data["id"] == data["invoiceId"]
    invoice = box.data(f"/ip/invoices/{data['id']}")
    assert invoice["originalBalance"] == {"code": "USD", "value": "118.4000"}
    assert invoice["openBalance"] == {"code": "USD", "value": "100.0500"}
    assert (invoice["type"], invoice["status"], invoice["source"]) == ("Invoice", 0, 0)
    assert (invoice["details"], invoice["extraFields"]) == ({}, [])
    assert abs(invoice["createdAt"] - time.time()) < 5


def test_nothing_open_means_paid(box):
    for number, value in (("K-1", 0), ("K-2", -3)):
        assert (
            create(box, invoiceNumber=number, openBalance={"code": "USD", "value": value}, status=0)["status"]
            == 2
        )


def test_details_come_back_as_written(box):
    line = {"sku": "X-1", "quantity": "2", "unitPrice": {"code": "USD", "value": "9.5"}, "customFields": ""}
    details = {
        "header": {"billingAddress": ADDRESS},
        "details": {"lineItems": [line], "shipments": []},
        "own": 1,
    }
    assert create(box, details=details)["details"] == details


def test_issued_at_is_created_at(box):
    assert create(box, issuedAt=1_700_000_000)["createdAt"] == 1_700_000_000


def test_a_due_date_wins_over_terms(box):
    assert create(box, dueDate=1_800_000_000)["dueDate"] == 1_800_000_000


def test_a_due_date_too_large_to_store_is_the_largest(box):
    assert create(box, dueDate=10**40)["dueDate"] == 2**63 - 1


@pytest.mark.parametrize(("enabled", "days", "expected"), [(True, 45, 45), (True, 0, 0), (False, 45, 7)])
def test_without_due_date_the_terms_count(box, enabled, days, expected):
    box.quirk(store_terms_days="7")
    box.put("/companies/1001/payment-terms", {"isEnabled": enabled, "paymentTerms": days})
    assert abs(create(box)["dueDate"] - time.time() - expected * 86_400) < 5


@pytest.mark.parametrize("field", NEW)
def test_a_missing_field_is_named(box, field):
    assert refused(box, **{field: None}) == (422, {field: ["This field is required."]})


def test_the_number_must_be_new(box):
    number = box.data("/ip/invoices/4")["invoiceNumber"]
    assert refused(box, invoiceNumber=number) == (400, {"errMsg": "The invoice number already exists."})


def test_one_invoice_an_order(box):
    taken = next(row["orderNumber"] for row in box.everything("/ip/invoices") if row["orderNumber"])
    assert refused(box, orderNumber=taken) == (400, {"errMsg": "The invoice exists for this order"})


def test_an_external_id_may_repeat(box):
    create(box, externalId="E-1")
    create(box, externalId="E-1", invoiceNumber="K-2208")


def test_an_unknown_company_is_404(box):
    assert refused(box, customerId="5") == (404, {"errMsg": "Company does not exist"})


@pytest.mark.parametrize("value", ["much", None, [], True, 1e40])
def test_a_bad_amount_is_refused(box, value):
    expected = {"originalBalance": {"value": ["A valid number is required."]}}
    assert refused(box, originalBalance={"code": "USD", "value": value}) == (422, expected)


def test_a_bad_or_second_currency_is_refused(box):
    for code in ("USA", "EUR"):
        assert refused(box, openBalance={"code": code, "value": 1}) == (
            422,
            {"errMsg": "Invalid currency code"},
        )


def test_an_address_needs_every_key_and_names_them_in_snake_case(box):
    address = {name: "" for name in ADDRESS if name != "street2"}
    problem = {"details": {"header": {"billing_address": {"street_2": ["This field is required."]}}}}
    assert refused(box, details={"header": {"billingAddress": address}}) == (422, problem)


def test_a_line_needs_sku_quantity_and_price(box):
    lines = [{"sku": "X", "quantity": "1", "unitPrice": {"code": "USD", "value": "x"}}, {"comments": ""}]
    status, problem = refused(box, details={"details": {"lineItems": lines}})
    assert status == 422
    assert set(problem["details"]["details"]["line_items"]["1"]) == {"sku", "quantity", "unit_price"}


def test_an_unknown_channel_is_404_a_known_one_ignored(box):
    assert refused(box, channelId=9) == (404, {"errMsg": "Store channels not exist"})
    assert create(box, channelId=604)["channelId"] == "1"


def test_unknown_keys_are_ignored(box):
    assert "colour" not in create(box, colour="red")
