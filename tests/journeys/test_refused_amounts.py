"""Amounts that cannot be: the form comes back as it was filled in, the reason beside the field."""

import re

import pytest
from playwright.sync_api import expect

from arportal.stores.models import Role
from tests.journeys.steps import amount_field, choose_method, is_told, is_warned, press


@pytest.mark.parametrize(
    ("typed", "reason"),
    [("twelve", "is not an amount"), ("1e3", "is not an amount"), ("999999999", "is open on this invoice")],
)
def test_an_amount_that_cannot_be(visit, debtor, form_url, world, typed, reason):
    page = visit(Role.CLERK)
    page.goto(form_url)
    field = amount_field(page, debtor.debts[0])
    field.fill(typed)
    choose_method(page)
    page.get_by_label("Memo").fill("as I left it")
    with page.expect_response(lambda answer: answer.request.method == "POST") as answered:
        press(page, "Preview")
    assert answered.value.status == 422
    expect(field).to_have_value(typed)
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description(re.compile(reason))
    expect(page.get_by_label("Memo")).to_have_value("as I left it")
    assert world.writes() == []


def test_no_amount_at_all(visit, form_url, world):
    page = visit(Role.CLERK)
    page.goto(form_url)
    choose_method(page)
    press(page, "Preview")
    is_warned(page, "Enter an amount for at least one invoice.")
    assert world.writes() == []


def test_attention_goes_to_what_is_wrong(visit, debtor, form_url):
    page = visit(Role.CLERK)
    page.goto(form_url)
    field = amount_field(page, debtor.debts[1])
    field.fill("twelve")
    press(page, "Preview")
    expect(page.locator("#content :focus")).to_be_visible()


def test_then_it_is_put_right(visit, debtor, form_url, world):
    page = visit(Role.CLERK)
    page.goto(form_url)
    field = amount_field(page, debtor.debts[0])
    choose_method(page)
    for typed in ("twelve", "2.25"):
        field.fill(typed)
        press(page, "Preview")
    press(page, "Record payment")
    is_told(page, "is recorded")
    assert len(world.writes()) == 1
