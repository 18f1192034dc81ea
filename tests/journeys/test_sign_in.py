"""Coming in and going out."""

import pytest
from playwright.sync_api import Page, expect

from arportal.stores.models import Role
from tests.cast import PASSWORD
from tests.journeys.conftest import both_ways
from tests.journeys.steps import is_warned, press
from tests.whole import only_whole


@pytest.fixture
def sign_in(visit):
    def enter(password: str, start: str = "/"):
        page = visit()
        page.goto(start)
        fill_in(page, password)
        return page

    return enter


def fill_in(page: Page, password: str) -> None:
    page.get_by_label("E-mail address").fill("clerk@example.com")
    page.get_by_label("Password").fill(password)
    press(page, "Sign in")


@only_whole("test_a_wrong_password_and_then_the_page_asked_for")
@both_ways
def test_it_works(sign_in):
    page = sign_in(PASSWORD)
    expect(page.get_by_role("heading", name="Overview", level=1)).to_be_visible()
    expect(page.get_by_role("heading", name="Owed to us")).to_be_visible()


@both_ways
def test_a_wrong_password_and_then_the_page_asked_for(sign_in):
    page = sign_in("not the password", start="/s/demo/companies/?q=e")
    is_warned(page, "not correct")
    expect(page.get_by_label("E-mail address")).to_have_value("clerk@example.com")
    page.goto("/s/demo/companies/?q=e")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    fill_in(page, PASSWORD)
    expect(page).to_have_url("/s/demo/companies/?q=e")


@only_whole("desk/site/test_layout.py::test_signing_out")
@both_ways
def test_signing_out(visit):
    page = visit(Role.VIEWER)
    page.goto("/s/demo/")
    page.locator("summary", has_text="Account menu").click()
    press(page, "Sign out")
    page.goto("/s/demo/invoices/")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
