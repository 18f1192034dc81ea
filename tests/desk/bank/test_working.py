"""The pages of bank lines: a file is taken in, each line is worked on, and everything can be taken back."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from arportal.desk.bank.line import choices
from arportal.mirror.models import Invoice
from arportal.receivables.bank.keeping import take_in
from arportal.receivables.matching.suggestions import suggest
from arportal.receivables.models import BankLine, BankUse, Change
from tests.desk.every_verb import fields, text
from tests.receivables.bank.test_keeping import a_file
from tests.receivables.matching.corpus import Corpus

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
    assert "“x” is not an amount." in page or "begin as MT940" in page
    assert "New lines</dt><dd>2" in page
    assert upload(browser, content).status_code == 303
    assert BankLine.objects.count() == 2
    listed = text(browser.get(f"{BANK}?state=open"))
    assert f"{invoice.company_name} · {invoice.number}" in listed
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
    assert "Nothing in the books fits" in page or "Possible" in page or "Likely" in page
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


def test_a_hundred_lines_take_at_most_130_keys(clerk):
    """As the page has it: Enter for the first suggestion, a digit and Enter for another, `s` for a line that nobody
    can tell, `i` and Enter for what is none of ours. test_a_day_at_the_bank.py presses them."""
    Invoice.objects.filter(store=clerk.store).delete()
    corpus = Corpus(clerk.store)
    corpus.save()
    for name, content in corpus.files().items():
        take_in(clerk, name, content)
    incoming = {name: [line for line in lines if line.amount > 0] for name, lines in corpus.lines.items()}
    numbers = dict(Invoice.objects.values_list("api_id", "number"))
    lines = BankLine.objects.visible_to(clerk).open()
    suggestions = suggest(clerk, list(lines))
    keys = 0
    for name, made in incoming.items():
        rows = lines.filter(file__format=name).order_by("number", "pk")
        for row, line in list(zip(rows, made, strict=True))[:25]:
            shown = [
                frozenset(numbers[each.invoice_id] for each in choice.suggestion.allocations)
                for choice in choices(suggestions[row.pk], "")
            ]
            if line.pays is None:
                keys += 1
            else:
                keys += 1 if shown[0] == line.pays else 2 if line.pays in shown else 99
    assert 100 <= keys <= 130
