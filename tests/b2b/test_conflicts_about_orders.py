"""Where the sources disagree about orders: one test a row of the contract's section 3."""

import json
from typing import Any

import pytest

from arportal.b2b import (
    Ambiguous,
    Client,
    InvalidRequest,
    NotFound,
    Order,
    OrderProduct,
    ProductOption,
    Refused,
)
from arportal.b2b.http.envelope import decode
from tests.b2b import samples
from tests.b2b.server import Answer, ApiServer, enveloped

FORMAT = samples.currency_format()
SNAKES = {
    "currency_location": "left",
    "currency_token": "€",
    "decimal_token": ",",
    "decimal_places": 2,
    "thousands_token": ".",
}


def order(**changes: Any) -> Order:
    return Order.parse(decode(json.dumps(samples.order(**changes)).encode()))


@pytest.mark.parametrize("data", [samples.order(), [samples.order()]])
def test_x08_one_order_may_come_in_a_list(api_server: ApiServer, api_client: Client, data: Any) -> None:
    api_server.data(data)
    assert (
        api_client.orders.get(9077).order_id == api_client.orders.update(9077, po_number="P").order_id == 14
    )


def test_x08_an_empty_list_is_no_order(api_server: ApiServer, api_client: Client) -> None:
    api_server.data([])
    with pytest.raises(NotFound):
        api_client.orders.get(9077)
    with pytest.raises(Ambiguous):
        api_client.orders.update(9077, po_number="P")


def test_x11_an_update_takes_po_number_and_extra_fields_only(
    api_server: ApiServer, api_client: Client
) -> None:
    api_server.data(samples.order())
    api_client.orders.update(9077, po_number="P-7", extra_fields={"costCentre": "North"})
    fields = [{"fieldName": "costCentre", "fieldValue": "North"}]
    assert api_server.requests[0].json == {"poNumber": "P-7", "extraFields": fields}
    with pytest.raises(TypeError):
        api_client.orders.update(9077, status="Shipped")  # type: ignore[call-arg]


def test_x11_an_update_of_nothing_is_not_sent(api_client: Client) -> None:
    with pytest.raises(InvalidRequest):
        api_client.orders.update(9077)


@pytest.mark.parametrize("shape", [FORMAT, [FORMAT], json.dumps(FORMAT), json.dumps([SNAKES]), SNAKES])
def test_x14_the_currencys_format_in_three_shapes(shape: Any) -> None:
    read = order(money=shape).currency_format
    assert read
    assert (read.token, read.decimal_token, read.decimal_places) == ("€", ",", 2)


@pytest.mark.parametrize("shape", [None, "", "no json", [], {}, "{", 4])
def test_x14_no_format_is_none(shape: Any) -> None:
    assert order(money=shape).currency_format is None


@pytest.mark.parametrize(
    "options",
    [
        [{"displayName": "Length", "displayValue": "20 m", "name": "Length1736", "value": 18}],
        [{"displayNameCustomer": "Length", "displayValueCustomer": "20 m"}],
        '[{"display_name": "Length", "display_value": "20 m", "name": "Length1736", "value": "18"}]',
    ],
)
def test_x15_options_as_list_or_text(options: Any) -> None:
    product = OrderProduct.parse(samples.order_product(options=options))
    assert product.options == (ProductOption("Length", "20 m"),)


def test_x15_the_sku_in_two_spellings() -> None:
    product = samples.order_product()
    product["variantSKU"] = product.pop("variantSku")
    assert OrderProduct.parse(product).sku == "ROPE-12"


@pytest.mark.parametrize("value", [503, "503"])
def test_x16_an_order_id_as_text_or_number(value: Any) -> None:
    assert order(bcOrderId=value).bc_order_id == 503


@pytest.mark.parametrize(("value", "read"), [("00000141", "00000141"), (141, "141"), (None, None)])
def test_x17_an_invoice_number_keeps_its_zeros(value: Any, read: str | None) -> None:
    assert order(invoiceNumber=value).invoice_number == read


@pytest.mark.parametrize(("value", "read"), [("7d0c-0a1b", "7d0c-0a1b"), (None, None), (12, "12")])
def test_x18_a_cart_id_is_text_or_none(value: Any, read: str | None) -> None:
    assert order(cartId=value).cart_id == read


@pytest.mark.parametrize(
    "counts",
    [
        {"pagination": {"totalCount": 8, "limit": 10, "offset": 0}},
        {"totalCount": 8, "limit": 10, "offset": 0},
    ],
)
def test_x19_the_total_in_either_place(api_server: ApiServer, api_client: Client, counts: Any) -> None:
    api_server.data([samples.order()], **counts)
    page = api_client.orders.page()
    assert (page.total, page.limit) == (8, 10)


def test_x20_the_message_in_either_place(api_server: ApiServer, api_client: Client) -> None:
    api_server.answer(Answer(body={"code": 200, "data": [samples.order_product()], "message": "SUCCESS"}))
    assert len(api_client.orders.products(9077)) == 1
    api_server.answer(Answer(404, {"code": 404, "data": {}, "message": "No such order"}))
    with pytest.raises(NotFound, match="No such order"):
        api_client.orders.products(9077)


@pytest.mark.parametrize("info", [{}, [], None, "", "no json", [None], {"addressExtraFields": {}}])
def test_x21_extra_info_of_any_shape_does_no_harm(info: Any) -> None:
    read = order(extraInfo=info)
    assert (read.billing_address_id, read.shipping_address_id) == (None, None)


@pytest.mark.parametrize("as_list", [True, False])
def test_x21_addresses_by_id(as_list: bool) -> None:
    ids = {"billingAddressId": 7, "shippingAddressId": "8"}
    read = order(extraInfo=[ids] if as_list else ids)
    assert (read.billing_address_id, read.shipping_address_id) == (7, 8)


def test_x38_channels_are_named_only_when_asked_for(api_server: ApiServer, api_client: Client) -> None:
    api_server.data([])
    list(api_client.orders.list())
    list(api_client.orders.list(channel_ids=[1, 7], show_extra=True))
    first, second = (request.query for request in api_server.requests)
    assert ("channelIds[]" in first, second["channelIds[]"], second["showExtra"]) == (
        False,
        ["1", "7"],
        ["true"],
    )


def test_x40_a_page_of_orders_has_at_most_200(api_client: Client) -> None:
    with pytest.raises(InvalidRequest, match="limit 1 to 200"):
        api_client.orders.page(limit=250)


def test_x42_orders_are_not_sorted_by_po_number(api_client: Client) -> None:
    with pytest.raises(InvalidRequest, match="poNumber"):
        api_client.orders.list(sort_by="poNumber")


@pytest.mark.parametrize("words", ["Order Does Not Exist.", "The order does not exist.", ""])
def test_x55_not_found_is_a_status_not_a_text(api_server: ApiServer, api_client: Client, words: str) -> None:
    api_server.answer(Answer(404, enveloped({}, code=404, message=words)))
    with pytest.raises(NotFound):
        api_client.orders.get(9077)


def test_x61_orders_of_another_company_are_dropped(api_server: ApiServer, api_client: Client) -> None:
    api_server.data(
        [samples.order(id=1), samples.order(id=2, companyId=310), samples.order(id=3, companyId=None)]
    )
    assert [order.order_id for order in api_client.orders.list(company_id=31)] == [1]


def test_creating_an_order_too_late_is_refused(api_server: ApiServer, api_client: Client) -> None:
    api_server.answer(Answer(400, {"code": 400, "data": [], "meta": {"message": "It is there already."}}))
    with pytest.raises(Refused, match="It is there already"):
        api_client.orders.create(bc_order_id=9077, customer_id=77)
    assert api_server.requests[0].json == {"bcOrderId": 9077, "customerId": 77}


def test_assigning_tells_how_many(api_server: ApiServer, api_client: Client) -> None:
    api_server.data({"total": 0})
    assert api_client.orders.assign_to_company(77) == api_client.orders.assign_to_group(77, 5) == 0
    first, second = api_server.requests
    assert (first.path, first.json) == ("/customers/77/orders/b2b", {})
    assert (second.path, second.json) == ("/customers/77/orders/company", {"bcGroupId": 5})
