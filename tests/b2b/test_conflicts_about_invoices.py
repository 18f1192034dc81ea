"""Where the sources disagree about invoices: one test a row of the contract's section 3, by its number."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from arportal.b2b import (
    Address,
    Client,
    CostLine,
    InvalidRequest,
    InvalidResponse,
    Invoice,
    InvoiceDetails,
    InvoiceLine,
    InvoiceSource,
    InvoiceStatus,
    Money,
    NotFound,
    Refused,
)
from arportal.b2b.http.envelope import decode
from tests.b2b import samples
from tests.b2b.server import Answer, ApiServer, enveloped

EUR_12_50 = Money(Decimal("12.50"), "EUR")
NOON = datetime(2025, 7, 1, 12, tzinfo=UTC)
DETAILS = InvoiceDetails(
    cost_lines=(CostLine("Subtotal", EUR_12_50),),
    lines=(InvoiceLine("ROPE-12", "Rope", Decimal("2"), Money(Decimal("6.25"), "EUR")),),
    billing_address=Address(first_name="Ines"),
    shipping_addresses=(Address(city="Rotterdam"),),
)


def created(server: ApiServer, client: Client, **fields: Any) -> Any:
    """The body that creating an invoice sends."""
    server.data({"id": 5})
    client.invoices.create(
        company_id=31, number="A-1", original_balance=EUR_12_50, open_balance=EUR_12_50, **fields
    )
    return server.requests[-1].json


def updated(server: ApiServer, client: Client, **changes: Any) -> Any:
    server.data({"id": 5})
    client.invoices.update(5, **changes)
    return server.requests[-1].json


def listed(server: ApiServer, client: Client, **query: Any) -> tuple[list[int], Any]:
    found = [invoice.invoice_id for invoice in client.invoices.list(**query)]
    return found, server.requests[-1].query


def test_x01_both_generations_read_the_same() -> None:
    raw, tidy = (Invoice.parse(samples.invoice(generation)) for generation in samples.GENERATIONS)
    assert (raw.number, raw.open_balance, raw.created_at) == (tidy.number, tidy.open_balance, tidy.created_at)
    assert (raw.details.lines[0].quantity, raw.channel_id) == (
        tidy.details.lines[0].quantity,
        tidy.channel_id,
    )


@pytest.mark.parametrize("custom", ["", "123", {}, None])
def test_x02_custom_fields_may_be_text(custom: Any) -> None:
    details = samples.invoice()["details"]
    details["header"]["billingAddress"]["customFields"] = custom
    billing = Invoice.parse(samples.invoice(details=details)).details.billing_address
    assert billing
    assert billing.custom_fields == {}


@pytest.mark.parametrize("status", [200, 400])
def test_x03_an_error_counts_under_http_200_too(
    api_server: ApiServer, api_client: Client, status: int
) -> None:
    api_server.answer(Answer(status, enveloped({"errMsg": "That number is taken."}, code=400)))
    with pytest.raises(Refused, match="That number is taken") as caught:
        api_client.invoices.update(5, number="A-1")
    assert caught.value.status == 400


def test_x04_creating_sends_balances_as_numbers_and_details_as_text(
    api_server: ApiServer, api_client: Client
) -> None:
    body = created(api_server, api_client, details=DETAILS)
    assert b'"openBalance":{"code":"EUR","value":12.50}' in api_server.requests[-1].body.replace(b": ", b":")
    assert body["details"]["header"]["costLines"][0]["amount"] == {"code": "EUR", "value": "12.50"}
    line = body["details"]["details"]["lineItems"][0]
    assert (line["quantity"], line["unitPrice"]) == ("2", {"code": "EUR", "value": "6.25"})


def test_x04_updating_sends_balances_as_text(api_server: ApiServer, api_client: Client) -> None:
    body = updated(api_server, api_client, open_balance=EUR_12_50)
    assert body == {"openBalance": {"code": "EUR", "value": "12.50"}}


@pytest.mark.parametrize("value", ["12.5000", 12.5, "12.5"])
def test_x05_an_amount_is_text_or_number(api_server: ApiServer, api_client: Client, value: Any) -> None:
    api_server.data(samples.invoice(openBalance=samples.money(value)))
    assert api_client.invoices.get(5).open_balance == EUR_12_50


def test_x06_a_channel_the_store_does_not_take_is_explained(
    api_server: ApiServer, api_client: Client
) -> None:
    api_server.answer(Answer(404, enveloped({"errMsg": "Store channels not exist"}, code=404)))
    with pytest.raises(NotFound, match="Set it or leave it out"):
        api_client.invoices.create(
            company_id=31, number="A", original_balance=EUR_12_50, open_balance=EUR_12_50
        )
    assert len(api_server.requests) == 1


@pytest.mark.parametrize(("value", "read"), [("1", 1), (1, 1), (None, None), ("", None)])
def test_x07_a_channel_id_in_any_dress(value: Any, read: int | None) -> None:
    assert Invoice.parse(samples.invoice(channelId=value)).channel_id == read


@pytest.mark.parametrize("data", [{"id": 5}, {"invoiceId": 5}, {"id": 5, "invoiceId": 5}, {"id": "5"}])
def test_x09_the_new_id_under_either_name(api_server: ApiServer, api_client: Client, data: Any) -> None:
    api_server.data(data)
    new = api_client.invoices.create(
        company_id=31, number="A", original_balance=EUR_12_50, open_balance=EUR_12_50
    )
    assert new == 5


def test_x10_from_an_order_comes_invoice_id_and_number(api_server: ApiServer, api_client: Client) -> None:
    api_server.data({"invoiceId": 36, "invoiceNumber": "00000036"})
    invoice = api_client.invoices.create_from_order(14)
    assert (invoice.invoice_id, invoice.number) == (36, "00000036")
    assert api_server.requests[0].path == "/ip/orders/14/invoices"


def test_x12_a_status_may_contradict_the_balance(api_server: ApiServer, api_client: Client) -> None:
    body = updated(api_server, api_client, status=InvoiceStatus.OPEN, open_balance=Money.zero("EUR"))
    assert body == {"status": 0, "openBalance": {"code": "EUR", "value": "0"}}


def test_x13_a_status_of_zero_is_sent(api_server: ApiServer, api_client: Client) -> None:
    body = created(api_server, api_client, status=InvoiceStatus.OPEN, source=InvoiceSource.B2B_EDITION)
    assert (body["status"], body["source"]) == (0, 0)
    assert "status" not in created(api_server, api_client)


@pytest.mark.parametrize("value", [samples.ISSUED, str(samples.ISSUED)])
def test_x22_times_as_text_or_number(value: Any) -> None:
    created_at = Invoice.parse(samples.invoice(createdAt=value)).created_at
    assert created_at == datetime(2025, 7, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize(("value", "read"), [("", None), (None, None), ("ERP-88", "ERP-88"), (88, "88")])
def test_x26_no_external_id_is_none(value: Any, read: str | None) -> None:
    assert Invoice.parse(samples.invoice(externalId=value)).external_id == read


def test_x37_lists_are_sent_by_repeating_the_name(api_server: ApiServer, api_client: Client) -> None:
    api_server.data([])
    _, query = listed(api_server, api_client, channel_ids=[1, 22], external_ids=["A", "B"])
    assert (query["channelIds"], query["externalId[]"]) == (["1", "22"], ["A", "B"])


def test_x39_either_end_of_a_period_alone(api_server: ApiServer, api_client: Client) -> None:
    api_server.data([])
    _, query = listed(api_server, api_client, end_date_at=NOON)
    assert (query["endDateAt"], "beginDateAt" in query) == (["1751371200"], False)


def test_x40_offset_and_limit_are_always_sent(api_server: ApiServer, api_client: Client) -> None:
    api_server.data([])
    _, query = listed(api_server, api_client)
    assert (query["offset"], query["limit"]) == (["0"], ["200"])


@pytest.mark.parametrize("message", ["SUCCESS", "Success", "success", ""])
def test_x44_success_is_not_a_word(api_server: ApiServer, api_client: Client, message: str) -> None:
    api_server.answer(Answer(body=enveloped({"id": 5}, message=message)))
    assert api_client.invoices.delete(5) == 5


def test_x49_the_order_is_always_asked_for(api_server: ApiServer, api_client: Client) -> None:
    api_server.data([])
    _, query = listed(api_server, api_client)
    assert (query["sortBy"], query["orderBy"]) == (["createdAt"], ["DESC"])


def test_x50_source_and_company_stand_beside_the_details(api_server: ApiServer, api_client: Client) -> None:
    body = created(api_server, api_client, details=DETAILS, source=InvoiceSource.EXTERNAL)
    assert (body["source"], body["customerId"]) == (1, "31")
    assert set(body["details"]) == {"type", "header", "details"}


def test_x51_every_address_names_its_second_street(api_server: ApiServer, api_client: Client) -> None:
    header = updated(api_server, api_client, details=DETAILS)["details"]["header"]
    assert header["billingAddress"]["street2"] == header["shippingAddresses"][0]["street2"] == ""


@pytest.mark.parametrize(
    ("data", "preferred"),
    [
        ({"url": "https://files.example.com/1", "externalPdfUrl": ""}, "https://files.example.com/1"),
        ({"url": "", "externalPdfUrl": "https://erp.example.com/1"}, "https://erp.example.com/1"),
        ({"url": None}, None),
    ],
)
def test_x52_the_stores_own_pdf_comes_first(
    api_server: ApiServer, api_client: Client, data: Any, preferred: str | None
) -> None:
    api_server.data(data)
    link = api_client.invoices.download_pdf(5)
    assert link.preferred == preferred
    assert "example.com" not in repr(link)


def test_x54_a_strange_currency_is_read() -> None:
    odd = samples.money("1", "USA")
    assert Invoice.parse(samples.invoice(originalBalance=odd, openBalance=odd)).open_balance.currency == "USA"


@pytest.mark.parametrize("odd", ["x1", "1.5", " 1", ""])
def test_x59_an_invoice_id_is_digits(api_client: Client, odd: Any) -> None:
    with pytest.raises(InvalidRequest):
        api_client.invoices.get(odd)


@pytest.mark.parametrize("value", [205, "205"])
def test_x60_an_id_may_come_as_text(value: Any) -> None:
    assert Invoice.parse(samples.invoice(id=value)).invoice_id == 205


def test_x61_a_filter_the_api_ignored_is_applied_here(api_server: ApiServer, api_client: Client) -> None:
    api_server.data(
        [samples.invoice(id=1), samples.invoice(id=2, customerId="310"), samples.invoice(id=3, status=2)]
    )
    found, query = listed(api_server, api_client, customer_id=31, status=InvoiceStatus.PARTIALLY_PAID)
    assert (query["customerId"], query["status"], found) == (["31"], ["1"], [1])


LIVE = {
    "orderNumber": 9077,
    "externalId": None,
    "externalCustomerId": None,
    "purchaseOrderNumber": None,
    "storeHash": "abc123",
    "notAllowedPay": 0,
    "bcId": 5,
    "bcGroupName": "Trade",
    "customerBcId": None,
    "customerBcGroupName": None,
    "externalPdfUrl": "https://erp.example.com/205.pdf",
    "details": {
        "header": {
            "costLines": [
                {"amount": {"code": "EUR", "value": "120.3000"}, "description": "Subtotal"},
                {"amount": {"code": "EUR", "value": 9.7}, "description": "Freight"},
                {"amount": {"code": "EUR", "value": 0}, "description": "Sales Tax"},
            ]
        },
        "details": {"lineItems": [{"sku": "ROPE-12", "quantity": 3, "productId": 88}]},
    },
}


def seen_live() -> Invoice:
    return Invoice.parse(decode(json.dumps(samples.invoice(**LIVE)).encode()))


def test_an_invoice_as_seen_live() -> None:
    invoice = seen_live()
    assert (invoice.order_number, invoice.purchase_order_number, invoice.external_id) == ("9077", None, None)
    assert [line.amount for line in invoice.details.cost_lines] == [
        Money(Decimal(amount), "EUR") for amount in ("120.3", "9.7", "0")
    ]
    assert (invoice.details.type, invoice.details.lines[0].product_id) == ("", 88)
    more = invoice.undocumented
    assert (more.store_hash, more.not_allowed_pay, more.bc_id, more.bc_group_name) == (
        "abc123",
        0,
        5,
        "Trade",
    )
    assert (more.customer_bc_id, more.customer_bc_group_name) == (None, "")
    assert more.external_pdf_url == "https://erp.example.com/205.pdf"


@pytest.mark.parametrize("odd", [{"customerBcGroupName": {}}, {"notAllowedPay": "no"}, {"bcId": [5]}])
def test_what_nobody_documented_does_not_cost_the_invoice(odd: dict[str, Any]) -> None:
    invoice = Invoice.parse(samples.invoice(**odd))
    with pytest.raises(InvalidResponse):
        invoice.undocumented  # noqa: B018 - it is read on demand


def test_a_line_is_sent_back_with_its_product() -> None:
    details = seen_live().details
    (line,) = details.body()["details"]["lineItems"]
    assert (line["productId"], line["quantity"]) == (88, "3")
    assert "productId" not in InvoiceLine("ROPE-12", "Rope", Decimal("2"), EUR_12_50).body()
