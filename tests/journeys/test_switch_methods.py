"""An admin decides how a company may pay."""

import pytest
from playwright.sync_api import expect

from arportal.stores.models import Role
from tests.journeys.conftest import both_ways
from tests.journeys.steps import is_told, is_warned, press
from tests.whole import only_whole


@pytest.fixture
def at_store(world, debtor):
    """Method title → whether the sandbox has it on for the company."""

    def read() -> dict[str, bool]:
        methods = world.get(f"/companies/{debtor.company_id}/payments")
        return {method["paymentTitle"]: method["isEnabled"] for method in methods}

    return read


@pytest.fixture
def company_url(debtor) -> str:
    return f"/s/demo/companies/{debtor.company_id}/"


@only_whole("desk/companies/test_methods_page.py::test_it_works")
@both_ways
def test_switching_two_methods(visit, company_url, at_store, world):
    before = at_store()
    touched = [next(title for title, on in before.items() if on is state) for state in (True, False)]
    page = visit(Role.ADMIN)
    page.goto(company_url)
    for title in touched:
        page.get_by_label(title, exact=True).set_checked(not before[title])
    press(page, "Save methods")
    is_told(page, "saved")
    assert at_store() == before | {title: not before[title] for title in touched}
    for title, on in at_store().items():
        expect(page.get_by_label(title, exact=True)).to_be_checked(checked=on)
    assert len(world.writes()) == 1


def test_what_is_not_saved_is_said_and_not_left_by_mistake(visit, company_url, at_store, world):
    before = at_store()
    title = next(iter(before))
    page = visit(Role.ADMIN)
    page.goto(company_url)
    switch = page.get_by_label(title, exact=True)
    switch.set_checked(not before[title])
    expect(page.locator(".unsaved")).to_have_text(
        f"Not saved yet (1): {title} {'off' if before[title] else 'on'}"
    )
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.get_by_role("link", name="Companies", exact=True).first.click(no_wait_after=True)
    expect(page.locator(".unsaved")).to_contain_text(title)
    assert asked == ["beforeunload"]
    page.get_by_role("button", name="Undo").click()
    expect(switch).to_be_checked(checked=before[title])
    expect(page.locator(".unsaved")).to_be_empty()
    expect(page.get_by_role("button", name="Undo")).to_have_count(0)
    assert world.writes() == []


@only_whole("desk/companies/test_methods_page.py::test_it_works")
def test_a_store_that_is_down(visit, company_url, at_store, world):
    before = at_store()
    title = next(iter(before))
    page = visit(Role.ADMIN)
    page.goto(company_url)
    page.get_by_label(title, exact=True).set_checked(not before[title])
    world.fault("429", method="PUT")
    press(page, "Save methods")
    is_warned(page, "busy")
    assert at_store() == before


@only_whole("desk/companies/test_methods_page.py::test_it_works")
def test_others_see_them_but_cannot_switch(visit, company_url):
    for role in (Role.VIEWER, Role.CLERK):
        page = visit(role)
        page.goto(company_url)
        expect(page.get_by_role("heading", name="Payment methods")).to_be_visible()
        expect(page.get_by_role("button", name="Save methods")).to_have_count(0)
        expect(page.locator("input[type=checkbox][name=enabled]:enabled")).to_have_count(0)
