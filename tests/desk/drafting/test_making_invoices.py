"""The pages on which invoices are made: from scratch, as a copy, out of an order."""

import re
import uuid

import pytest

from arportal.mirror.models import Invoice, Order
from tests.whole import only_whole, whole_or

NEW = "/s/demo/invoices/create/"


@pytest.fixture
def desk(controller, browse):
    return browse(controller)


@pytest.fixture
def form() -> dict:
    return {
        **{"change_id": uuid.uuid4(), "number": "AR-77", "currency": "USD"},
        **{"issued_on": "2026-11-02", "due_on": "2026-12-02", "billing-city": "Leith"},
        **{
            "lines-TOTAL_FORMS": 2,
            "lines-INITIAL_FORMS": 0,
            "costs-TOTAL_FORMS": 1,
            "costs-INITIAL_FORMS": 0,
        },
        **{"lines-0-description": "Anchor", "lines-0-quantity": "2", "lines-0-unit_price": "1,000.50"},
        **{"costs-0-description": "Discount", "costs-0-amount": "\u22121.00"},
    }


@pytest.fixture
def address(company) -> str:
    return f"{NEW}{company.api_id}/"


def text(answer) -> str:
    return answer.content.decode()


def test_it_works(desk, address, form, company, sandbox):
    assert company.name in text(desk.get(NEW))
    assert "New invoice for" in text(desk.get(address))
    preview = text(desk.post(address, form | {"step": "preview"}))
    assert "2,000.00" in preview
    assert sandbox.writes() == []
    answer = desk.post(address, form | {"step": "create"})
    assert answer.status_code == 303
    invoice = Invoice.objects.get(number="AR-77")
    assert (invoice.original_balance, answer.url) == (2000, f"/s/demo/invoices/{invoice.api_id}/")


@only_whole("test_it_works")
def test_what_was_typed_goes_through_the_preview(desk, address, form):
    preview = text(desk.post(address, form | {"step": "preview"}))
    kept = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', preview))
    assert kept["lines-0-unit_price"] == "1,000.50"
    assert "step" not in kept


@only_whole("test_it_works")
def test_one_more_line_keeps_what_was_typed(desk, address, form, sandbox):
    page = text(desk.post(address, form | {"add": "lines"}))
    assert 'name="lines-2-description"' in page
    assert 'value="Anchor"' in page
    assert sandbox.writes() == []


def test_refused_with_the_reason_and_nothing_lost(desk, address, form, sandbox):
    # Rows without number: as if there were none.
    assert desk.post(address, form | {"add": "lines", "lines-TOTAL_FORMS": "9" * 5_000}).status_code == 200
    cases = [
        ({"number": ""}, "This field is required"),
        ({"lines-0-quantity": "two"}, "is not a number"),
        ({"lines-0-quantity": "0"}, "0.0001 or more"),
        ({"lines-0-unit_price": "1.00001"}, "At most 4 decimals"),
        ({"lines-0-unit_price": "-1"}, "Enter 0 or more"),
        ({"due_on": "2026-01-01"}, "before the invoice date"),
        ({"costs-0-amount": "-5000"}, "must be above zero"),
        ({"change_id": "x"}, "out of date"),
    ]
    for wrong, reason in whole_or(cases, cases[1::3]):
        answer = desk.post(address, form | wrong | {"step": "preview"})
        assert (answer.status_code, reason in text(answer)) == (422, True), wrong
        assert 'value="Anchor"' in text(answer), wrong
    assert sandbox.writes() == []
    # A number that is taken.
    taken = Invoice.objects.filter(gone_at=None)[0].number
    answer = desk.post(address, form | {"number": taken, "step": "create"})
    assert (answer.status_code, f"There is already an invoice {taken}." in text(answer)) == (422, True)


@only_whole("desk/recording/test_record_payment.py::test_the_store_refuses")
def test_what_the_store_refuses_comes_back_filled(desk, address, form, sandbox):
    sandbox.fault("body_422", method="POST", path="/ip/invoices")
    answer = desk.post(address, form | {"step": "create"})
    assert (answer.status_code, 'value="Anchor"' in text(answer)) == (422, True)


def test_a_copy_has_the_lines_and_another_number(desk, company, store):
    like = next(
        each
        for each in Invoice.objects.filter(company_id=company.api_id)
        if each.raw["details"]["details"]["lineItems"]
    )
    page = text(desk.get(f"{NEW}{company.api_id}/?like={like.api_id}"))
    sku = like.raw["details"]["details"]["lineItems"][0]["sku"]
    assert f'value="{sku}"' in page
    assert f'name="number" value="{like.number}"' not in page


def test_an_order_is_invoiced_after_it_was_shown(desk, sandbox, company, store):
    placed = sandbox.control("POST", "place-order", {"companyId": company.api_id})
    sandbox.control("PUT", "clock", {"advance": 15})
    order = Order.objects.create(
        store=store,
        api_id=placed["bcOrderId"],
        b2b_id=placed["id"],
        company_id=company.api_id,
        status_code=11,
    )
    address = f"/s/demo/orders/{order.api_id}/invoice/"
    assert "Create invoice" in text(desk.get(address))
    answer = desk.post(address, {"change_id": uuid.uuid4()})
    assert answer.status_code == 303
    assert "already has an invoice" in text(desk.get(address))


@only_whole("test_refused_with_the_reason_and_nothing_lost")
def test_a_forged_change_id_is_refused(desk, store):
    order = Order.objects.exclude(company_id=None)[0]
    answer = desk.post(f"/s/demo/orders/{order.api_id}/invoice/", {"change_id": "x"})
    assert (answer.status_code, "This form is out of date" in text(answer)) == (422, True)
    assert 'value="x"' not in text(answer)
