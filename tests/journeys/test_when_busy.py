"""A store without room: the wait counts down, and what was asked for can be left to the worker, and taken back."""

import re

import pytest
from playwright.sync_api import Page, expect

from arportal.mirror.models import Payment, RequestBudget
from arportal.receivables.models import Change
from arportal.receivables.tasks import send_line
from arportal.stores.models import Role, Store
from tests.journeys.conftest import both_ways
from tests.journeys.database import apart
from tests.journeys.flaws import flaws
from tests.journeys.steps import amount_field, choose_method, is_warned, press, record
from tests.whole import only_whole

LATER = "Send it as soon as there is room"


@pytest.fixture
def refused(visit, debtor, form_url, world) -> Page:
    """A payment of 3.75, for which the store has no room."""
    page = visit(Role.CLERK)
    page.goto(form_url)
    choose_method(page)
    amount_field(page, debtor.debts[0]).fill("3.75")
    world.fault("429_told", method="POST", seconds=40, count=9)
    record(page)
    is_warned(page, "The store is busy")
    return page


def make_room(world) -> None:
    world.control("DELETE", "faults")
    apart(RequestBudget.objects.all().delete)


@only_whole("test_a_move_in_the_queue")
@both_ways
def test_it_is_left_to_the_worker(refused, world):
    press(refused, LATER)
    expect(refused.get_by_text("It is the next in line.")).to_be_visible()
    make_room(world)
    apart(lambda: send_line(Store.objects.get().pk))
    refused.reload()
    expect(refused.get_by_role("heading", name="Done")).to_be_visible()
    assert [each["status"] for each in world.writes()] == [429, 200]


def seconds(count) -> int:
    return int(count.inner_text().removesuffix(" seconds"))


@only_whole("test_a_move_in_the_queue")
def test_the_wait_counts_down(refused):
    count = refused.locator("[data-countdown]")
    before = seconds(count)
    expect(count).not_to_have_text(f"{before} seconds")
    assert seconds(count) < before
    count.evaluate("count => { count.dataset.countdown = 119; count.replaceWith(count.cloneNode(true)) }")
    expect(refused.locator("[data-countdown]")).to_have_text("2 minutes")
    assert flaws(refused) == []


@only_whole("test_a_move_in_the_queue")
def test_it_says_when_the_wait_is_over(visit, debtor, form_url, world):
    page = visit(Role.CLERK)
    page.goto(form_url)
    choose_method(page)
    amount_field(page, debtor.debts[0]).fill("3.75")
    world.fault("429_told", method="POST", seconds=2)
    record(page)
    expect(page.get_by_text("The store has room again: send it once more.").first).to_be_visible()


@only_whole("test_a_move_in_the_queue")
def test_the_page_follows_and_leads_on(refused, world):
    press(refused, LATER)
    assert flaws(refused) == []
    make_room(world)
    apart(lambda: send_line(Store.objects.get().pk))
    expect(refused).to_have_url(re.compile(r"/payments/\d+/$"))


@only_whole("desk/test_when_busy.py::test_it_can_be_taken_back")
def test_it_is_taken_back(refused, world):
    press(refused, LATER)
    press(refused, "Take it back")
    expect(refused.get_by_text("withdrew it")).to_be_visible()
    make_room(world)
    apart(lambda: send_line(Store.objects.get().pk))
    assert [each["status"] for each in world.writes()] == [429]


def test_a_move_in_the_queue(visit, world):
    page = visit(Role.CLERK)
    payment = apart(lambda: Payment.objects.filter(processing_status=1).order_by("api_id").last())
    page.goto("/s/demo/payments/")
    world.fault("429_told", seconds=40, count=9)
    row = page.locator(f"#row-{payment.api_id}")
    row.get_by_role("button", name=re.compile("^Processing")).click()
    page.locator("#toasts").get_by_role("button", name=LATER).click()
    expect(page.get_by_text("It is the next in line.")).to_be_visible()
    assert apart(lambda: Change.objects.get().is_in_line)
