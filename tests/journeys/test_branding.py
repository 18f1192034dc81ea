"""An admin gives the store's documents a face, sees it at once, and a clerk's next invoice bears it."""

import io

import pypdf
from playwright.sync_api import expect

from arportal.stores.models import Role
from tests.documents.branding.test_logos import picture
from tests.journeys.conftest import both_ways
from tests.journeys.flaws import flaws
from tests.journeys.steps import press
from tests.whole import only_whole

LOGO = {"name": "logo.png", "mimeType": "image/png", "buffer": picture()}


@only_whole("desk/settings/test_branding_page.py::test_the_preview_shows_what_is_entered_and_saves_nothing")
@both_ways
def test_a_new_branding(visit, debtor, javascript):
    page = visit(Role.ADMIN)
    page.goto("/s/demo/branding/")
    sample = page.locator(".preview iframe:visible").content_frame
    expect(sample.get_by_role("heading", name="Invoice")).to_be_visible()
    page.get_by_label("Name on documents").fill("Harbour & Sons")
    page.get_by_label("Bank details").fill("IBAN GB00 HARB 1")
    page.get_by_label("Logo", exact=True).set_input_files(LOGO)
    if not javascript:
        press(page, "Preview")
    expect(sample.get_by_alt_text("Harbour & Sons")).to_be_visible()
    expect(sample.get_by_text("IBAN GB00 HARB 1")).to_be_visible()
    press(page, "Save")
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert "Harbour & Sons" in our_pdf(visit(Role.CLERK), debtor.debts[0].invoice_id)


def our_pdf(page, invoice_id: int) -> str:
    """The text of our PDF, by the way a clerk takes."""
    page.goto(f"/s/demo/invoices/{invoice_id}/")
    page.get_by_text("PDF", exact=True).click()
    with page.expect_download(timeout=60_000) as download:
        # The first PDF starts a process, which takes its time on a busy machine.
        page.get_by_role("link", name="arportal layout").click(timeout=60_000)
    content = download.value.path().read_bytes()
    return "".join(sheet.extract_text() for sheet in pypdf.PdfReader(io.BytesIO(content)).pages)


@only_whole("desk/settings/test_branding_page.py::test_the_preview_shows_what_is_entered_and_saves_nothing")
def test_editing_does_not_fill_the_browsers_history(visit):
    page = visit(Role.ADMIN)
    page.goto("/s/demo/settings/")
    page.get_by_role("link", name="Branding").click()
    name = page.get_by_label("Name on documents")
    sample = page.locator(".preview iframe:visible").content_frame
    for words in ("One", "Two", "Three"):
        name.fill(words)
        expect(sample.get_by_text(words, exact=True)).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="Settings")).to_be_visible()


@only_whole("desk/settings/test_branding_page.py::test_the_preview_shows_what_is_entered_and_saves_nothing")
def test_what_cannot_be_read_is_said_in_both_places(visit):
    page = visit(Role.ADMIN)
    page.goto("/s/demo/branding/")
    expect(page.locator(".preview iframe:visible").content_frame.get_by_role("heading").first).to_be_visible()
    assert not flaws(page)
    page.get_by_label("Colour of titles").fill("#ffff99")
    expect(page.locator(".preview iframe:visible").content_frame.get_by_text("Too pale")).to_be_visible()
    press(page, "Save")
    expect(page.get_by_text("Too pale").first).to_be_visible()
    assert not flaws(page)
