"""A clerk sends a company its statement, sees what became of it, sends it again, and notes that it came back."""

from playwright.sync_api import expect

from arportal.documents.mails.sending import send_queued
from arportal.receivables.models import MailRecipient
from arportal.stores.models import Role, Store
from tests.journeys.database import apart
from tests.journeys.flaws import flaws_on_the_way
from tests.journeys.steps import press
from tests.whole import only_whole


@only_whole("desk/companies/test_statement_mail.py::test_it_works")
def test_it_works(visit, debtor):
    page, found = visit(Role.CLERK), []
    page.goto(f"/s/demo/companies/{debtor.company_id}/statement/?shows=open")
    page.get_by_role("link", name="Send by mail").click()
    # A frame of its own each time.
    preview = page.frame_locator("iframe").last
    expect(preview.get_by_text("please find attached")).to_be_visible()
    page.get_by_label("Subject").fill("What you owe")
    page.get_by_label("Text").fill("Dear customer,\n\nsee the PDF.")
    expect(preview.get_by_text("see the PDF.")).to_be_visible()
    press(page, "Send")
    expect(page.get_by_role("heading", name="What you owe", exact=True)).to_be_visible()
    expect(page.frame_locator("iframe").get_by_text("see the PDF.")).to_be_visible()
    expect(page.get_by_text("To be sent")).to_be_visible()
    # The recipients are looked at again by themselves.
    apart(lambda: send_queued(Store.objects.get()))
    expect(page.get_by_text("Kept, not sent")).to_be_visible()
    found += flaws_on_the_way(page)
    apart(MailRecipient.objects.update, state="sent")
    page.reload()
    page.get_by_role("link", name="It came back").click()
    found += flaws_on_the_way(page)
    page.get_by_label("Reason").fill("Mailbox full")
    press(page, "Note it")
    expect(page.get_by_text("Mailbox full (noted by AR clerk)")).to_be_visible()
    page.get_by_role("link", name="Send again").click()
    found += flaws_on_the_way(page)
    page.get_by_label("To").fill("ada@example.org")
    press(page, "Send again")
    expect(page.get_by_text("ada@example.org")).to_be_visible()
    assert found == []
