"""What companies have beside name and address: a first user, price lists, extra fields to be found by."""

from collections.abc import Iterator

import pytest

from arportal.b2b import Client, CompanyStatus, ExtraFieldType, InvalidRequest, PriceList, Refused
from tests import sandbox_server
from tests.sandbox_server import Sandbox

NEW = {"name": "Voss & Co", "email": "voss@example.com", "phone": "1", "country": "Norway"}
ADMIN = {"admin_first_name": "Ada", "admin_last_name": "Voss", "admin_email": "ada@example.com"}


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[Client]:
    with Client(
        store_hash=sandbox_server.STORE_HASH, token=sandbox_server.TOKEN, base_url=sandbox.api_url, max_wait=0
    ) as client:
        yield client


def test_a_new_company_with_all_that_may_be_said_of_its_first_user(sandbox: Sandbox, client: Client) -> None:
    new = client.companies.create(
        admin_phone_number="555-0142",
        accept_creation_email=True,
        accept_welcome_email=False,
        origin_channel_id=604,
        **ADMIN,
        **NEW,  # type: ignore[arg-type]
    )
    user = client.users.of_customer(new.customer_id or 0)
    assert (user.phone_number, [channel["channelId"] for channel in user.channels]) == ("555-0142", [604])
    (sent,) = [each["body"] for each in sandbox.writes()]
    assert (sent["acceptCreationEmail"], sent["acceptWelcomeEmail"]) == (True, False)


def test_no_such_origin(client: Client) -> None:
    with pytest.raises(Refused, match="origin channel"):
        client.companies.create(origin_channel_id=9, **ADMIN, **NEW)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("approves", "status"), [("on", CompanyStatus.APPROVED), ("off", CompanyStatus.PENDING)]
)
def test_a_customer_group_may_approve(
    sandbox: Sandbox, client: Client, approves: str, status: CompanyStatus
) -> None:
    sandbox.control("PUT", "quirks", {"group_approves": approves})
    new = client.companies.create(group_id=21, **ADMIN, **NEW)  # type: ignore[arg-type]
    assert client.companies.get(new.company_id).status is status


def test_price_lists_by_channel(client: Client) -> None:
    client.companies.update(1001, price_lists={1: 11, 604: 12})
    assert client.companies.get(1001).price_lists == (
        PriceList(1, "Main storefront", 11, "Contract prices"),
        PriceList(604, "Trade counter", 12, "Winter campaign"),
    )


def test_extra_fields_with_label_and_type(client: Client) -> None:
    client.companies.update(1001, extra_fields={"Account tier": "Silver"})
    (value,) = client.companies.get(1001).extra_field_values
    assert (value.name, value.value, value.label) == ("Account tier", "Silver", "Account tier")
    assert (value.type, value.is_required) == (ExtraFieldType.DROPDOWN, False)


@pytest.mark.parametrize(
    ("kind", "text", "found"),
    [("search", "silv", [1001]), ("exact-match", "Silv", []), ("exact-match", "Silver", [1001])],
)
def test_found_by_an_extra_field(client: Client, kind: str, text: str, found: list[int]) -> None:
    client.companies.update(1001, extra_fields={"Account tier": "Silver"})
    wanted = {"Account tier": text}
    companies = client.companies.list(extra_fields=wanted, extra_field_filter_type=kind)
    assert [company.company_id for company in companies] == found


def test_a_comma_would_be_read_as_two(client: Client) -> None:
    with pytest.raises(InvalidRequest, match="comma"):
        client.companies.list(extra_fields={"Account tier": "Gold, Silver"})
