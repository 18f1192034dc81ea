"""Everything without a mouse."""

import pytest
from playwright.sync_api import Page, expect

from arportal.stores.models import Role
from tests.journeys.steps import is_told, tab_to
from tests.whole import only_whole


@pytest.fixture
def invoices(visit) -> Page:
    page = visit(Role.CLERK)
    page.goto("/s/demo/invoices/")
    return page


def test_slash_goes_to_the_search_and_question_mark_shows_the_help(invoices):
    invoices.keyboard.press("?")
    expect(invoices.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    invoices.keyboard.press("Escape")
    expect(invoices.get_by_role("dialog")).to_be_hidden()
    invoices.keyboard.press("/")
    expect(invoices.get_by_role("searchbox").first).to_be_focused()
    invoices.keyboard.type("a/b?")
    expect(invoices.get_by_role("searchbox").first).to_have_value("a/b?")
    expect(invoices.get_by_role("dialog")).to_be_hidden()


def test_j_and_k_walk_the_rows_and_enter_opens_one(invoices):
    rows = invoices.locator("tbody tr[id]")
    second = rows.nth(1).get_by_role("link").first
    number = second.inner_text()
    for key in "jjk":
        invoices.keyboard.press(key)
    expect(rows.nth(0).get_by_role("link").first).to_be_focused()
    invoices.keyboard.press("j")
    expect(second).to_be_focused()
    invoices.keyboard.press("x")
    expect(rows.nth(1).get_by_role("checkbox")).to_be_checked()
    invoices.keyboard.press("Enter")
    expect(invoices.get_by_role("heading", name=number)).to_be_visible()


@only_whole("test_j_and_k_walk_the_rows_and_enter_opens_one")
def test_x_selects_a_row(visit, debtor):
    page = visit(Role.CLERK)
    page.goto(f"/s/demo/companies/{debtor.company_id}/")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("tbody tr[id^=row-]").first.get_by_role("checkbox")).to_be_checked()


@only_whole("journeys/test_main_job.py::test_a_cheque_over_three_invoices_by_keyboard_alone")
def test_amounts_typed_by_keyboard_alone(visit, debtor, form_url, world):
    page = visit(Role.CLERK)
    page.goto(form_url)
    tab_to(page, "Method", role="combobox")
    page.keyboard.type("b")
    for debt, amount in zip(debtor.debts, ("5.25", "1"), strict=True):
        tab_to(page, f"Amount for invoice {debt.number}")
        page.keyboard.type(amount)
    page.keyboard.press("Enter")  # leads on to the preview
    tab_to(page, "Record payment", role="button")
    page.keyboard.press("Enter")
    is_told(page, "is recorded")
    lines = world.writes()[0]["body"]["lineItems"]
    assert [float(line["amount"]) for line in lines] == [5.25, 1]
    tab_to(page, "Processing", role="button")
    page.keyboard.press("Space")
    is_told(page, "is now Processing")
