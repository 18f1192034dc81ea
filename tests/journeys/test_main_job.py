"""A clerk's day: an invoice on paper, a payment recorded and moved on, and the balances that follow."""

import io
import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from urllib.parse import unquote

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from arportal.mirror.api.refresh import refresh_company, refresh_invoices
from arportal.stores.models import Role, Store
from tests import whole
from tests.journeys.conftest import both_ways
from tests.journeys.database import apart
from tests.journeys.flaws import violations
from tests.journeys.steps import (
    amount_field,
    choose_method,
    download_from_store,
    is_told,
    press,
    record,
    tab_to,
)
from tests.whole import only_whole

PAYER = "Zephyr Cheque Works"
CHEQUE = {"A": "400.00", "B": "350.00", "C": "500.00"}  # invoice → open, oldest first
# At five keys a second with what is typed: half a minute.
MOST_TABS = 100


@pytest.fixture
def desk(visit, debtor) -> Page:
    """A clerk, who has opened the company from the list."""
    page = visit(Role.CLERK)
    page.goto("/s/demo/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Companies").click()
    page.get_by_role("link", name=debtor.name).click()
    expect(page.get_by_role("heading", name=debtor.name, level=1)).to_be_visible()
    return page


@only_whole("desk/invoices/test_invoice_pdfs.py::test_it_works")
@both_ways
def test_downloading_a_pdf(desk, debtor):
    debt = debtor.debts[0]
    desk.get_by_role("link", name=debt.number).click()
    with desk.expect_response("**/pdf/") as answered, desk.expect_download() as download:
        download_from_store(desk)
    named = unquote(answered.value.headers["content-disposition"])
    assert download.value.suggested_filename in named
    assert debt.number in download.value.suggested_filename
    content = download.value.path().read_bytes()
    assert debt.number in PdfReader(io.BytesIO(content)).pages[0].extract_text()
    assert b"sandbox-token" not in content


@only_whole("test_a_cheque_over_three_invoices_by_keyboard_alone")
@both_ways
def test_a_payment_for_two_invoices(desk, debtor, open_at_store, world):
    before = [shown_open(desk, debt) for debt in debtor.debts]
    for debt in debtor.debts:
        row_of(desk, debt).get_by_role("checkbox").check()
    press(desk, "Record payment")
    first, second = (amount_field(desk, debt) for debt in debtor.debts)
    expect(second).to_have_value(f"{debtor.debts[1].open:,.2f}")
    first.fill("4.50")
    desk.get_by_label("Amount received").fill(f"{debtor.debts[1].open + Decimal('4.50'):.2f}")
    desk.get_by_label("Reference").fill("Cheque 7001")
    choose_method(desk)
    record(desk)
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


@pytest.fixture
def cheque(world) -> dict[str, int]:
    """Three invoices of a company that owes nothing else: number → id at the store."""
    who = {"companyName": PAYER, "companyPhone": "555-0199", "companyEmail": "pay@zephyr.example"}
    admin = {"adminFirstName": "Zoe", "adminLastName": "Zephyr", "adminEmail": "zoe@zephyr.example"}
    company = world.post("/companies", {**who, **admin, "country": "United States"})
    ids = {}
    for day, (number, left) in enumerate(CHEQUE.items(), start=1):
        money = {"code": "USD", "value": left}
        invoice: dict[str, Any] = {"invoiceNumber": f"ZC-{number}", "customerId": str(company["companyId"])}
        dates = {"issuedAt": 1_760_000_000 + day * 86_400}
        made = world.post(
            "/ip/invoices", {**invoice, **dates, "originalBalance": money, "openBalance": money}
        )
        ids[f"ZC-{number}"] = made["id"]
    world.control("DELETE", "requests")
    apart(read_in, company["companyId"], ids.values())
    return ids


def read_in(company_id: int, invoice_ids: Iterable[int]) -> None:
    store = Store.objects.get()
    refresh_company(store, company_id)
    refresh_invoices(store, invoice_ids)


@both_ways
def test_a_cheque_over_three_invoices_by_keyboard_alone(visit, cheque, world, javascript):
    page = visit(Role.CLERK)
    page.goto("/s/demo/")
    keys = page.keyboard
    tabs = tab_to(page, "Record payment", role="link")
    keys.press("Enter")
    expect(page.get_by_role("searchbox", name="Company or invoice number")).to_be_focused()
    keys.type("zephyr")
    if javascript:  # The arrow keys go into the suggestions; without them Enter takes the only match.
        expect(page.get_by_role("link", name=PAYER)).to_be_visible()
        keys.press("ArrowDown")
    keys.press("Enter")
    expect(page.get_by_label("Amount received")).to_be_focused()
    no_flaws(page, javascript)
    keys.type("1,000.00")
    if not javascript:
        tabs += tab_to(page, "Allocate", role="button")
    keys.press("Enter")
    for number, amount in zip(cheque, ("400.00", "350.00", "250.00"), strict=True):
        field = page.get_by_role("textbox", name=f"Amount for invoice {number}")
        expect(field).to_have_value(amount)
    tabs += tab_to(page, "Method", role="combobox")
    keys.type("c")
    tabs += tab_to(page, "Reference")
    keys.type("CHQ 300417")
    keys.press("Enter")
    expect(page.get_by_role("heading", name="Record this payment?")).to_be_visible()
    no_flaws(page, javascript)
    assert world.writes() == []
    tabs += tab_to(page, "Record payment", role="button")
    keys.press("Enter")
    is_told(page, "is recorded")
    tabs += tab_to(page, "Completed", role="button")
    keys.press("Enter")
    is_told(page, "is now Completed")
    no_flaws(page, javascript)
    left = [Decimal(world.get(f"/ip/invoices/{each}")["openBalance"]["value"]) for each in cheque.values()]
    assert left == [0, 0, 250]
    assert len(world.writes()) == 2
    assert tabs <= MOST_TABS


def no_flaws(page: Page, javascript: bool) -> None:
    """With --whole; axe is a script itself."""
    if javascript and whole.is_asked_for:
        assert violations(page) == []


def row_of(page: Page, debt):
    return page.locator(f"#row-{debt.invoice_id}")


def shown_open(page: Page, debt) -> Decimal:
    """The figure in the row's last cell, such as `1,234.50 USD`."""
    figure = row_of(page, debt).locator("td").last.inner_text()
    return Decimal(figure.split()[0].replace(",", ""))
