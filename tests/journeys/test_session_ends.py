"""The session ends in the middle of a form: nothing is lost, and nothing is sent twice or by itself."""

from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from arportal.stores.models import Role
from tests.cast import PASSWORD
from tests.journeys.conftest import Debtor, Visit, both_ways
from tests.journeys.database import apart
from tests.journeys.steps import amount_field, choose_method, press, record
from tests.whole import only_whole

NOTICE = "You were signed out before this was sent."


def fill(page: Page, debtor: Debtor, form_url: str) -> None:
    page.goto(form_url)
    choose_method(page)
    amount_field(page, debtor.debts[0]).fill("3.75")
    amount_field(page, debtor.debts[1]).fill("1.25")
    page.get_by_label("Reference", exact=True).fill("Wire 74882")


def end_session() -> None:
    apart(Session.objects.all().delete)


def sign_in_again(page: Page) -> None:
    expect(page.get_by_text("What you typed is kept for a day")).to_be_visible()
    page.get_by_label("E-mail address").fill("clerk@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Sign in")


def is_filled(page: Page, debtor: Debtor) -> None:
    expect(page.get_by_text(NOTICE)).to_be_visible()
    expect(amount_field(page, debtor.debts[0])).to_have_value("3.75")
    expect(amount_field(page, debtor.debts[1])).to_have_value("1.25")
    expect(page.get_by_label("Reference", exact=True)).to_have_value("Wire 74882")


@only_whole("desk/site/test_forms_shown_again.py::test_a_payment")
@both_ways
def test_it_works(visit: Visit, debtor: Debtor, form_url: str, world):
    page = visit(Role.CLERK)
    fill(page, debtor, form_url)
    page.get_by_label("Amount received").fill("5.00")
    end_session()
    press(page, "Preview")
    sign_in_again(page)
    is_filled(page, debtor)
    assert world.writes() == []
    record(page)
    expect(page.get_by_role("heading", name="Payment #")).to_be_visible()
    expect(page.get_by_text(NOTICE)).to_have_count(0)
    assert len(world.writes()) == 1


@only_whole("desk/site/test_forms_shown_again.py::test_a_button_of_htmx")
def test_a_button_that_answers_in_the_page(visit: Visit, debtor: Debtor, form_url: str, world):
    page = visit(Role.CLERK)
    fill(page, debtor, form_url)
    page.get_by_label("Amount received").fill("5.00")
    end_session()
    page.locator("#allocate").click()
    sign_in_again(page)
    is_filled(page, debtor)
    assert world.writes() == []
