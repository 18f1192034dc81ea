"""The pages of bank lines: a file is taken in, each line is worked on, and everything can be taken back."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from arportal.receivables.models import BankLine, BankUse, Change
from tests.desk.every_verb import fields, text
from tests.receivables.bank.test_keeping import a_file
from tests.whole import only_whole

BANK = "/s/demo/bank/"


@pytest.fixture
def browser(clerk, browse):
    return browse(clerk)


def form_of(page: str, ending: str) -> tuple[str, dict[str, str]]:
    """The form that is sent to such an address: the address, and what it holds with the chosen suggestion."""
    opening, form = (
        re.search(rf'(<form method="post" action="[^"]*{ending}/".*?)</form>', page, re.DOTALL)[0],
        "",
    )
    form = opening
    chosen = re.search(r'type="radio"\s+name="choice"\s+value="([^"]*)"[^>]*\schecked', form)
    action = re.search(r'action="([^"]*)"', form)[1]
    return action, fields(form) | ({"choice": chosen[1]} if chosen else {})


def upload(browser, content: bytes):
    return browser.post(f"{BANK}files/", {"file": SimpleUploadedFile("day.sta", content)})


def test_a_day_from_file_to_payment(browser, open_invoices, sandbox):
    invoice = open_invoices[0]
    content = a_file(
        (f"{invoice.open_balance:.2f}", f"Invoice {invoice.number}"),
        ("x", "bad"),
        ("3.50", "?"),
        currency=invoice.currency,
    )
    answer = upload(browser, content)
    page = text(browser.get(answer.url))
    assert "begin as MT940 says" in page
    assert "New lines</dt><dd>2" in page
    assert upload(browser, content).status_code == 303
    assert BankLine.objects.count() == 2
    listed = text(browser.get(f"{BANK}?state=open"))
    assert f"{invoice.number}, {invoice.company_name}" in listed
    first = browser.get(f"{BANK}next/").url
    page = text(browser.get(first))
    assert f"Names {invoice.number} · Exact amount" in page
    action, typed = form_of(page, "accept")
    answer = browser.post(action, typed)
    [change] = Change.objects.all()
    assert (change.state, change.amount) == (Change.State.APPLIED, invoice.open_balance)
    assert browser.post(action, typed).status_code == 303
    assert len(sandbox.writes()) == 1
    # Enter has led to the next line, which fits nothing.
    page = text(browser.get(answer.url))
    assert "1 line is open" in page
    by_hand = re.search(r'href="([^"]*record/\?bank_line=\d+)"', page)[1]
    assert "bank_line=" in text(browser.get(by_hand))
    action, typed = form_of(page, "ignore")
    assert browser.post(action, typed | {"reason": ""}).status_code == 422
    answer = browser.post(action, typed)
    assert answer.url == BANK
    assert text(browser.get(f"{BANK}?state=open")).count("<tr id=") == 0
    [use] = BankUse.objects.filter(kind="ignored")
    page = text(browser.get(f"{BANK}uses/{use.pk}/take-back/"))
    assert (
        browser.post(f"{BANK}uses/{use.pk}/take-back/", fields(page) | {"reason": "Theirs"}).status_code
        == 303
    )
    page = text(browser.get(f"{BANK}lines/{use.line_id}/on-account/"))
    typed = fields(page) | {"company": str(invoice.company_id), "amount": "3.50", "reason": "No invoice"}
    assert browser.post(f"{BANK}lines/{use.line_id}/on-account/", typed).url == BANK
    assert "No invoice" in text(browser.get(f"{BANK}lines/{use.line_id}/"))


@only_whole("desk/recording/test_preview.py::test_a_likely_duplicate")
def test_a_likely_duplicate_is_asked_about(browser, clerk, open_invoices):
    invoice = open_invoices[0]
    lines = [("2.00", f"Part of {invoice.number}"), ("2.00", f"Another part of {invoice.number}")]
    upload(browser, a_file(*lines, currency=invoice.currency))
    first, second = BankLine.objects.order_by("number")
    action, typed = form_of(text(browser.get(f"{BANK}lines/{first.pk}/")), "accept")
    assert browser.post(action, typed).status_code == 303
    action, typed = form_of(text(browser.get(f"{BANK}lines/{second.pk}/")), "accept")
    answer = browser.post(action, typed)
    page = text(answer)
    assert (answer.status_code, "This payment may already be recorded" in page) == (422, True)
    action, typed = form_of(page, "accept")
    seen = re.search(r'name="duplicates" value="([^"]*)"', page)[1]
    assert browser.post(action, typed | {"duplicates": seen}).status_code == 303


@only_whole("test_a_day_from_file_to_payment")
def test_by_hand_over_the_form_of_payments(browser, open_invoices):
    first, second = open_invoices[:2]
    upload(browser, a_file(("5.00", "two of them"), currency=first.currency))
    line = BankLine.objects.get()
    begun = browser.get(f"/s/demo/payments/record/{first.company_id}/?bank_line={line.pk}")
    page = text(browser.get(begun.url))
    assert "a line of a bank statement" in page
    typed = fields(page) | {f"amount-{first.api_id}": "2", f"amount-{second.api_id}": "3"}
    typed = {name: value for name, value in typed.items() if value}
    preview = browser.post(begun.url, typed)
    assert preview.status_code == 303
    browser.post(preview.url, fields(text(browser.get(preview.url))))
    assert BankUse.objects.get().amount == 5
    assert not BankLine.objects.open().exists()


def test_who_sees_some_companies_only_sees_none_of_it(browser, clerk, company):
    clerk.all_companies, clerk.company_ids = False, [company.api_id]
    clerk.save()
    assert browser.get(BANK).status_code == 403
    assert upload(browser, b"x").status_code == 403
    assert BANK not in text(browser.get("/s/demo/"))


def test_what_is_no_statement_is_said_beside_the_field(browser):
    for content, reason in (
        (b"", "The file is empty"),
        (b"PK\x03\x04", "ZIP archive"),
        (b"Dear", "neither MT940"),
    ):
        answer = upload(browser, content)
        assert (answer.status_code, reason in text(answer)) == (422, True)


def test_a_table_is_explained_once_and_then_remembered(browser):
    head = "Buchungstag;Umsatz;Zahler;Zweck\n"
    day = f"{head}03.04.2026;1.234,50;ACME;INV 1\n04.04.2026;x;ACME;INV 2\n05.04.2026;-3,00;Bank;Fee\n"
    answer = upload(browser, day.encode())
    page = text(browser.get(answer.url))
    assert "ACME" in page
    typed = {
        "account": "DE1",
        "currency": "EUR",
        "booked_on": "Buchungstag",
        "amount": "Umsatz",
        "text": "Zweck",
    }
    # Nothing is guessed: April or March, a point or thousands.
    refused = browser.post(answer.url, typed)
    assert (refused.status_code, BankLine.objects.count()) == (422, 0)
    chosen = typed | {"date_format": "%d.%m.%Y", "number_format": "comma", "payer_name": "Zahler"}
    page = text(browser.get(browser.post(answer.url, chosen).url))
    assert "New lines</dt><dd>2" in page
    assert "“x” is not" in page
    amounts = BankLine.objects.order_by("number").values_list("amount", "payer_name", "number")
    assert [tuple(map(str, row)) for row in amounts] == [("1234.5000", "ACME", "2"), ("-3.0000", "Bank", "4")]
    again = upload(browser, f"{head}06.04.2026;5,00;ACME;INV 3\n".encode())
    assert "New lines</dt><dd>1" in text(browser.get(again.url))
