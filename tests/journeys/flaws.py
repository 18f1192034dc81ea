"""What must not be found on any page: something for axe, or content that is wider than its room."""

from collections.abc import Iterator
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests import whole
from tests.whole import whole_or

DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
WIDTHS = whole_or((1440, 1280, 920, 768, 360), (1280, 768, 360))
# Only what is wrong comes back: the whole account of a page is megabytes.
RUN = "options => axe.run(document, options).then(found => found.violations)"
# A frame is a page that is judged by itself; axe would speak to it across the origins.
ALL = {"resultTypes": ["violations"], "iframes": False}
COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"]}
EVERYTHING: dict[str, Any] = {}
# Contrast takes axe four times as long as all its other rules: the suite has it measured on some pages.
USUAL = whole_or(EVERYTHING, {"rules": {"color-contrast": {"enabled": False}}})
AXE = Axe().axe_script

# Elements whose content runs over their edge, except those that scroll by themselves.
SPILLING = """[...document.querySelectorAll("html, .panel, .sheet")]
    .filter(each => each.scrollWidth > each.clientWidth + 1)
    .filter(each => !["auto", "scroll"].includes(getComputedStyle(each).overflowX))
    .map(each => each.getAttribute("aria-labelledby") || each.className || each.tagName)"""


def flaws(page: Page) -> list[str]:
    """What axe says of the page on a desk, and what is wider than its room at any width.

    Contrast, the dark theme, and what axe finds only on a phone, are looked at on some pages in `test_every_page.py`
    (on every page, light and dark, with --whole);
    tests/house/test_colours.py computes what every colour comes to on every ground.
    """
    found = violations(page)
    if whole.is_asked_for:
        page.emulate_media(color_scheme="dark")
        found += violations(page, COLOURS)
        page.emulate_media(color_scheme="light")
    for width in WIDTHS:
        # A low window has less to paint, and what is too wide is so at any height.
        found += too_wide(page, {"width": width, "height": 300})
    page.set_viewport_size(DESKTOP)
    return found


def flaws_on_the_way(page: Page) -> list[str]:
    """The same of pages that are made of what those in `test_every_page.py` are made of: with --whole alone."""
    return flaws(page) if whole.is_asked_for else []


def too_wide(page: Page, size: dict[str, int]) -> Iterator[str]:
    page.set_viewport_size(size)
    for room in page.evaluate(SPILLING):
        yield f"{page.url} at {size['width']} px: {room} is wider than its room"


def violations(page: Page, options: dict[str, Any] = USUAL) -> list[str]:
    """Of axe's rules; `options` are those of its `run`."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    return [
        f"{page.url}: {each['id']}: {each['help']}: {[node['html'] for node in each['nodes'][:3]]}"
        for each in page.evaluate(RUN, ALL | options)
    ]
