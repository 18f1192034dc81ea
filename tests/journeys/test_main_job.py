"""A clerk's day: an invoice on paper, a payment recorded and moved on, and the balances that follow."""

import io
import re
from decimal import Decimal
from urllib.parse import unquote

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from arportal.stores.models import Role
from tests.journeys.conftest import both_ways
from tests.journeys.steps import amount_field, is_told, press

pytestmark = both_ways


@pytest.fixture
def desk(visit, debtor) -> Page:
    """A clerk, who has opened the company from the list."""
    page = visit(Role.CLERK)
    page.goto("/s/demo/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Companies").click()
    page.get_by_role("link", name=debtor.name).click()
    expect(page.get_by_role("heading", name=debtor.name, level=1)).to_be_visible()
    return page


def test_downloading_a_pdf(desk, debtor):
    debt = debtor.debts[0]
    desk.get_by_role("link", name=debt.number).click()
    with desk.expect_response("**/pdf/") as answered, desk.expect_download() as download:
        desk.get_by_role("link", name="Download PDF").click()
    named = unquote(answered.value.headers["content-disposition"])
    assert download.value.suggested_filename in named
    assert debt.number in download.value.suggested_filename
    content = download.value.path().read_bytes()
    assert debt.number in PdfReader(io.BytesIO(content)).pages[0].extract_text()
    assert b"sandbox-token" not in content


def test_a_payment_for_two_invoices(desk, debtor, open_at_store, world):
    before = [shown_open(desk, debt) for debt in debtor.debts]
    for debt in debtor.debts:
        row_of(desk, debt).get_by_role("checkbox").check()
    press(desk, "Record payment")
    first, second = (amount_field(desk, debt) for debt in debtor.debts)
    expect(second).to_have_value(f"{debtor.debts[1].open:,.2f}")
    first.fill("4.50")
    desk.get_by_label("Reference").fill("Cheque 7001")
    press(desk, "Record payment")
    is_told(desk, "is recorded")
    payment_id = int(re.search(r"payments/([0-9]+)/$", desk.url)[1])
    for words, status in (("Processing", 2), ("Completed", 3)):
        press(desk, words)
        is_told(desk, f"is now {words}")
        assert world.get(f"/ip/payments/{payment_id}")["processingStatus"] == status
    desk.get_by_role("link", name=debtor.name).first.click()
    after = [shown_open(desk, debt) for debt in debtor.debts]
    assert after == [before[0] - Decimal("4.50"), 0]
    assert [open_at_store(debt) for debt in debtor.debts] == after
    assert len(world.writes()) == 3


def row_of(page: Page, debt):
    return page.locator(f"#row-{debt.invoice_id}")


def shown_open(page: Page, debt) -> Decimal:
    """The figure in the row's last cell, such as `1,234.50 USD`."""
    figure = row_of(page, debt).locator("td").last.inner_text()
    return Decimal(figure.split()[0].replace(",", ""))
