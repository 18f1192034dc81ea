"""Orders: list, page, edit, record, convert."""

import csv
import io
import re
import uuid

import pytest
from django.utils.html import escape

from arportal.mirror.models import Buyer, Channel, Company, Invoice, Order
from tests.whole import only_whole, whole_or

ORDERS = "/s/demo/orders/"
EXTRA = {"extra-Project": "North"}  # The demo store requires it of every order.


@pytest.fixture
def order(store) -> Order:
    return Order.objects.exclude(company_id=None).order_by("-api_id")[0]


@pytest.fixture
def buyer(store) -> Buyer:
    return Buyer.objects.exclude(customer_id=None).exclude(company_id=None).order_by("api_id")[0]


@pytest.fixture
def desk(controller, browse):
    return browse(controller)


def text(answer) -> str:
    return answer.content.decode()


def test_it_works(desk, order):
    assert f"#{order.api_id}" in text(desk.get(ORDERS))
    page = text(desk.get(f"{ORDERS}{order.api_id}/"))
    assert f"Order #{order.api_id}" in page
    assert "Read from the store" in page


@only_whole("test_it_works")
def test_an_order_of_nothing_shows_so(desk, order):
    Order.objects.filter(pk=order.pk).update(total=0, currency="USD")
    page = text(desk.get(f"{ORDERS}{order.api_id}/"))
    assert re.search(r"<dt>Total</dt><dd>(<[^>]*>)*0\.00", page)


def test_products_are_read_when_somebody_looks(desk, order, sandbox):
    names = [each["productName"] for each in sandbox.get(f"/orders/{order.api_id}/products")]
    page = text(desk.get(f"{ORDERS}{order.api_id}/products/"))
    assert all(name in page for name in names)
    fragment = desk.get(f"{ORDERS}{order.api_id}/products/", headers={"HX-Request": "true"})
    assert "<html" not in text(fragment)


@only_whole("test_products_are_read_when_somebody_looks")
def test_a_products_options_are_told(desk, order, sandbox):
    for as_json in ("off", "on"):
        sandbox.control("PUT", "quirks", {"options_as_json": as_json})
        placed = sandbox.get(f"/orders/{order.api_id}/products")
        assert placed
        assert text(desk.get(f"{ORDERS}{order.api_id}/products/")).count("Size: ") == len(placed), as_json


@only_whole("test_products_are_read_when_somebody_looks")
def test_products_of_an_api_that_is_down(desk, order, sandbox):
    sandbox.fault("500", path="/products", count=9)
    page = text(desk.get(f"{ORDERS}{order.api_id}/products/"))
    assert 'class="note error' in page
    assert "Try again" in page


@only_whole("test_filters")
def test_to_invoice_and_invoiced(desk):
    ids = set(Order.objects.exclude(company_id=None).values_list("api_id", flat=True))
    billed = {
        int(number)
        for number in Invoice.objects.exclude(order_number="").values_list("order_number", flat=True)
    }
    page = text(desk.get(f"{ORDERS}?invoiced=invoiced"))
    assert all(f'id="row-{each}"' not in page for each in ids - billed)
    page = text(desk.get(f"{ORDERS}?invoiced=to-invoice"))
    assert all(f'id="row-{each}"' not in page for each in billed)


def test_filters(desk, store):
    cases = [
        ("placed_from={day}", lambda order, one: order.created_at.date() >= one.created_at.date()),
        ("placed_to={day}", lambda order, one: order.created_at.date() <= one.created_at.date()),
        ("changed_from={changed}", lambda order, one: order.updated_at.date() >= one.updated_at.date()),
        ("changed_to={changed}", lambda order, one: order.updated_at.date() <= one.updated_at.date()),
        ("total_from={total}", lambda order, one: order.total >= one.total),
        (
            "total_to={total}&currency=usd",
            lambda order, one: order.total <= one.total and order.currency == "USD",
        ),
        ("channel={channel}", lambda order, one: order.channel_id == one.channel_id),
    ]
    store.time_zone = "UTC"
    store.save()
    Channel.objects.bulk_create(Channel(store=store, api_id=n, name=f"Shop {n}") for n in (1, 2))
    some = Order.objects.order_by("api_id").values("api_id")[:9]
    Order.objects.filter(api_id__in=some).update(channel_id=2)
    orders = list(Order.objects.order_by("created_at"))
    one = orders[len(orders) // 2]
    for template, is_so in whole_or(cases, cases[::3]):
        query = template.format(
            day=one.created_at.date(), changed=one.updated_at.date(), total=one.total, channel=one.channel_id
        )
        file = b"".join(desk.get(f"{ORDERS}export.csv?{query}").streaming_content).decode("utf-8-sig")
        listed = {int(line["Order"]) for line in csv.DictReader(io.StringIO(file, newline=""))}
        assert listed == {each.api_id for each in orders if is_so(each, one)}, query


@only_whole("desk/invoices/test_filtering_invoices.py::test_what_cannot_be_understood_is_named")
def test_a_filter_that_cannot_be_read(desk):
    assert "Placed from: " in text(desk.get(f"{ORDERS}?placed_from=yesterday"))


def test_guests_orders_are_not_a_chosen_companys(desk, controller, order):
    controller.all_companies, controller.company_ids = False, [order.company_id]
    controller.save()
    page = text(desk.get(ORDERS))
    assert "guest or private" not in page
    assert f'id="row-{order.api_id}"' in page


def test_editing(desk, order, sandbox):
    form = text(desk.get(f"{ORDERS}{order.api_id}/edit/"))
    assert escape(Company.objects.get(api_id=order.company_id).name) in form
    seen = re.search(r'name="seen"[^>]*? value="([^"]*)"', form)[1]
    data = {"change_id": uuid.uuid4(), "po_number": "PO-5", "seen": seen} | EXTRA
    forged = desk.post(f"{ORDERS}{order.api_id}/edit/", data | {"seen": f"x{seen}"})
    assert (forged.status_code, "This form is out of date" in text(forged)) == (422, True)
    assert f"x{seen}" not in text(forged)
    answer = desk.post(f"{ORDERS}{order.api_id}/edit/", data)
    assert answer.status_code == 303
    assert sandbox.get(f"/orders/{order.api_id}")["poNumber"] == "PO-5"


def test_an_order_that_has_changed_comes_back_with_what_is_there_now_and_can_be_saved_then(
    desk, order, sandbox
):
    address = f"{ORDERS}{order.api_id}/edit/"
    seen = re.search(r'name="seen"[^>]*? value="([^"]*)"', text(desk.get(address)))[1]
    sandbox.put(f"/orders/{order.api_id}", {"poNumber": "PO-THEIRS"})
    sandbox.control("DELETE", "requests")
    data = {"change_id": uuid.uuid4(), "po_number": order.po_number, "seen": seen, "extra-Project": "South"}
    answer = desk.post(address, data)
    assert (answer.status_code, sandbox.writes()) == (422, [])
    assert "has changed since it was shown" in text(answer)
    # What was left as it was is what is there now; what was typed stays.
    assert ('value="PO-THEIRS"' in text(answer), 'value="South"' in text(answer)) == (True, True)
    assert "Changed meanwhile: this is what is there now." in text(answer)
    renewed = re.search(r'name="seen"[^>]*? value="([^"]*)"', text(answer))[1]
    again = data | {"change_id": uuid.uuid4(), "seen": renewed, "po_number": "PO-OURS"}
    assert desk.post(address, again).status_code == 303
    assert sandbox.get(f"/orders/{order.api_id}")["poNumber"] == "PO-OURS"


def test_what_the_store_requires_of_an_order_is_asked_for(desk, order):
    answer = desk.post(f"{ORDERS}{order.api_id}/edit/", {"change_id": uuid.uuid4(), "po_number": "PO-5"})
    assert (answer.status_code, "This field is required" in text(answer)) == (422, True)


def test_recording_an_old_order_is_refused_in_the_stores_words(desk, order, buyer):
    data = {"change_id": uuid.uuid4(), "order_id": order.api_id, "customer_id": buyer.customer_id}
    answer = desk.post(f"{ORDERS}record/", data | EXTRA)
    assert (answer.status_code, "already exists" in text(answer)) == (422, True)


def test_converting_shows_first_whose_orders_go_where(desk, buyer, sandbox):
    data = {"change_id": uuid.uuid4(), "customer_id": buyer.customer_id}
    page = text(desk.post(f"{ORDERS}convert/", data))
    assert str(buyer) in page
    assert sandbox.writes() == []
    seen = re.search(r'name="seen"[^>]*value="([^"]+)"', page)[1]
    answer = desk.post(f"{ORDERS}convert/", data | {"confirmed": "1", "seen": seen}, follow=True)
    assert "nothing was changed" in text(answer)


def test_converting_what_was_never_shown(desk, buyer, sandbox):
    for seen in ("", "made up"):
        data = {"change_id": uuid.uuid4(), "customer_id": buyer.customer_id, "confirmed": "1", "seen": seen}
        answer = desk.post(f"{ORDERS}convert/", data)
        assert (answer.status_code, "This form is out of date" in text(answer)) == (422, True), seen
    assert sandbox.writes() == []


@only_whole("test_converting_what_was_never_shown")
def test_converting_for_a_stranger(desk):
    answer = desk.post(f"{ORDERS}convert/", {"change_id": uuid.uuid4(), "customer_id": "999999"})
    assert (answer.status_code, "No buyer of a company" in text(answer)) == (422, True)


def test_finding_a_buyer_by_name(desk, buyer):
    assert f'value="{buyer.customer_id}"' in text(desk.get(f"{ORDERS}buyers/?customer_id={buyer.name[:4]}"))


def test_an_export_has_the_rows_and_no_buttons(desk):
    answer = desk.get(f"{ORDERS}export.csv")
    assert b"".join(answer.streaming_content).count(b"\r\n") == Order.objects.filter(gone_at=None).count() + 1
