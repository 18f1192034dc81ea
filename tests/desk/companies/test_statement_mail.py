"""A statement by mail: what is shown is what is sent, to the addresses of the company, once."""

import html
import re

import pytest

from arportal.desk.companies import statement_mail as module
from arportal.documents.statements import DocumentFailed
from arportal.receivables.mails.recipients import add_address
from arportal.receivables.models import CompanyAddress, LedgerEntry, Mail
from tests.documents.einvoices.demo_rules import set_up
from tests.whole import only_whole, whole_or


@pytest.fixture
def address(company) -> str:
    return f"/s/demo/companies/{company.api_id}/statement/mail/?shows=open"


def text_of(answer) -> str:
    return html.unescape(answer.content.decode())


def typed_in(page: str, **changed) -> dict:
    hidden = dict(re.findall(r'<input type="hidden" name="(mail_id|seen)" value="([^"]+)"', page))
    hidden |= {"mail_id": re.search(r'name="mail_id"[^>]*value="([^"]+)"', page)[1]}
    hidden |= {"seen": re.search(r'name="seen"[^>]*value="([^"]+)"', page)[1]}
    return {**hidden, "subject": "Your statement", "text": "Dear you,\r\n\r\nbye", **changed}


def test_it_works(clerk, company, open_invoices, browse, address):
    add_address(clerk, company, "ada@example.org")
    browser = browse(clerk)
    page = text_of(browser.get(address))
    assert f"Dear {company.name}" in page
    assert "No mail server is set up" in page
    typed = typed_in(page, to=["ada@example.org"], other="bob@example.org")
    for _twice in range(2):
        answer = browser.post(address, typed)
        assert answer.status_code == 303
    mail = Mail.objects.get()
    assert answer["Location"] == f"/s/demo/mails/{mail.pk}/"
    assert (mail.subject, mail.text, mail.actor) == ("Your statement", "Dear you,\n\nbye\n", clerk)
    assert sorted(mail.recipients.values_list("address", flat=True)) == ["ada@example.org", "bob@example.org"]
    assert {invoice.api_id for invoice in open_invoices} <= set(mail.invoice_ids)
    file = mail.attachments.get()
    assert (file.name.startswith("Statement of account"), bytes(file.content)[:5]) == (True, b"%PDF-")
    # The company's page tells of it.
    page = text_of(browser.get(f"/s/demo/companies/{company.api_id}/"))
    assert f"/s/demo/mails/{mail.pk}/" in page
    assert "They go to ada@example.org." in page


def test_its_open_invoices_go_along(clerk, company, open_invoices, browse, address, store):
    """Each as an e-invoice where it can be one."""
    set_up(store)
    answer = browse(clerk).post(
        address, typed_in(text_of(browse(clerk).get(address)), to=[company.email], invoices="on")
    )
    assert answer.status_code == 303
    statement, *invoices = Mail.objects.get().attachments.order_by("pk")
    assert statement.name.startswith("Statement of account")
    mail = Mail.objects.get()
    assert len(invoices) == len(mail.invoice_ids)
    assert all(any(invoice.number in file.name for file in invoices) for invoice in open_invoices)
    assert any(b"factur-x.xml" in bytes(file.content) for file in invoices)


def test_what_is_refused_is_said_and_nothing_is_lost(clerk, company, browse, address, monkeypatch):
    browser = browse(clerk)
    typed = typed_in(text_of(browser.get(address)))
    own = company.email
    wrong = {
        "no e-mail address": {"to": []},
        "This is not an e-mail address": {"to": [own], "other": "bob"},
        "not one of the available choices": {"to": ["eve@example.org"]},
        "This field is required": {"to": [own], "subject": ""},
        "The figures have changed since": {"to": [own], "seen": "something else"},
        "out of date": {"to": [own], "mail_id": "1"},
    }
    for words, changed in whole_or(list(wrong.items()), list(wrong.items())[2::2]):
        answer = browser.post(address, typed | changed)
        page = text_of(answer)
        assert (answer.status_code, words in page, "bye" in page) == (422, True, True), words

    def fails(*_args, **_more):
        raise DocumentFailed("Too many lines")

    monkeypatch.setattr(module, "queue_statement", fails)
    assert "Too many lines" in text_of(browser.post(address, typed | {"to": [own]}))
    assert not Mail.objects.exists()


@only_whole("test_what_is_refused_is_said_and_nothing_is_lost")
def test_figures_that_moved_are_shown_first(clerk, company, open_invoices, browse, address):
    browser = browse(clerk)
    typed = typed_in(text_of(browser.get(address)), to=[company.email])
    entry = LedgerEntry.objects.filter(store=clerk.store, invoice_id=open_invoices[0].api_id)[0]
    number = open_invoices[0].number
    open_invoices[0].number = f"{number}-A"
    open_invoices[0].save()
    answer = browser.post(address, typed)
    assert (answer.status_code, entry.company_id) == (422, company.api_id)
    page = text_of(answer)
    assert "The figures have changed since" in page
    # What is shown now may be sent.
    assert browser.post(address, typed_in(page, to=[company.email])).status_code == 303


def test_a_preview_of_what_stands_in_the_form(clerk, company, browse):
    path = f"/s/demo/companies/{company.api_id}/statement/mail/preview/"
    frame = browse(clerk).post(path, {"subject": "S", "text": "Dear <b>you</b>\r\n\r\nbye"})
    assert "Dear &lt;b&gt;you&lt;/b&gt;" in frame.content.decode()
    assert frame["Content-Security-Policy"].endswith("sandbox")


def test_a_statement_that_cannot_be_asked_for(clerk, company, browse):
    path = f"/s/demo/companies/{company.api_id}/statement/mail/?first=2026-03-01&last=2026-02-01"
    answer = browse(clerk).get(path)
    assert (answer.status_code, "/statement/?first=2026-03-01" in answer["Location"]) == (302, True)


def test_addresses(clerk, viewer, company, browse):
    browser, path = browse(clerk), f"/s/demo/companies/{company.api_id}/addresses/"
    assert company.email in text_of(browser.get(path))
    assert browser.post(path, {"address": "ada"}).status_code == 422
    assert browser.post(path, {"address": "ada@example.org"}).status_code == 303
    page = text_of(browser.get(path))
    assert "ada@example.org" in page
    kept = CompanyAddress.objects.get()
    assert browser.post(f"{path}{kept.pk}/remove/").status_code == 303
    assert "as long as none is entered here" in text_of(browser.get(path))
    assert browse(viewer).post(f"{path}{kept.pk}/remove/").status_code == 403
