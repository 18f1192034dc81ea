"""Creating and changing companies (contract C3, C4, C6)."""

import pytest

from tests.sandbox.operations import BODIES

NEW = BODIES["company"]


def test_it_works(box):
    ids = box.post("/companies", NEW).json()["data"]
    company = box.data(f"/companies/{ids['companyId']}")
    assert (company["companyName"], company["companyStatus"]) == ("Larkspur Dairy", 0)
    admin = box.data(f"/users/customer/{ids['customerId']}")
    assert (admin["email"], admin["role"], admin["companyId"]) == (
        "ida@larkspur.example",
        0,
        ids["companyId"],
    )
    assert all(row["isEnabled"] for row in box.data(f"/companies/{ids['companyId']}/payments"))


@pytest.mark.parametrize("field", NEW)
def test_a_missing_field_is_a_sentence(box, field):
    answer = box.post("/companies", {name: value for name, value in NEW.items() if name != field})
    assert answer.status_code == 422
    assert answer.json()["data"] == {}
    assert answer.json()["meta"]["message"].endswith(" is required.")


def test_the_same_name_again_is_refused(box):
    answer = box.post("/companies", NEW | {"companyName": "Northgate Industrial Supply"})
    assert answer.json()["meta"]["message"] == "Create BigCommerce customer group failed"


def test_the_admin_must_be_new(box):
    email = box.data("/users/7001")["email"]
    assert box.post("/companies", NEW | {"adminEmail": email}).status_code == 422
    assert box.data("/companies", q="Larkspur") == []


def test_update(box):
    body = {"city": "Dayton", "extraFields": [{"fieldName": "Account tier", "fieldValue": "Gold"}]}
    assert box.put("/companies/1001", body).json()["data"] == {"companyId": 1001}
    company = box.data("/companies/1001")
    assert (company["city"], company["companyName"]) == ("Dayton", "Northgate Industrial Supply")
    assert company["extraFields"] == body["extraFields"]
    assert box.data("/companies")[0]["companyId"] == 1001


def test_status(box):
    assert box.put("/companies/1001/status", {"companyStatus": "2"}).status_code == 200
    assert box.data("/companies/1001")["companyStatus"] == 2
    assert box.put("/companies/1001/status", {"companyStatus": 9}).status_code == 422
    assert 1001 in [row["companyId"] for row in box.data("/companies", companyStatus=2)]
