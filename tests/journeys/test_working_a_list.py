"""Finding, choosing, keeping and taking away what a list shows."""

import csv
import io
import re
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Download, Page, expect

from arportal.stores.models import Role
from tests.journeys.conftest import ROWS, both_ways
from tests.journeys.flaws import flaws
from tests.journeys.steps import is_told, is_warned, press
from tests.whole import only_whole


@pytest.fixture
def invoices(visit) -> Page:
    page = visit(Role.CONTROLLER)
    page.goto("/s/demo/invoices/")
    return page


def numbers(page: Page) -> list[str]:
    return page.locator("#list tbody tr td:nth-child(2) a").all_inner_texts()


def downloaded(page: Page, button: str) -> list[str]:
    """The invoices in the file that a button of the selection sends."""
    with page.expect_download() as download:
        press(page, button)
    return file_of(download.value)


def file_of(download: Download) -> list[str]:
    text = download.path().read_text(encoding="utf-8-sig")
    return [line["Invoice"] for line in csv.DictReader(io.StringIO(text))]


def box(page: Page, number: str):
    return page.get_by_role("checkbox", name=f"Select {number}", exact=True)


def turn(page: Page, to: str) -> None:
    before = numbers(page)[0]
    page.get_by_role("navigation", name="Pages").get_by_role("link", name=to).click()
    expect(page.locator("#list tbody tr td:nth-child(2) a").first).not_to_have_text(before)


def test_a_selection_over_two_pages(invoices):
    first = numbers(invoices)[:2]
    for number in first:
        box(invoices, number).check()
    expect(invoices.get_by_text("2 selected")).to_be_visible()
    turn(invoices, "Next")
    third = numbers(invoices)[3]
    box(invoices, third).check()
    expect(invoices.get_by_text("3 selected")).to_be_visible()
    assert sorted(downloaded(invoices, "CSV")) == sorted([*first, third])
    turn(invoices, "Previous")
    expect(box(invoices, first[0])).to_be_checked()
    press(invoices, "Clear")
    expect(box(invoices, first[0])).not_to_be_checked()
    expect(invoices.get_by_role("button", name="CSV")).to_be_hidden()


@only_whole("test_a_selection_over_two_pages")
def test_a_whole_page_and_everything_that_matches(invoices):
    invoices.get_by_role("checkbox", name="Select all rows of this page").check()
    expect(invoices.get_by_text(f"{ROWS} selected")).to_be_visible()
    invoices.get_by_role("checkbox", name=re.compile("All that match")).check()
    assert len(downloaded(invoices, "CSV")) > ROWS
    # Another filter is another question: what was selected row by row stays.
    invoices.get_by_label("Status", exact=True).select_option("Paid")
    expect(invoices.get_by_role("link", name="Status: Paid")).to_be_visible()
    expect(invoices.get_by_text(f"{ROWS} selected")).to_be_visible()
    expect(invoices.get_by_role("checkbox", name=re.compile("All that match"))).not_to_be_checked()


@only_whole("desk/lists/test_downloading_lists.py::test_what_is_selected")
@pytest.mark.parametrize("javascript", [False], ids=["plain"])
def test_rows_of_a_page_without_a_script(invoices, javascript):
    first = numbers(invoices)[0]
    box(invoices, first).check()
    assert downloaded(invoices, "CSV") == [first]
    box(invoices, first).uncheck()
    press(invoices, "CSV")
    is_warned(invoices, "Select at least one row first.")


@only_whole("test_a_selection_over_two_pages")
@both_ways
def test_filters_that_are_not_in_the_bar(invoices, javascript):
    opener = invoices.get_by_role("link", name="More filters")
    opener.press("Enter")
    if javascript:
        expect(invoices.get_by_role("heading", name="More filters")).to_be_focused()
    invoices.get_by_label("Currency").fill("jpy")
    press_if_plain(invoices, "Show", javascript)
    expect(invoices.get_by_role("link", name="Currency: jpy")).to_be_visible()
    assert set(invoices.locator("#list tbody .code").all_inner_texts()) == {"JPY"}
    invoices.get_by_role("link", name="Close").press("Enter")
    expect(invoices.get_by_label("Currency")).to_have_count(0)
    if javascript:
        expect(opener).to_be_focused()
    # What the closed panel says stays, whatever else is looked for.
    invoices.get_by_label("Status", exact=True).select_option("Paid")
    press_if_plain(invoices, "Filter", javascript)
    expect(invoices.get_by_role("link", name="Status: Paid")).to_be_visible()
    expect(invoices.get_by_role("link", name="Currency: jpy")).to_be_visible()
    invoices.reload()
    assert set(invoices.locator("#list tbody .code").all_inner_texts()) == {"JPY"}


def press_if_plain(page: Page, name: str, javascript: bool) -> None:
    if not javascript:
        press(page, name)


@only_whole("test_a_selection_over_two_pages")
@both_ways
def test_columns_and_a_view_to_keep_them(invoices, javascript):
    invoices.get_by_role("link", name="Columns").click()
    invoices.get_by_label("PO", exact=True).check()
    invoices.get_by_label("Paid", exact=True).uncheck()
    press_if_plain(invoices, "Show", javascript)
    expect(invoices.get_by_role("columnheader", name="PO")).to_be_visible()
    expect(invoices.get_by_role("columnheader", name="Paid")).to_have_count(0)
    invoices.get_by_role("link", name="Save view").click()
    invoices.get_by_label("Name").fill("With PO")
    press(invoices, "Save view")
    is_told(invoices, "The view “With PO” is saved.")
    expect(invoices.get_by_role("columnheader", name="PO")).to_be_visible()
    invoices.goto("/s/demo/invoices/")
    invoices.get_by_role("link", name="Views").click()
    invoices.get_by_role("link", name="With PO").click()
    expect(invoices.get_by_role("columnheader", name="PO")).to_be_visible()


@only_whole("desk/lists/test_downloading_lists.py::test_exactly_what_is_filtered_in_its_order")
def test_the_whole_list_as_a_file(invoices):
    invoices.goto("/s/demo/invoices/?status=overdue&sort=number")
    shown = numbers(invoices)
    invoices.locator("summary", has_text="Export").click()
    with invoices.expect_download() as download:
        invoices.get_by_role("link", name="CSV").click()
    found = file_of(download.value)
    assert found[: len(shown)] == shown
    assert f"{len(found):,} rows" in invoices.get_by_role("navigation", name="Pages").inner_text()


@only_whole("test_a_selection_over_two_pages")
def test_what_opens_on_a_list(visit):
    page = visit(Role.CONTROLLER)
    page.goto("/s/demo/invoices/?status=overdue")
    box(page, numbers(page)[0]).check()
    page.get_by_role("link", name="More filters").click()
    expect(page.get_by_role("heading", name="More filters")).to_be_focused()
    page.locator("summary", has_text="Export").click()
    found = flaws(page)
    for address in (
        "invoices/?panel=columns&cols=number+company+due+open+activity+po+order",
        "invoices/?due_from=x",
    ):
        page.goto(f"/s/demo/{address}")
        found += flaws(page)
    page.goto("/s/demo/views/?of=invoices&query=status%3Doverdue")
    press(page, "Save view")
    found += flaws(page)
    page.get_by_label("Name").fill("Late")
    press(page, "Save view")
    for address in ("invoices/?panel=views", "views/"):
        page.goto(f"/s/demo/{address}")
        found += flaws(page)
    page.get_by_role("link", name="Change Late").click()
    found += flaws(page)
    assert found == []


def middle(locator) -> tuple[float, float]:
    place = locator.bounding_box()
    return place["x"] + place["width"] / 2, place["y"] + place["height"] / 2


@only_whole("test_a_selection_over_two_pages")
def test_two_quick_clicks_tick_two_rows(invoices):
    first, second = (box(invoices, number) for number in numbers(invoices)[:2])
    places = [middle(each) for each in (first, second)]
    for place in places:
        invoices.mouse.click(*place)
    expect(first).to_be_checked()
    expect(second).to_be_checked()
    expect(invoices.get_by_text("2 selected")).to_be_in_viewport()
    invoices.mouse.wheel(0, 900)
    expect(invoices.get_by_text("2 selected")).to_be_in_viewport()


@only_whole("test_a_selection_over_two_pages")
def test_a_range_and_what_it_sums_up_to(invoices):
    invoices.goto("/s/demo/invoices/?currency=KWD&sort=number")
    chosen = numbers(invoices)[1:4]
    box(invoices, chosen[0]).click()
    box(invoices, chosen[2]).click(modifiers=["Shift"])
    for number in chosen:
        expect(box(invoices, number)).to_be_checked()
    expect(invoices.get_by_text("3 selected")).to_be_visible()
    amounts = invoices.locator("#list tr[id] td:last-child").all_inner_texts()[1:4]
    figures = [Decimal(amount.split()[0].replace(",", "").replace("\u2212", "-")) for amount in amounts]
    expect(invoices.locator("[data-sums]")).to_have_text(f"{sum(figures):,} KWD")
    invoices.get_by_role("checkbox", name=re.compile("All that match")).check()
    expect(invoices.locator("[data-all-sums]")).to_contain_text("KWD")


@only_whole("test_a_selection_over_two_pages")
def test_escape_closes_the_panel_and_the_menu_before_it(invoices):
    invoices.get_by_role("link", name="More filters").click()
    panel = invoices.get_by_role("heading", name="More filters")
    expect(panel).to_be_focused()
    menu = invoices.locator("summary", has_text="Export")
    menu.click()
    expect(invoices.get_by_role("link", name="CSV")).to_be_visible()
    invoices.keyboard.press("Escape")
    expect(invoices.get_by_role("link", name="CSV")).to_be_hidden()
    expect(panel).to_be_visible()
    invoices.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(invoices.get_by_role("link", name="More filters")).to_be_focused()


@only_whole("desk/exports/test_exports_page.py::test_all_that_a_filter_matches")
def test_pdfs_of_all_that_is_filtered(invoices):
    invoices.goto("/s/demo/invoices/?status=paid&currency=USD")
    invoices.locator("summary", has_text="Export").click()
    invoices.get_by_role("link", name="Export PDFs").click()
    expect(invoices.get_by_role("heading", name=re.compile("Export the PDF"))).to_be_visible()
    asked = parse_qs(urlsplit(invoices.url).query)
    assert asked == {"status": ["paid"], "currency": ["USD"]}
