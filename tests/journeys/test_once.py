"""However often a form is sent, the store has one payment."""

import re

import pytest
from playwright.sync_api import Page, expect

from arportal.stores.models import Role
from tests.journeys.conftest import both_ways
from tests.journeys.steps import amount_field, choose_method, press, record
from tests.whole import only_whole


@pytest.fixture
def filled_form(visit, debtor, form_url) -> Page:
    page = visit(Role.CLERK)
    page.goto(form_url)
    choose_method(page)
    amount_field(page, debtor.debts[0]).fill("3.75")
    return page


def recorded(page: Page) -> None:
    expect(page.get_by_role("heading", name="Payment #")).to_be_visible()


def follow_until_recorded(page: Page) -> None:
    """A second click that overtakes the first one's answer is led to the page of what is being sent; without scripts
    that page leads on when it is asked again."""
    payment = page.get_by_role("heading", name="Payment #")
    onwards = page.get_by_role("link", name=re.compile("Check again|See the result"))
    for _time in range(20):
        expect(payment.or_(onwards)).to_be_visible()
        if payment.is_visible():
            return
        onwards.click()
    recorded(page)


@both_ways
def test_a_double_click(filled_form, debtor, world):
    """And before it, back to the form, which is as it was."""
    press(filled_form, "Preview")
    expect(filled_form.get_by_role("heading", name="Record this payment?")).to_be_visible()
    filled_form.go_back()
    expect(amount_field(filled_form, debtor.debts[0])).to_have_value("3.75")
    press(filled_form, "Preview")
    filled_form.get_by_role("button", name="Record payment").dblclick()
    follow_until_recorded(filled_form)
    assert len(world.writes()) == 1


@only_whole("test_a_double_click")
def test_a_reload_of_the_result_and_back_and_once_more(filled_form, world):
    """Preview and form are fetched anew, and say that it is done."""
    record(filled_form)
    recorded(filled_form)
    filled_form.reload()
    recorded(filled_form)
    for _page in ("preview", "form"):
        filled_form.go_back()
        expect(filled_form.get_by_role("heading", name="Done")).to_be_visible()
    assert len(world.writes()) == 1


@only_whole("test_a_double_click")
@both_ways
def test_the_same_form_in_two_tabs(filled_form, debtor, world):
    other = filled_form.context.new_page()
    other.goto(filled_form.url)
    choose_method(other)
    amount_field(other, debtor.debts[0]).fill("3.75")
    press(other, "Preview")
    record(filled_form)
    recorded(filled_form)
    press(other, "Record payment")
    expect(other).to_have_url(filled_form.url)
    assert len(world.writes()) == 1


@only_whole("test_a_double_click")
def test_a_form_sent_from_an_old_copy_of_the_page(filled_form, debtor, world):
    copy = filled_form.context.new_page()
    copy.goto(filled_form.url)
    record(filled_form)
    recorded(filled_form)
    amount_field(copy, debtor.debts[0]).fill("8")
    press(copy, "Preview")
    expect(copy.get_by_role("heading", name="Done")).to_be_visible()
    assert len(world.writes()) == 1
