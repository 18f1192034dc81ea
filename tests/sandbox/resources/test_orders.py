"""Orders (contract O1-O7, rules 32-34)."""

import pytest

YEAR = 365 * 86_400


def place(box, *, wait=15, **body):
    placed = box.control("POST", "place-order", {"companyId": 1001} | body)
    box.control("PUT", "clock", {"advance": wait})
    return placed["bcOrderId"]


def test_it_works(box):
    number = place(box)
    newest = box.data("/orders")[0]
    assert newest["bcOrderId"] == str(number)
    assert isinstance(newest["totalIncTax"], float)
    assert newest["money"]["decimalPlaces"] == 2
    assert newest["items"] == 3
    extra = {"extraInt1", "extraInfo", "extraFields"}
    assert not newest.keys() & extra
    assert box.data("/orders", showExtra="true")[0].keys() >= extra


def test_only_the_last_year_unless_a_date_is_asked(box):
    everything = box.everything("/orders", minCreated=0)
    year_ago = box.control("GET", "clock")["now"] - YEAR
    recent = [row["id"] for row in everything if row["createdAt"] >= year_ago or row["updatedAt"] >= year_ago]
    assert 0 < len(recent) < len(everything)
    assert sorted(row["id"] for row in box.everything("/orders")) == sorted(recent)


def test_guest_orders_are_listed_without_company(box):
    assert any(row["companyId"] is None for row in box.everything("/orders"))


def test_filter_by_company_number_and_date(box):
    number = place(box)
    assert {row["companyId"] for row in box.everything("/orders", companyId=1001)} == {1001}
    assert [row["bcOrderId"] for row in box.data("/orders", bcOrderId=number)] == [str(number)]
    now = int(box.control("GET", "clock")["now"])
    assert [row["bcOrderId"] for row in box.data("/orders", minModified=now - 60)] == [str(number)]


def test_more_than_200_is_413(box):
    assert box.get("/orders", limit=200).status_code == 200
    assert box.get("/orders", limit=201).status_code == 413


def test_an_unknown_order_is_404_in_its_own_words(box):
    assert box.get("/orders/99999").json() == {
        "code": 404,
        "data": {},
        "meta": {"message": "Order Does Not Exist."},
    }
    assert box.get("/orders/99999/products").json()["meta"]["message"] == "The order does not exist."
    assert box.put("/orders/99999", {"poNumber": "1"}).json()["meta"]["message"] == "Not Found Error"


def test_the_b2b_id_is_no_bigcommerce_id(box):
    order = box.data("/orders")[0]
    assert box.get(f"/orders/{order['id']}").status_code == 404


def test_products_have_no_prices(box):
    product = box.data(f"/orders/{place(box)}/products")[0]
    assert (product["variantSku"], product["quantity"]) == ("GLV-NTR-01", 1)
    (option,) = product["options"]
    assert (option["displayName"], option["displayValue"]) == ("Size", "S")
    assert not [key for key in product if "rice" in key]


def test_a_record_can_be_made_within_ten_seconds(box):
    number = place(box, wait=0)
    assert box.get(f"/orders/{number}").status_code == 404
    body = {"bcOrderId": number, "customerId": 301, "poNumber": "PO-77"}
    made = box.post("/orders", body).json()["data"]
    assert (made["bcOrderId"], made["poNumber"], made["companyId"]) == (number, "PO-77", 1001)
    assert box.post("/orders", body).json()["meta"]["message"] == "The order already exists."


@pytest.mark.parametrize("wait", [10, 60])
def test_after_ten_seconds_the_record_is_there_by_itself(box, wait):
    number = place(box, wait=wait)
    assert box.get(f"/orders/{number}").status_code == 200
    assert box.post("/orders", {"bcOrderId": number, "customerId": 301}).status_code == 400


def test_update(box):
    number = place(box)
    fields = [{"fieldName": "Project", "fieldValue": "Harbour"}]
    after = box.put(f"/orders/{number}", {"poNumber": "PO-9", "extraFields": fields, "status": 3}).json()[
        "data"
    ]
    assert (after["poNumber"], after["extraFields"], after["statusCode"]) == ("PO-9", fields, 11)


def test_an_update_needs_one_of_two_fields(box):
    assert box.put(f"/orders/{place(box)}", {"status": 3}).status_code == 422


def test_required_extra_fields_are_demanded(box):
    box.quirk(required_order_fields="on")
    answer = box.put(f"/orders/{place(box)}", {"poNumber": "1"})
    assert answer.status_code == 422
    assert answer.json()["data"]["errMsg"] == "[Project] is a required extra field"


def test_orders_without_company_can_be_assigned(box):
    number = place(box, companyId=None, wait=0)
    box.post("/orders", {"bcOrderId": number, "customerId": 99999})
    assert box.put("/customers/99999/orders/b2b").status_code == 404
    customer = box.data("/users/7001")["customerId"]
    loose = [row for row in box.everything("/orders", minCreated=0) if row["companyId"] is None]
    total = box.put(f"/customers/{customer}/orders/b2b").json()["data"]["total"]
    left = [row for row in box.everything("/orders", minCreated=0) if row["companyId"] is None]
    assert len(loose) - len(left) == total


def test_orders_can_go_to_the_company_of_a_group(box):
    place(box)
    group = box.data("/companies/1002")["bcGroupId"]
    total = box.put("/customers/301/orders/company", {"bcGroupId": group}).json()["data"]["total"]
    assert total >= 1
    assert box.put("/customers/301/orders/company", {}).status_code == 422
    assert box.put("/customers/301/orders/company", {"bcGroupId": 1}).status_code == 404
