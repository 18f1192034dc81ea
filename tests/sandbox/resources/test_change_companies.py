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
    described = {"labelName": "Account tier", "isRequired": "0", "dataType": "3", "fieldType": 3}
    assert company["extraFields"] == [body["extraFields"][0] | described]
    assert box.data("/companies")[0]["companyId"] == 1001


def test_price_lists_are_named(box):
    box.put("/companies/1001", {"priceListAssign": [{"channelId": 604, "priceListId": 12}]})
    assert box.data("/companies/1001")["priceListAssign"] == [
        {
            "channelId": 604,
            "channelName": "Trade counter",
            "priceListId": 12,
            "priceListName": "Winter campaign",
        }
    ]


@pytest.mark.parametrize("lists", ["11", [11], [{"channelId": 1}], [{"channelId": 1, "priceListId": "x"}]])
def test_a_price_list_that_is_none_is_refused(box, lists):
    assert box.put("/companies/1001", {"priceListAssign": lists}).status_code == 422


@pytest.mark.parametrize(
    "more", [{"originChannelId": 9}, {"acceptCreationEmail": "yes"}, {"acceptWelcomeEmail": 1}]
)
def test_what_cannot_be_about_the_admin_is_refused(box, more):
    assert box.post("/companies", NEW | more).status_code == 422


def test_the_admins_phone_and_channel(box):
    more = {"adminPhoneNumber": "555-0142", "originChannelId": 604, "acceptCreationEmail": True}
    ids = box.post("/companies", NEW | more).json()["data"]
    admin = box.data(f"/users/customer/{ids['customerId']}")
    assert (admin["phoneNumber"], [each["channelId"] for each in admin["channelList"]]) == ("555-0142", [604])


def test_status(box):
    assert box.put("/companies/1001/status", {"companyStatus": "2"}).status_code == 200
    assert box.data("/companies/1001")["companyStatus"] == 2
    assert box.put("/companies/1001/status", {"companyStatus": 9}).status_code == 422
    assert 1001 in [row["companyId"] for row in box.data("/companies", companyStatus=2)]
