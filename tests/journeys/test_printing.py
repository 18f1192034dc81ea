"""What comes on paper: measured as the browser lays it out for print."""

import pytest
from playwright.sync_api import Page, expect

from arportal.stores.models import Role

# The inner width of A4 across, in CSS pixels: wider than what the navigation needs to stand beside the page.
ACROSS = {"width": 1047, "height": 700}
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


def test_the_list_has_the_whole_paper(printed):
    table = printed.locator("#list table").bounding_box()
    assert table["x"] < 20
    assert table["width"] > ACROSS["width"] - 40
    assert printed.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_it_says_of_which_store_with_which_filter_and_when(printed):
    words = printed.locator(".only-print")
    expect(words).to_have_count(1)
    expect(words).to_be_visible()
    expect(words).to_contain_text("Demo store · Status: Overdue · ")
    assert printed.get_by_role("navigation", name="Pages").is_hidden()


def test_nothing_that_only_a_screen_can_do(printed):
    for nothing in (
        "td.pick",
        ".selection",
        ".filters",
        ".menu-sheet",
        "thead svg",
        ".btn",
        ".topbar",
        ".sidebar",
    ):
        assert printed.locator(nothing).filter(visible=True).count() == 0, nothing


def test_the_head_comes_on_every_page_and_totals_once(printed):
    head = printed.locator("#list thead")
    assert head.evaluate(STYLE, "display") == "table-header-group"
    assert head.locator("th").first.evaluate(STYLE, "position") == "static"
    assert printed.locator("#list tbody.sums").evaluate(STYLE, "display") == "table-row-group"
    printed.goto("/s/demo/receipts/")
    printed.locator("#list tr[id] a").first.click()
    assert printed.locator("tfoot").evaluate(STYLE, "display") == "table-row-group"
