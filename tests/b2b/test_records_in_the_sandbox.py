"""Lists, orders, methods, terms and companies in the sandbox, with every quirk of it turned once."""

from decimal import Decimal
from typing import Any

import pytest

from arportal.b2b import Client, CompanyStatus, Money, NotFound, Refused, UserRole
from tests.b2b.scenario import STORES
from tests.sandbox_server import Sandbox


def test_every_list_is_read_whole(api_store: Client) -> None:
    counts = {
        "companies": sum(1 for _ in api_store.companies.list(page_size=5)),
        "invoices": sum(1 for invoice in api_store.invoices.list(page_size=50) if invoice.details.lines),
        "payments": sum(1 for _ in api_store.payments.list(page_size=50)),
        "receipts": sum(1 for _ in api_store.receipts.list(page_size=50)),
        "receipt lines": sum(1 for _ in api_store.receipts.list_lines(page_size=50)),
        "orders": sum(1 for _ in api_store.orders.list(page_size=50)),
        "users": sum(1 for _ in api_store.users.list(page_size=5)),
        "methods": len(api_store.methods.list()),
    }
    assert (counts["companies"], counts["invoices"]) == (8, 120)
    assert counts["invoices"] == api_store.invoices.page(limit=1).total
    assert counts["receipt lines"] >= counts["receipts"] >= counts["payments"] > 10
    assert min(counts.values()) > 3


def test_every_record_is_the_same_alone_as_in_its_list(api_store: Client) -> None:
    for resource, name in [
        (api_store.invoices, "invoice_id"),
        (api_store.payments, "payment_id"),
        (api_store.receipts, "receipt_id"),
        (api_store.users, "user_id"),
    ]:
        listed: Any = resource.list(page_size=3).first()  # type: ignore[attr-defined]
        alone: Any = resource.get(getattr(listed, name))  # type: ignore[attr-defined]
        assert (getattr(alone, name), alone.created_at) == (getattr(listed, name), listed.created_at)


def test_orders_are_read_and_changed(api_store: Client, api_quirks: dict[str, str]) -> None:
    order = api_store.orders.list(page_size=5).first()
    assert order
    assert order.currency_format
    assert order.currency_format.decimal_places is not None
    assert all(product.quantity for product in api_store.orders.products(order.bc_order_id))
    fields = {field.name: "x" for field in api_store.orders.extra_fields() if field.is_required}
    if "required_order_fields" in api_quirks:
        with pytest.raises(Refused, match="required"):
            api_store.orders.update(order.bc_order_id, po_number="PO-1")
    changed = api_store.orders.update(order.bc_order_id, po_number="PO-1", extra_fields=fields)
    assert changed.po_number == "PO-1"


def test_methods_are_switched(api_store: Client) -> None:
    before = {method.code: method.is_enabled for method in api_store.methods.of_company(1001)}
    wanted = {code: not is_on for code, is_on in list(before.items())[:2]}
    api_store.methods.update_of_company(1001, wanted)
    after = {method.code: method.is_enabled for method in api_store.methods.of_company(1001)}
    assert after == before | wanted
    assert {m.code for m in api_store.methods.list_enabled(company_id=1001)} == {
        code for code in after if after[code]
    }
    with pytest.raises(NotFound):
        api_store.methods.update_of_company(1001, {"no-such-method": True})


def test_credit(api_store: Client, api_quirks: dict[str, str]) -> None:
    if api_quirks.get("store_credit") == "off":
        with pytest.raises(Refused):
            api_store.credit.get(1001)
    else:
        api_store.credit.update(1001, is_enabled=True, currency="EUR", available=Decimal("120.50"))
        told = None if "available_credit" in api_quirks else Money(Decimal("120.50"), "EUR")
        assert api_store.credit.get(1001).available == told


def test_terms(api_store: Client, api_quirks: dict[str, str]) -> None:
    if "store_terms" in api_quirks:
        with pytest.raises(Refused):
            api_store.credit.terms(1001)
        return
    assert api_store.credit.set_terms(1001, is_enabled=True, days=45).days == 45
    default = int(api_quirks.get("store_terms_days", 30))
    assert (
        api_store.credit.set_terms(1001, is_enabled=False, days=45).days
        == default
        == api_store.credit.terms(1001).days
    )


def test_companies_and_their_hierarchy(api_store: Client) -> None:
    admin = {"admin_first_name": "Ada", "admin_last_name": "Voss", "admin_email": "ada@example.com"}
    fields = {"name": "Voss & Co", "email": "voss@example.com", "phone": "1", "country": "Norway"}
    new = api_store.companies.create(**admin, **fields)  # type: ignore[arg-type]
    api_store.companies.set_status(new.company_id, CompanyStatus.INACTIVE)
    api_store.companies.update(new.company_id, city="Bergen")
    company = api_store.companies.get(new.company_id)
    assert (company.name, company.status, company.city) == ("Voss & Co", CompanyStatus.INACTIVE, "Bergen")
    api_store.hierarchy.set_parent(new.company_id, 1001)
    assert new.company_id in [node.company_id for node in api_store.hierarchy.subsidiaries(1001)]
    assert api_store.companies.get(new.company_id).parent_id == 1001
    (top,) = api_store.hierarchy.tree(new.company_id)
    assert new.company_id in [node.company_id for node in top.subsidiaries]
    with pytest.raises(Refused):
        api_store.hierarchy.set_parent(1001, new.company_id)
    api_store.hierarchy.remove_subsidiary(1001, new.company_id)
    assert api_store.companies.get(new.company_id).parent_id is None


def test_users_and_channels(api_store: Client, api_quirks: dict[str, str]) -> None:
    user = api_store.users.list(company_id=1001).first()
    assert user
    assert api_store.users.of_customer(user.customer_id or 0) == api_store.users.get(user.user_id)
    channels = api_store.channels.list()
    assert bool(channels) == ("multi_storefront" in api_quirks)
    for channel in channels[:1]:
        assert api_store.channels.get(channel.channel_id) == channel


def test_a_new_user(api_store: Client, api_quirks: dict[str, str]) -> None:
    fields = {field.name: "x" for field in api_store.users.extra_fields() if field.is_required}
    new = api_store.users.create(
        company_id=1001,
        first_name="Ada",
        last_name="Voss",
        email="ada.voss@example.com",
        role=UserRole.JUNIOR_BUYER,
        channel_ids=[1],
        extra_fields=fields or None,
    )
    user = api_store.users.get(new.user_id)
    assert (user.company_id, user.customer_id, user.role) == (1001, new.customer_id, UserRole.JUNIOR_BUYER)
    changed = api_store.users.update(user.user_id, role=UserRole.SENIOR_BUYER, phone_number="+49 30 1")
    assert (changed.role, changed.phone_number, changed.email) == (
        UserRole.SENIOR_BUYER,
        "+49 30 1",
        user.email,
    )
    with pytest.raises(Refused):
        api_store.users.update(user.user_id, role=UserRole(7))
    for someone in list(api_store.users.list(company_id=1001)):
        if someone.user_id != user.user_id:
            assert api_store.users.delete(someone.user_id) == someone.user_id
    with pytest.raises(Refused, match="last user"):
        api_store.users.delete(user.user_id)


def test_every_kind_of_record_has_extra_fields(api_store: Client) -> None:
    assert all(field.name for field in api_store.invoices.extra_fields(page_size=1))
    assert all(field.name for field in api_store.orders.extra_fields(page_size=1))
    assert all(field.name for field in api_store.companies.extra_fields(page_size=1))
    assert all(field.name for field in api_store.users.extra_fields(page_size=1))


def test_a_fresh_order_is_recorded_and_assigned(sandbox: Sandbox, api_store: Client) -> None:
    user = api_store.users.list(company_id=1001).first()
    assert user
    placed = sandbox.control("POST", "place-order", {})
    fields = {field.name: "x" for field in api_store.orders.extra_fields() if field.is_required}
    order = api_store.orders.create(
        bc_order_id=placed["bcOrderId"],
        customer_id=user.customer_id or 0,
        po_number="PO-3",
        extra_fields=fields,
    )
    assert (order.bc_order_id, order.po_number) == (placed["bcOrderId"], "PO-3")
    assert api_store.orders.assign_to_company(user.customer_id or 0) >= 0
    with pytest.raises(NotFound):
        api_store.orders.assign_to_group(999_999, 1)


def test_every_quirk_of_the_sandbox_is_turned(sandbox: Sandbox) -> None:
    quirks = sandbox.control("GET", "quirks")
    assert {name for turned in STORES.values() for name in turned} == set(quirks)
