"""The part of the books that is read for some lines: what they may be about, all of it, and nothing else."""

import uuid
from decimal import Decimal

import pytest

from arportal.mirror.models import Company, Invoice
from arportal.receivables.bank.keeping import take_in
from arportal.receivables.bank.tokens import tokens
from arportal.receivables.bank.uses import put_on_account
from arportal.receivables.matching import books as module
from arportal.receivables.matching.accept import accept
from arportal.receivables.matching.books import name_key, read_books
from arportal.receivables.models import BankLine
from tests.receivables.bank.test_keeping import a_file, acceptance


def a_line(currency: str, amount: str = "0.0001", text: str = "", **more) -> BankLine:
    line = BankLine(currency=currency, text=text, tokens=tokens(text), **more)
    line.left = Decimal(amount)
    return line


def test_a_payer_is_found_by_name_with_what_they_owe_in_the_currency_of_the_line(
    clerk, company, open_invoices
):
    currency = open_invoices[0].currency
    foreign = open_invoices[-1]
    Invoice.objects.filter(pk=foreign.pk).update(currency="GBP")
    line = a_line(currency, payer_name=f" {company.name.upper()}!")
    books = read_books(clerk, [line])
    assert books.companies_by_name(line) == {company.api_id}
    assert dict(books.by_name) == {name_key(company.name): {company.api_id}}
    assert books.names[company.api_id] == company.name
    assert set(books.open_of) == {company.api_id}
    assert [each.api_id for each in books.open_of[company.api_id]] == [
        each.api_id for each in open_invoices[:-1]
    ]
    # Signs alone are nobody's name, and nobody is no company.
    Company.objects.filter(pk=company.pk).update(name="!")
    for name in ("", "?"):
        nobody = a_line(currency, payer_name=name)
        books = read_books(clerk, [nobody])
        assert (books.companies_by_name(nobody), dict(books.open_of)) == (set(), {})


@pytest.fixture
def kept(clerk, open_invoices) -> BankLine:
    """A line of 10, whose payer is "Payer" with the account DE77."""
    take_in(clerk, "day.sta", a_file(("10.00", "thanks"), currency=open_invoices[0].currency))
    return BankLine.objects.get()


def test_a_payer_is_learned_from_payments_of_this_store_alone(clerk, kept, open_invoices, other_store):
    invoice = open_invoices[0]
    by_account = a_line(invoice.currency, payer_account="DE77")
    by_name = a_line(invoice.currency, payer_name="Payer")

    def learned() -> tuple[set[int], set[int]]:
        books = read_books(clerk, [by_account, by_name])
        assert books.by_name == {}
        return books.companies_by_account(by_account), books.companies_by_name(by_name)

    # Money on account is nobody's word that they pay for the company.
    put_on_account(clerk, uuid.uuid4(), kept.pk, invoice.company_id, Decimal(1), "No invoice named")
    assert learned() == (set(), set())
    accept(clerk, uuid.uuid4(), acceptance(kept, invoice, 5))
    assert learned() == ({invoice.company_id}, {invoice.company_id})
    # By one of the two alone as well, and what one line teaches is no other's.
    books = read_books(clerk, [by_name])
    assert set(books.by_learned_name) == {"payer"}
    assert read_books(clerk, [a_line(invoice.currency, payer_name="Other")]).by_learned_name == {}
    BankLine.objects.update(store=other_store)
    assert learned() == (set(), set())


def test_an_amount_is_that_of_open_invoices_in_its_currency(clerk, open_invoices):
    first, second, third = Invoice.objects.filter(store=clerk.store).outstanding().order_by("api_id")[:3]
    rows = Invoice.objects.filter(pk__in=[first.pk, second.pk, third.pk])
    rows.update(original_balance="77.31", open_balance="77.31", currency="EUR")
    rows.filter(pk=third.pk).update(currency="GBP")
    books = read_books(clerk, [a_line("EUR", "77.31"), a_line("EUR", "0.0001")])
    assert set(books.of_amount) == {("EUR", Decimal("77.3100"))}
    found = {each.api_id for each in books.of_amount["EUR", Decimal("77.31")]}
    assert found == {first.api_id, second.api_id}
    assert (books.is_complete, set(books.by_key), read_books(clerk, []).invoices) == (True, set(), {})


@pytest.mark.parametrize("limit", ["MOST_NAMED", "MOST_OPEN", "MOST_OF_AMOUNT"])
def test_more_than_is_looked_through_is_told(clerk, company, open_invoices, monkeypatch, limit):
    first, second = open_invoices[:2]
    rows = Invoice.objects.filter(store=clerk.store, company_id=company.api_id)
    rows.exclude(pk__in=[first.pk, second.pk]).update(company_id=0)
    rows.update(original_balance="77.31", open_balance="77.31")
    text = f"{first.number}, {second.number}"
    line = a_line(first.currency, "77.31", text, payer_name=company.name)
    for most, is_complete in ((2, True), (1, False)):
        monkeypatch.setattr(module, limit, most)
        books = read_books(clerk, [line])
        assert (books.is_complete, len(books.open_of[company.api_id])) == (is_complete, 2)


def test_a_reference_is_found_however_it_is_written(clerk, open_invoices):
    """By a word of it without the zeros of the text, and by all of it in one word."""
    invoice = open_invoices[0]
    rows = Invoice.objects.filter(pk=invoice.pk)
    for number, text in (
        ("KX-918273", "KX 000918273"),
        ("KX-918273", "KX000918273"),
        ("KX918273", "KX-918273"),
        ("00918273", "no. 918273"),
        ("KX/918/273", "kx 918/273"),
    ):
        rows.update(number=number)
        books = read_books(clerk, [a_line(invoice.currency, text=text)])
        assert set().union(*books.by_key.values()) == {invoice.api_id}, (number, text)
        assert books.names == {invoice.company_id: invoice.company_name}
    # A part of it is not it.
    assert read_books(clerk, [a_line(invoice.currency, text="kx 918")]).invoices == {}


def test_what_is_paid_is_named_but_not_open(clerk, company, open_invoices):
    paid, open_ = open_invoices[:2]
    Invoice.objects.filter(pk=paid.pk).update(open_balance=0, status=2)
    Invoice.objects.filter(pk=open_.pk).update(open_balance="0.40")
    line = a_line(open_.currency, text=f"{paid.number}", payer_name=company.name)
    books = read_books(clerk, [line])
    assert paid.api_id in books.invoices
    assert paid.api_id not in books.left
    ids = [each.api_id for each in books.open_of[company.api_id]]
    assert (paid.api_id in ids, open_.api_id in ids, books.left[open_.api_id]) == (
        False,
        True,
        Decimal("0.4"),
    )
