"""The amount received is spread over the invoices in the page, and what is left is told while one types."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from arportal.stores.models import Role
from tests.journeys.steps import amount_field, choose_method, press, record, tab_to
from tests.whole import only_whole


@pytest.fixture
def page(visit, form_url) -> Page:
    page = visit(Role.CLERK)
    page.goto(form_url)
    return page


def left(page: Page) -> Locator:
    """The last of the three running figures."""
    return page.locator("output").last


def test_what_is_left_while_typing(page, debtor):
    page.get_by_label("Amount received").fill("12.00")
    expect(left(page)).to_have_text("12.00")
    amount_field(page, debtor.debts[0]).fill("7.50")
    expect(left(page)).to_have_text("4.50")
    amount_field(page, debtor.debts[1]).fill("5")
    expect(left(page)).to_have_text("\u22120.50")
    amount_field(page, debtor.debts[1]).fill("five")
    expect(left(page)).to_have_text("\u2013")
    press(page, f"In full: Amount for invoice {debtor.debts[1].number}")
    expect(amount_field(page, debtor.debts[1])).to_have_value(f"{debtor.debts[1].open:,.2f}")


@only_whole("test_what_is_typed_meanwhile_is_kept")
def test_in_place_and_with_the_rest_of_the_form_kept(page, debtor):
    address = page.url
    page.get_by_label("Reference").fill("TRF 8")
    page.get_by_label("Amount received").fill("6.00")
    tab_to(page, "Allocate", role="button")
    page.keyboard.press("Enter")
    expect(amount_field(page, debtor.debts[0])).to_have_value("6.00")
    expect(left(page)).to_have_text("0.00")
    expect(page.get_by_role("button", name="Allocate")).to_be_focused()
    expect(page.get_by_label("Reference")).to_have_value("TRF 8")
    expect(page).to_have_url(address)


def test_what_is_typed_meanwhile_is_kept(page, debtor):
    """The answer takes its time; the clerk does not."""
    page.route("**/allocate/", lambda route: (page.wait_for_timeout(300), route.continue_()))
    page.get_by_label("Amount received").fill("6.00")
    press(page, "Allocate")
    page.get_by_label("Reference").fill("CHQ 9")
    choose_method(page)
    expect(amount_field(page, debtor.debts[0])).to_have_value("6.00")
    expect(page.get_by_label("Reference")).to_have_value("CHQ 9")
    expect(page.get_by_label("Method", exact=True)).to_have_value("cheque")


@only_whole("desk/recording/test_allocate.py::test_it_works")
def test_no_match_is_told_beside_the_choice(page):
    page.get_by_label("Amount received").fill("0.01")
    page.get_by_label("Allocate", exact=True).select_option("exact")
    press(page, "Allocate")
    described = page.get_by_label("Allocate", exact=True)
    expect(described).to_have_accessible_description("No open invoices add up to exactly 0.01 USD.")
    expect(page.get_by_label("Amount received")).to_have_value("0.01")


@only_whole("test_what_is_left_while_typing")
def test_reasons_go_when_they_are_answered(page, debtor):
    received, first = page.get_by_label("Amount received"), amount_field(page, debtor.debts[0])
    choose_method(page)
    received.fill("6.00")
    first.fill("one")
    press(page, "Preview")
    expect(page.locator(".reason")).to_have_count(1)
    first.fill("5")
    expect(page.locator(".reason")).to_have_count(0)
    press(page, "Preview")
    expect(received).to_have_accessible_description(re.compile("1.00 USD is not allocated yet"))
    press(page, "Allocate")
    expect(first).to_have_value("6.00")
    expect(page.locator(".reason, [aria-invalid]")).to_have_count(0)


@only_whole("test_what_is_left_while_typing")
def test_in_full(page, debtor, open_at_store):
    debt = debtor.debts[1]
    page.get_by_role("button", name=f"In full: Amount for invoice {debt.number}").click()
    expect(amount_field(page, debt)).to_have_value(f"{debt.open:,.2f}")
    choose_method(page)
    record(page)
    expect(page.get_by_role("heading", name="Payment #")).to_be_visible()
    assert open_at_store(debt) == 0


@only_whole("test_what_is_typed_meanwhile_is_kept")
def test_the_arrow_keys_wait_for_what_was_typed(visit, debtor, world):
    """Never into the companies of an earlier search: Enter would take the wrong one."""
    page = visit(Role.CLERK)
    page.goto("/s/demo/payments/record/")
    page.keyboard.type(debtor.name)
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name=debtor.name)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=f"Record payment from {debtor.name}")).to_be_visible()
