"""Users (contract U1-U5)."""

import pytest

from tests.sandbox.operations import BODIES

NEW = BODIES["user"]


def test_it_works(box):
    answer = box.get("/users", companyId=1001).json()
    assert answer["meta"]["message"] == "Success"
    assert {row["companyId"] for row in answer["data"]} == {1001}
    assert "extraFields" not in answer["data"][0]


def test_from_a_customer_to_the_company(box):
    user = box.data("/users/customer/301")
    assert (user["id"], user["companyId"], user["extraFields"]) == (7001, 1001, [])
    assert box.data("/users/7001") == user


def test_filters(box):
    user = box.data("/users/7001")
    assert [row["id"] for row in box.data("/users", email=user["email"])] == [7001]
    assert {row["role"] for row in box.data("/users", roles="1,2", limit=100)} == {1, 2}
    assert {row["companyId"] for row in box.data("/users", q="northgate ind")} == {1001}
    assert box.data("/users", channelId=604) == []


def test_a_bad_role_is_refused_unlike_other_bad_filters(box):
    answer = box.get("/users", roles=["0", "12"])
    assert answer.status_code == 422
    assert answer.json()["data"] == {"errMsg": {"roles": {"1": ['"12" is not a valid choice.']}}}


def test_unknown_users_are_404(box):
    for path in ("/users/1", "/users/customer/1"):
        assert box.get(path).json()["data"] == {"errMsg": "User matching query does not exist."}


def test_create(box):
    ids = box.post("/users", NEW).json()["data"]
    user = box.data(f"/users/{ids['userId']}")
    assert (user["email"], user["role"], user["customerId"]) == (NEW["email"], 1, ids["bcId"])


def test_create_with_a_company_role(box):
    body = {name: value for name, value in NEW.items() if name != "role"} | {"companyRoleId": 3}
    ids = box.post("/users", body).json()["data"]
    assert box.data(f"/users/{ids['userId']}")["role"] == 2


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"firstName": None}, {"firstName": ["This field may not be null"]}),
        ({"role": None}, {"non_field_errors": ["User must have a role."]}),
        ({"role": 5}, {"role": ['"5" is not a valid choice.']}),
        ({"companyId": 3}, {"companyId": ["Company does not exist"]}),
        ({"channelIds": []}, "At least one B2B storefront needs to be enabled for a Company user."),
    ],
)
def test_a_bad_user_is_refused(box, change, words):
    answer = box.post("/users", NEW | change)
    assert (answer.status_code, answer.json()["data"]["errMsg"]) == (422, words)


def test_an_email_is_used_once(box):
    box.post("/users", NEW)
    assert "email" in box.post("/users", NEW).json()["data"]["errMsg"]
