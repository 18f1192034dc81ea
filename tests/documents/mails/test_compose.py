"""A mail's text and HTML: names from outside add no line, no tag and no place, and tables stand in both."""

import pytest

from arportal.documents.branding.letterheads import letterhead_of
from arportal.documents.mails.compose import Table, compose
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.mails.texts import PLACES, Text, problem_in, save_text, text_of
from arportal.receivables.models import Mail
from arportal.stores.access import NotAllowed

INVOICES = Table(("Invoice", "Open"), (("INV-1", "1,000.00 EUR"), ("<b>2</b>", "5 JPY")))


def composed(store, text: str, **values):
    return compose(letterhead_of(store), Text("About {company}", text), {"company": "Acme", **values})


def test_it_works(store):
    mail = composed(
        store, "Dear {company},\r\n\r\nyou owe:\r\n\r\n{invoices}\r\n\r\nBye\r\nus", invoices=INVOICES
    )
    assert mail.subject == "About Acme"
    table = "Invoice           Open\nINV-1     1,000.00 EUR\n<b>2</b>         5 JPY"
    assert mail.text == f"Dear Acme,\n\nyou owe:\n\n{table}\n\nBye\nus\n"
    assert '<p style="margin:0 0 16px">Bye<br>us</p>' in mail.html
    assert "&lt;b&gt;2&lt;/b&gt;" in mail.html
    assert mail.html.count("<table") == 1


def test_names_are_distrusted(store):
    name = "\u202eA{store}\r\n\r\nEve\x00 <script>\ue000invoices"
    mail = composed(store, "{company}: {invoices}", company=name, invoices=INVOICES)
    assert mail.subject == "About A{store} Eve <script>invoices"
    assert "<script>" not in mail.html
    assert mail.text.startswith("A{store} Eve <script>invoices:\n\nInvoice")
    assert composed(store, "\ue000invoices").text == "invoices\n"


def test_a_name_that_runs_from_right_to_left(store):
    mail = composed(store, "{company}", company="\u05d0\u05d1")
    assert '<p dir="rtl"' in mail.html


@pytest.mark.parametrize(
    "text", ["{comapny}", "{", "}", "{company.name}", "{company!r}", "{company:9}", "{}", "{0}"]
)
def test_a_place_that_there_is_not(controller, text):
    assert problem_in(text, PLACES)
    with pytest.raises(Invalid) as refused:
        save_text(controller, Mail.Kind.STATEMENT, "Statement", text)
    assert set(refused.value.fields) == {"text"}


def test_a_store_has_texts_of_its_own(store, controller, clerk):
    ours = text_of(store, Mail.Kind.STATEMENT)
    assert not problem_in(ours.subject + ours.text, PLACES)
    save_text(controller, Mail.Kind.STATEMENT, "S {day}", "T {{braces}} {company}")
    assert text_of(store, Mail.Kind.STATEMENT) == Text("S {day}", "T {{braces}} {company}")
    assert composed(store, "T {{braces}} {company}").text == "T {braces} Acme\n"
    save_text(controller, Mail.Kind.STATEMENT, "", "")
    assert text_of(store, Mail.Kind.STATEMENT) == ours
    with pytest.raises(NotAllowed):
        save_text(clerk, Mail.Kind.STATEMENT, "S", "T")
