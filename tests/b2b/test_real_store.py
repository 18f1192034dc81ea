"""With B2B_LIVE=1, B2B_STORE_HASH and B2B_TOKEN: the reading calls against a real store. Nothing is written."""

import os
from collections.abc import Iterator

import pytest

from arportal.b2b import Client, NotFound, Refused
from arportal.b2b.http.address import BASE_URL

pytestmark = pytest.mark.skipif(os.environ.get("B2B_LIVE") != "1", reason="needs B2B_LIVE=1 and a real store")


@pytest.fixture(scope="module")
def api_live() -> Iterator[Client]:
    with Client(
        store_hash=os.environ["B2B_STORE_HASH"],
        token=os.environ["B2B_TOKEN"],
        base_url=os.environ.get("B2B_BASE_URL", BASE_URL),
        max_wait=120,
    ) as client:
        yield client


@pytest.mark.parametrize("noun", ["companies", "invoices", "payments", "receipts", "orders", "users"])
def test_a_page_and_its_first_record(api_live: Client, noun: str) -> None:
    resource = getattr(api_live, noun)
    page = resource.page(limit=20)
    assert page.total is None or page.total >= len(page.items)
    for record in page.items[:1]:
        key = {"companies": "company_id", "orders": "bc_order_id"}.get(noun, f"{noun[:-1]}_id")
        alone = resource.get(getattr(record, key))
        assert getattr(alone, key) == getattr(record, key)


def test_the_inside_of_invoices_and_payments(api_live: Client) -> None:
    assert all(invoice.details is not None for invoice in api_live.invoices.page(limit=50).items)
    for payment in api_live.payments.page(limit=3).items:
        assert api_live.payments.allowed_now(payment.payment_id).statuses is not None
        assert api_live.payments.transactions(payment.payment_id) is not None


def test_what_belongs_to_a_company(api_live: Client) -> None:
    company = api_live.companies.list(page_size=1).first()
    if company is None:
        pytest.skip("the store has no company")
    assert all(
        line.company_id == company.company_id
        for line in api_live.invoices.list(customer_id=company.company_id)
    )
    assert api_live.methods.of_company(company.company_id) is not None
    assert api_live.credit.terms(company.company_id).days >= 0
    try:
        api_live.credit.get(company.company_id)
    except Refused as error:
        assert "credit" in str(error).lower()  # noqa: PT017 - a store may have it switched off


def test_settings_of_the_store(api_live: Client) -> None:
    assert api_live.methods.list() is not None
    assert api_live.channels.list() is not None
    for resource in (api_live.invoices, api_live.orders, api_live.companies, api_live.users):
        assert list(resource.extra_fields()) is not None


def test_what_is_not_there(api_live: Client) -> None:
    with pytest.raises(NotFound):
        api_live.invoices.get(999_999_999)
