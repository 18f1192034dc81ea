"""What comes on paper: measured as the browser lays it out for print."""

import pytest
from playwright.sync_api import Page, expect

from arportal.stores.models import Role
from tests.whole import only_whole

# The inner width of A4 across, in CSS pixels: wider than what the navigation needs to stand beside the page.
ACROSS = {"width": 1047, "height": 700}
ON_SCREENS = (
    "td.pick",
    ".selection",
    ".filters",
    ".menu-sheet",
    "thead svg",
    ".btn",
    ".topbar",
    ".sidebar",
)
STYLE = "(element, name) => getComputedStyle(element)[name]"


@pytest.fixture
def printed(visit) -> Page:
    page = visit(Role.CONTROLLER, color_scheme="dark")
    page.goto("/s/demo/invoices/?status=overdue")
    page.locator("#list td.pick input").nth(1).check()
    page.get_by_role("link", name="More filters").click()
    page.locator("summary", has_text="Export").click()
    page.set_viewport_size(ACROSS)
    page.emulate_media(media="print")
    return page


def test_a_list_on_paper(printed):
    """It has the whole paper, and says of which store, with which filter and when; the head comes on every page."""
    table = printed.locator("#list table").bounding_box()
    assert table["x"] < 20
    assert table["width"] > ACROSS["width"] - 40
    assert printed.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    words = printed.locator(".only-print")
    expect(words).to_have_count(1)
    expect(words).to_be_visible()
    expect(words).to_contain_text("Demo store · Status: Overdue · ")
    head = printed.locator("#list thead")
    assert head.evaluate(STYLE, "display") == "table-header-group"
    assert head.locator("th").first.evaluate(STYLE, "position") == "static"


@only_whole("test_a_list_on_paper")
def test_nothing_that_only_a_screen_can_do_and_totals_once(printed):
    assert [each for each in ON_SCREENS if printed.locator(each).filter(visible=True).count()] == []
    assert printed.get_by_role("navigation", name="Pages").is_hidden()
    assert printed.locator("#list tbody.sums").evaluate(STYLE, "display") == "table-row-group"
    printed.goto("/s/demo/receipts/")
    printed.locator("#list tr[id] a").first.click()
    assert printed.locator("tfoot").evaluate(STYLE, "display") == "table-row-group"
