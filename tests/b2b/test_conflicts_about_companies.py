"""Where the sources disagree about companies, methods, users and channels: one test a row of section 3.

Not here, because the client does not make the calls: X-56 (attachments), X-57 (bulk updates).
"""

from datetime import UTC, datetime
from typing import Any

import pytest

from arportal.b2b import (
    Client,
    Company,
    CompanyMethod,
    CompanyStatus,
    ExtraField,
    ExtraFieldType,
    Forbidden,
    InvalidRequest,
    NotFound,
    Refused,
    UserRole,
)
from tests.b2b import samples
from tests.b2b.samples import RAW, TIDY
from tests.b2b.server import STORE_HASH, TOKEN, Answer, ApiServer, enveloped

NEW = {"name": "Okafor", "email": "i@example.com", "phone": "1", "country": "Netherlands"}
ADMIN = {"admin_first_name": "Ines", "admin_last_name": "Okafor", "admin_email": "i@example.com"}


def test_x10_a_new_company_answers_three_ids(api_server: ApiServer, api_client: Client) -> None:
    api_server.data({"companyId": 31, "customerId": 77, "customerGroupId": 5})
    new = api_client.companies.create(**ADMIN, **NEW)  # type: ignore[arg-type]
    assert (new.company_id, new.customer_id, new.group_id) == (31, 77, 5)
    assert api_server.requests[0].json["adminEmail"] == "i@example.com"


def test_a_company_without_an_address_to_write_to_is_not_sent(api_client: Client) -> None:
    with pytest.raises(InvalidRequest, match="email"):
        api_client.companies.create(**ADMIN, name="Okafor", phone="1", country="Netherlands")


def test_x23_numbers_of_a_company_as_text() -> None:
    raw, tidy = Company.parse(samples.company(RAW)), Company.parse(samples.company(TIDY, companyId="31"))
    assert raw.status is tidy.status is CompanyStatus.APPROVED
    assert raw.company_id == tidy.company_id
    assert raw.updated_at == tidy.updated_at == datetime(2025, 7, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize("kind", [{"fieldType": 3}, {"dataType": "3"}, {"fieldType": 3, "dataType": "3"}])
def test_the_type_of_an_extra_field_under_either_name(kind: dict[str, Any]) -> None:
    field = {"fieldName": "tier", "fieldValue": "Gold", "isRequired": "1", **kind}
    (value,) = Company.parse(samples.company(extraFields=[field])).extra_field_values
    assert (value.type, value.is_required, value.label) == (ExtraFieldType.DROPDOWN, True, "")


def test_companies_without_the_extra_field_asked_for_are_dropped(
    api_server: ApiServer, api_client: Client
) -> None:
    gold = {"extraFields": [{"fieldName": "tier", "fieldValue": "Gold"}]}
    api_server.data([samples.company(companyId=1), samples.company(companyId=2, **gold)])
    found = api_client.companies.list(extra_fields={"tier": "gold"}, extra_field_filter_type="search")
    assert [company.company_id for company in found] == [2]
    assert api_server.requests[0].query["isIncludeExtraFields"] == ["1"]


def test_x24_a_company_without_an_address() -> None:
    assert (Company.parse(samples.company(TIDY)).city, Company.parse(samples.company(RAW)).city) == (
        "",
        "Rotterdam",
    )


@pytest.mark.parametrize(("value", "read"), [(5, 5), ("5", 5), (None, None), ("", None)])
def test_x25_a_group_id_in_any_dress(value: Any, read: int | None) -> None:
    assert Company.parse(samples.company(bcGroupId=value)).group_id == read


def test_x37_roles_are_sent_by_repeating_the_name(api_server: ApiServer, api_client: Client) -> None:
    api_server.data([])
    list(api_client.users.list(roles=[UserRole.ADMIN, UserRole.JUNIOR_BUYER], include_extra_fields=True))
    query = api_server.requests[0].query
    assert (query["roles"], query["isIncludeExtraFields"]) == (["0", "2"], ["1"])


def test_x43_both_headers_go_with_every_call(api_server: ApiServer, api_client: Client) -> None:
    api_server.data({"companyId": 31})
    api_client.companies.set_status(31, CompanyStatus.INACTIVE)
    (request,) = api_server.requests
    assert (request.headers["X-Auth-Token"], request.headers["X-Store-Hash"]) == (TOKEN, STORE_HASH)
    assert "authToken" not in request.headers


def test_x45_the_catalogue_and_the_active_methods_are_two_lists(
    api_server: ApiServer, api_client: Client
) -> None:
    api_server.data([{"id": 4, "paymentCode": "cheque", "paymentTitle": "Check"}])
    assert [method.code for method in api_client.methods.list()] == ["cheque"]
    api_server.data(
        [{"companyId": 31, "paymentId": 4, "paymentMethodCode": "cheque", "paymentMethodTitle": "Check"}]
    )
    assert [method.code for method in api_client.methods.list_enabled(company_id=31)] == ["cheque"]
    assert [request.path for request in api_server.requests] == ["/payments", "/company-payment-methods"]


@pytest.mark.parametrize("name", ["code", "paymentCode"])
def test_x46_a_companys_method_code_under_either_name(name: str) -> None:
    raw = {"paymentId": "4", name: "cheque", "paymentTitle": "Check", "isEnabled": "1"}
    assert CompanyMethod.parse(raw) == CompanyMethod(4, "cheque", "Check", is_enabled=True)


def test_switching_methods_sends_those_named(api_server: ApiServer, api_client: Client) -> None:
    api_server.data([])
    api_client.methods.update_of_company(31, {"cheque": True, "cod": False})
    switched = [{"code": "cheque", "isEnabled": True}, {"code": "cod", "isEnabled": False}]
    assert api_server.requests[0].json == {"payments": switched}
    with pytest.raises(InvalidRequest):
        api_client.methods.update_of_company(31, {})


NO_STOREFRONTS = [
    Answer(403, {"code": 403, "message": "Multi storefront is off here"}),
    Answer(422, enveloped({"errMsg": "Multi storefront is off here"}, code=422)),
]


@pytest.mark.parametrize("answer", NO_STOREFRONTS)
def test_x47_one_storefront_means_no_channels(
    api_server: ApiServer, api_client: Client, answer: Answer
) -> None:
    api_server.answer(answer)
    assert api_client.channels.list() == ()
    with pytest.raises((Forbidden, Refused)):
        api_client.channels.get(1)


def test_x47_a_wrong_token_is_still_an_error(api_server: ApiServer, api_client: Client) -> None:
    api_server.answer(Answer(403, enveloped({"errMsg": "Wrong token"}, code=403)))
    with pytest.raises(Forbidden):
        api_client.channels.list()


@pytest.mark.parametrize("role", [{"role": UserRole.ADMIN}, {"company_role_id": 4}])
def test_x48_a_user_has_a_role_of_either_kind(api_server: ApiServer, api_client: Client, role: Any) -> None:
    api_server.data({"userId": 9, "bcId": 77})
    new = api_client.users.create(company_id=31, first_name="I", last_name="O", email="i@example.com", **role)
    assert (new.user_id, new.customer_id) == (9, 77)
    assert len(api_server.requests[0].json) == 5


def test_x48_a_user_without_a_role_is_not_sent(api_client: Client) -> None:
    with pytest.raises(InvalidRequest, match="needs a role"):
        api_client.users.create(company_id=31, first_name="I", last_name="O", email="i@example.com")


def test_x49_companies_are_sorted_by_what_we_say(api_server: ApiServer, api_client: Client) -> None:
    api_server.data([])
    list(api_client.companies.list(q="Oka", bc_order_id=9077))
    query = api_server.requests[0].query
    assert (query["sortBy"], query["orderBy"], query["bcOrderId"]) == (["updatedAt"], ["DESC"], ["9077"])


@pytest.mark.parametrize(
    "changes",
    [{"uuid": 44}, {"listOfValue": None, "listOfValues": ["North", "South"]}, {"maximumLength": 20}],
)
def test_x53_extra_fields_in_every_spelling(changes: Any) -> None:
    field = ExtraField.parse(samples.extra_field(**changes))
    assert (field.choices, field.maximum_length) == (("North", "South"), 20)


def test_x53_every_kind_of_record_has_its_own(api_server: ApiServer, api_client: Client) -> None:
    api_server.data([samples.extra_field()])
    for resource in (api_client.invoices, api_client.orders, api_client.companies, api_client.users):
        assert [field.name for field in resource.extra_fields()] == ["costCentre"]
    paths = [
        "/ip/invoices/extra-fields",
        "/orders/extra-fields",
        "/companies/extra-fields",
        "/users/extra-fields",
    ]
    assert [request.path for request in api_server.requests] == paths


def test_x61_users_of_another_company_are_dropped(api_server: ApiServer, api_client: Client) -> None:
    api_server.data(
        [samples.user(id=1), samples.user(id=2, companyId=3), samples.user(id=3, email="x@example.com")]
    )
    assert [user.user_id for user in api_client.users.list(company_id=31, email="INES@example.com")] == [1]


def test_a_person_leads_to_the_company(api_server: ApiServer, api_client: Client) -> None:
    api_server.data(samples.user())
    assert api_client.users.of_customer(77).company_id == 31
    assert api_server.requests[0].path == "/users/customer/77"


def test_the_hierarchy_has_no_code_in_its_envelope(api_server: ApiServer, api_client: Client) -> None:
    leaf = {"companyId": 32, "companyName": "Leaf", "companyStatus": 1}
    api_server.answer(Answer(body={"data": [leaf], "meta": {"pagination": {"totalCount": 1}}}))
    assert [node.company_id for node in api_client.hierarchy.subsidiaries(31)] == [32]
    api_server.answer(Answer(201, {"data": [], "meta": {}}), Answer(204, b""))
    api_client.hierarchy.set_parent(32, 31)
    api_client.hierarchy.remove_subsidiary(31, 32)
    assert [request.method for request in api_server.requests] == ["GET", "POST", "DELETE"]


def test_the_hierarchy_has_its_own_kind_of_error(api_server: ApiServer, api_client: Client) -> None:
    api_server.answer(
        Answer(404, {"status": 404, "title": "Parameter Error.", "errors": {"1": "No such company."}})
    )
    with pytest.raises(NotFound, match="No such company"):
        list(api_client.hierarchy.tree(31))
