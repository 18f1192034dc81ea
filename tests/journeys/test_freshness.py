"""An open page says how old its figures have become."""

import re

from playwright.sync_api import expect

from arportal.stores.models import Role
from tests.whole import only_whole

ASKED = "**/freshness/**"
FRESH = '<summary class="fresh"><span class="words">Synced just now</span></summary>'
STALE = '<summary class="fresh is-stale"><span class="words">Synced 9 hours ago</span></summary>'


@only_whole("test_nobody_is_asked_while_nobody_looks")
def test_it_works(visit):
    page = visit(Role.CLERK, is_kept=False)
    page.clock.install()
    page.goto("/s/demo/invoices/")
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "/freshness/" in request.url else None)
    with page.expect_response(ASKED) as answered:
        page.clock.run_for(61_000)
    assert answered.value.status == 200
    expect(page.locator("#freshness .words")).to_have_text(re.compile("^Synced|^As of"))
    expect(page.locator("#freshness-said")).to_be_empty()
    assert len(asked) == 1


def test_when_it_turns_stale_it_is_said_once(visit):
    page = visit(Role.CLERK, is_kept=False)
    page.clock.install()
    page.goto("/s/demo/invoices/")
    # The page itself may be stale already, if the run takes long.
    bodies = [FRESH, STALE, STALE]
    page.route(ASKED, lambda route: route.fulfill(body=bodies.pop(0), content_type="text/html"))
    for words in ("Synced just now", "Synced 9 hours ago"):
        with page.expect_response(ASKED):
            page.clock.run_for(61_000)
        expect(page.locator("#freshness .words")).to_have_text(words)
    said = page.locator("#freshness-said")
    expect(said).to_have_text("Synced 9 hours ago")
    said.evaluate("said => { said.textContent = 'read out' }")
    with page.expect_response(ASKED):
        page.clock.run_for(61_000)
    assert bodies == []
    expect(page.locator("#freshness .words")).to_have_text("Synced 9 hours ago")
    expect(said).to_have_text("read out")


@only_whole("test_when_it_turns_stale_it_is_said_once")
def test_failures_slow_it_down_and_disturb_nobody(visit):
    page = visit(Role.CLERK, is_kept=False)
    page.clock.install()
    page.goto("/s/demo/payments/record/")
    page.locator("#q").fill("half typed")
    asked = []

    def fail(route):
        asked.append(route.request.url)
        route.fulfill(status=404 if len(asked) == 1 else 503)

    page.route(ASKED, fail)
    for _minute in range(8):
        page.clock.run_for(60_000)
        page.wait_for_timeout(20)
    # After one minute, after two more, after four more.
    assert len(asked) == 3
    expect(page.locator("#toasts")).to_be_empty()
    expect(page.locator("#q")).to_have_value("half typed")


def test_nobody_is_asked_while_nobody_looks(visit):
    page = visit(Role.CLERK, is_kept=False)
    page.clock.install()
    page.goto("/s/demo/invoices/")
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "/freshness/" in request.url else None)
    page.evaluate("Object.defineProperty(document, 'hidden', {get: () => window.isAway ?? true})")
    page.clock.run_for(300_000)
    assert asked == []
    with page.expect_response(ASKED) as answered:
        page.evaluate("window.isAway = false; document.dispatchEvent(new Event('visibilitychange'))")
    assert answered.value.status == 200
    expect(page.locator("#freshness .words")).to_have_text(re.compile("^Synced|^As of"))
