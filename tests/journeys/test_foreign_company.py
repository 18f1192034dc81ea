"""A clerk who may see one company does not get at another one's invoices."""

import pytest
from playwright.sync_api import expect

from arportal.stores.models import Membership, Role
from tests.journeys.conftest import both_ways
from tests.journeys.database import apart
from tests.journeys.steps import choose_method, is_warned, press
from tests.whole import only_whole


@pytest.fixture
def foreign_invoice(world, debtor) -> int:
    apart(
        Membership.objects.filter(role=Role.CLERK).update,
        all_companies=False,
        company_ids=[debtor.company_id],
    )
    invoices = world.get("/ip/invoices", limit=250)
    return next(each["id"] for each in invoices if each["customerId"] != str(debtor.company_id))


@only_whole("desk/recording/test_record_payment.py::test_an_invoice_of_another_company")
def test_a_foreign_invoice_in_the_address_and_in_a_list(visit, debtor, foreign_invoice, world):
    page = visit(Role.CLERK)
    for page_of_it in ("", "pdf/"):
        answer = page.goto(f"/s/demo/invoices/{foreign_invoice}/{page_of_it}")
        assert answer.status == 404
        expect(page.get_by_role("heading", name="There is nothing here")).to_be_visible()
    number = world.get(f"/ip/invoices/{foreign_invoice}")["invoiceNumber"]
    page.goto(f"/s/demo/invoices/?q={debtor.debts[0].number}")
    expect(page.locator("tbody tr[id]").first).to_be_visible()
    page.goto(f"/s/demo/invoices/?q={number}")
    expect(page.get_by_role("searchbox").last).to_have_value(number)
    expect(page.locator(f"#row-{foreign_invoice}")).to_have_count(0)


@only_whole("desk/recording/test_record_payment.py::test_an_invoice_of_another_company")
@both_ways
def test_a_foreign_invoice_in_a_form(visit, debtor, form_url, foreign_invoice, world):
    page = visit(Role.CLERK)
    page.goto(form_url)
    choose_method(page)
    mine = page.locator(f"[name=amount-{debtor.debts[0].invoice_id}]")
    mine.evaluate("(field, name) => { field.name = name }", f"amount-{foreign_invoice}")
    page.locator(f"[name=amount-{foreign_invoice}]").fill("1.00")
    press(page, "Preview")
    is_warned(page, "no such open invoice")
    assert world.writes() == []
