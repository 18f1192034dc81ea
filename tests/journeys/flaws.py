"""What must not be found on any page: something for axe, or content that is wider than its room."""

from collections.abc import Iterator
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
# At the sizes between, only what is wider than its room: what axe says of them it has said of these two.
BETWEEN = (360, 768, 920, 1280)
# Only what is wrong comes back: the whole account of a page is megabytes.
RUN = "options => axe.run(document, options).then(found => found.violations)"
# A frame is a page that is judged by itself; axe would speak to it across the origins.
ALL = {"resultTypes": ["violations"], "iframes": False}
COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"]}

# Elements whose content runs over their edge, except those that scroll by themselves.
SPILLING = """[...document.querySelectorAll("html, .panel, .sheet")]
    .filter(each => each.scrollWidth > each.clientWidth + 1)
    .filter(each => !["auto", "scroll"].includes(getComputedStyle(each).overflowX))
    .map(each => each.getAttribute("aria-labelledby") || each.className || each.tagName)"""


def flaws(page: Page) -> list[str]:
    """On a phone and on a desk, between them what is too wide, and of the dark theme what only colours can spoil."""
    found = [flaw for size in (PHONE, DESKTOP) for flaw in flaws_at(page, size)]
    for width in BETWEEN:
        found += spilling(page, {"width": width, "height": 900})
    page.emulate_media(color_scheme="dark")
    found += [f"{page.url} in the dark: {flaw}" for flaw in violations(page, COLOURS)]
    page.emulate_media(color_scheme="light")
    return found


def flaws_at(page: Page, size: dict[str, int]) -> Iterator[str]:
    yield from spilling(page, size)
    for flaw in violations(page):
        yield f"{page.url} at {size['width']} px: {flaw}"


def spilling(page: Page, size: dict[str, int]) -> Iterator[str]:
    page.set_viewport_size(size)
    for room in page.evaluate(SPILLING):
        yield f"{page.url} at {size['width']} px: {room} is wider than its room"


def violations(page: Page, options: dict[str, Any] | None = None) -> list[str]:
    """Of axe's rules; `options` are those of its `run`."""
    page.evaluate(Axe().axe_script)
    return [
        f"{each['id']}: {each['help']}: {[node['html'] for node in each['nodes'][:3]]}"
        for each in page.evaluate(RUN, {**ALL, **(options or {})})
    ]
