"""Amounts that cannot be: the form comes back as it was filled in, the reason beside the field."""

import re

import pytest
from playwright.sync_api import Page, expect

from arportal.stores.models import Role
from tests.journeys.steps import amount_field, choose_method, is_told, is_warned, press
from tests.whole import only_whole, whole_or

REASONS = {
    "1e3": "is not an amount",
    "999999999": "is open on this invoice",
    **whole_or({"twelve": "is not an amount"}, {}),
}


@pytest.fixture
def page(visit, form_url) -> Page:
    page = visit(Role.CLERK)
    page.goto(form_url)
    choose_method(page)
    return page


@only_whole("desk/recording/test_record_payment.py::test_refused_with_the_form_filled")
def test_amounts_that_cannot_be_and_one_that_can(page, debtor, world):
    field = amount_field(page, debtor.debts[0])
    page.get_by_label("Memo").fill("as I left it")
    for typed, reason in REASONS.items():
        field.fill(typed)
        with page.expect_response(lambda answer: answer.request.method == "POST") as answered:
            press(page, "Preview")
        assert answered.value.status == 422
        expect(field).to_have_value(typed)
        expect(field).to_have_attribute("aria-invalid", "true")
        expect(field).to_have_accessible_description(re.compile(reason))
        expect(page.get_by_label("Memo")).to_have_value("as I left it")
    assert world.writes() == []
    field.fill("2.25")
    press(page, "Preview")
    press(page, "Record payment")
    is_told(page, "is recorded")
    assert len(world.writes()) == 1


@only_whole("desk/recording/test_record_payment.py::test_refused_with_the_form_filled")
def test_attention_goes_to_what_is_wrong(page, debtor, world):
    press(page, "Preview")
    is_warned(page, "Enter an amount for at least one invoice.")
    amount_field(page, debtor.debts[1]).fill("twelve")
    press(page, "Preview")
    expect(page.locator("[aria-invalid=true]")).to_have_count(1)
    expect(page.locator("#content :focus")).to_be_visible()
    assert world.writes() == []
