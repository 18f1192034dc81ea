"""The queue by keyboard: moving one payment, a stale row, and many at once, watched to the end."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from arportal.receivables.tasks import send_batch
from arportal.stores.models import Role
from tests.journeys.conftest import both_ways
from tests.journeys.database import apart
from tests.journeys.flaws import flaws_on_the_way
from tests.journeys.steps import is_told, press, tab_to
from tests.whole import only_whole


@pytest.fixture
def queue(visit) -> Page:
    page = visit(Role.CLERK)
    page.goto("/s/demo/payments/?status=3&sort=payment")
    return page


def number_of(row: Any) -> int:
    return int(row.get_attribute("id").removeprefix("row-"))


def at_store(world, payment_id: int) -> int:
    return world.get(f"/ip/payments/{payment_id}")["processingStatus"]


def test_one_by_keyboard(queue, world):
    payment_id = number_of(queue.locator("#list tbody tr[id]").nth(1))
    for key in "jjm":
        queue.keyboard.press(key)
    queue.keyboard.press("Space")  # the menu of moves that are not the next step
    tab_to(queue, f"Processing payment #{payment_id}", role="button")
    queue.keyboard.press("Enter")
    is_told(queue, f"Payment #{payment_id} is now Processing.")
    expect(queue.locator(f"#row-{payment_id} .pill").last).to_have_text("Processing")
    assert at_store(world, payment_id) == 2
    queue.keyboard.press("j")
    expect(queue.locator("#list tbody tr[id]").nth(2).get_by_role("link").first).to_be_focused()


@only_whole("test_one_by_keyboard")
def test_toasts_beside_the_work_and_the_way_back(queue, world):
    for row in queue.locator("#list tbody tr[id]").all()[:4]:
        payment_id = number_of(row)
        row.locator("summary").click()
        row.get_by_role("button", name=re.compile("^Processing")).click()
        is_told(queue, f"Payment #{payment_id} is now Processing.")
    toasts = queue.locator("#toasts > .note")
    expect(toasts).to_have_count(3)
    work = queue.get_by_role("main").bounding_box()
    place = queue.locator("#toasts").bounding_box()
    assert place["x"] + place["width"] <= work["x"]
    toasts.last.get_by_role("link", name="Undo").or_(toasts.last.get_by_role("button", name="Undo")).click()
    is_told(queue, f"Payment #{payment_id} is now Completed.")
    expect(queue.locator(f"#row-{payment_id} .pill").last).to_have_text("Completed")
    assert at_store(world, payment_id) == 3


@only_whole(
    "desk/payments/test_bulk_moves_page.py::test_changed_since_the_preview_is_shown_and_nothing_is_asked"
)
def test_a_row_that_has_changed_since(queue, world):
    row = queue.locator("#list tbody tr[id]").first
    payment_id = number_of(row)
    world.put(f"/ip/payments/{payment_id}/processing-status", {"processingStatus": 1})
    row.locator("summary").click()
    row.get_by_role("button", name=re.compile("^Processing")).click()
    note = queue.get_by_role("alert").filter(has_text="it has changed since it was shown to you")
    expect(note).to_contain_text(re.compile(r"You saw\s+Completed.*Now\s+Awaiting processing", re.DOTALL))
    assert not flaws_on_the_way(queue)
    row = queue.locator(f"#row-{payment_id}")
    row.get_by_role("button", name=re.compile("^Processing")).click()
    expect(note).to_be_hidden()
    assert at_store(world, payment_id) == 2


def chosen(page: Page, count: int) -> list[int]:
    rows = page.locator("#list tbody tr[id]")
    for number in range(count):
        rows.nth(number).get_by_role("checkbox").check()
    return [number_of(rows.nth(number)) for number in range(count)]


@only_whole("test_one_by_keyboard")
@both_ways
def test_many(queue, world, javascript):
    first, second, third = chosen(queue, 3)
    press(queue, "Move…")
    press(queue, "Processing 3 of 3")
    expect(queue.get_by_role("heading", name="Move 3 payments to Processing?")).to_be_visible()
    assert not (javascript and flaws_on_the_way(queue))  # axe is a script itself
    press(queue, "Move 3 payments")
    expect(queue.get_by_text("3 Waiting to be sent")).to_be_visible()
    assert not (javascript and flaws_on_the_way(queue))  # axe is a script itself
    world.put(f"/ip/payments/{second}/processing-status", {"processingStatus": 1})
    world.fault("body_422", "PUT", f"payments/{third}/")
    apart(send_batch, queue.url.rstrip("/").rpartition("/")[2])
    queue.reload()
    expect(queue.get_by_role("heading", name="All finished")).to_be_visible()
    expect(queue.locator(f"#row-{second}")).to_contain_text("It was shown as: Completed")
    expect(queue.locator(f"#row-{third}")).to_contain_text("The store refused")
    expect(queue.locator(f"#row-{first}")).to_contain_text("Done")
    assert not (javascript and flaws_on_the_way(queue))  # axe is a script itself
    assert [at_store(world, each) for each in (first, second, third)] == [2, 1, 3]
    press(queue, "Review those not done")
    expect(queue.get_by_role("heading", name="Move 2 payments to Processing?")).to_be_visible()


def poll_unanswered(page: Page) -> list[Route]:
    """The page's next request of its own, held back for longer than rows take to fade."""
    held: list[Route] = []
    page.route(page.url, lambda route: held.append(route), times=1)
    page.locator(".htmx-request").first.wait_for()
    page.wait_for_timeout(400)
    return held


@only_whole("test_one_by_keyboard")
def test_progress_comes_by_itself_and_the_selection_is_gone(queue):
    chosen(queue, 2)
    expect(queue.get_by_text("2 selected")).to_be_visible()
    press(queue, "Move…")
    press(queue, "Processing 2 of 2")
    press(queue, "Move 2 payments")
    expect(queue.get_by_text("2 Waiting to be sent")).to_be_visible()
    polls = poll_unanswered(queue)
    assert queue.locator(".ledger tbody").evaluate("rows => getComputedStyle(rows).opacity") == "1"
    polls.pop().continue_()
    apart(send_batch, queue.url.rstrip("/").rpartition("/")[2])
    expect(queue.get_by_role("heading", name="All finished")).to_be_visible()
    queue.goto("/s/demo/payments/?status=2")
    expect(queue.get_by_text("0 selected")).to_be_attached()
