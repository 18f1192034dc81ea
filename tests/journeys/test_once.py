"""However often a form is sent, the store has one payment."""

import pytest
from playwright.sync_api import Page, expect

from arportal.stores.models import Role
from tests.journeys.conftest import both_ways
from tests.journeys.steps import amount_field, is_warned, press

pytestmark = both_ways


@pytest.fixture
def filled_form(visit, debtor, form_url) -> Page:
    page = visit(Role.CLERK)
    page.goto(form_url)
    amount_field(page, debtor.debts[0]).fill("3.75")
    return page


def recorded(page: Page) -> None:
    expect(page.get_by_role("heading", name="Payment #")).to_be_visible()


def test_a_double_click(filled_form, world):
    filled_form.get_by_role("button", name="Record payment").dblclick()
    recorded(filled_form)
    assert len(world.writes()) == 1


def test_a_reload_of_the_result(filled_form, world):
    press(filled_form, "Record payment")
    recorded(filled_form)
    filled_form.reload()
    recorded(filled_form)
    assert len(world.writes()) == 1


def test_back_and_once_more(filled_form, world):
    press(filled_form, "Record payment")
    recorded(filled_form)
    filled_form.go_back()
    press(filled_form, "Record payment")
    is_warned(
        filled_form, "Enter an amount for at least one invoice."
    )  # the form was fetched anew, and is empty
    assert len(world.writes()) == 1


def test_the_form_sent_from_an_old_copy_of_the_page(filled_form, world):
    copy = filled_form.context.new_page()
    copy.goto(filled_form.url)
    ours = filled_form.locator("[name=change_id]").input_value()
    press(filled_form, "Record payment")
    recorded(filled_form)
    amounts = copy.locator("input.amount")
    amounts.first.fill("3.75")
    copy.locator("[name=change_id]").evaluate("(field, id) => { field.value = id }", ours)
    press(copy, "Record payment")
    expect(copy).to_have_url(filled_form.url)
    assert len(world.writes()) == 1
