"""Books with a history, and what their ageing pages and files say."""

import csv
import datetime as dt
import html
import io
import re
from decimal import Decimal

import pytest
from django.test import Client as Browser
from openpyxl import load_workbook
from pypdf import PdfReader

from arportal import b2b
from arportal.mirror import store as rows
from arportal.mirror.models import Company, ExtraField
from arportal.stores.models import Membership, Role, User
from tests.cast import sign_in
from tests.receivables.ledger.books import Books

TODAY = "2026-03-31"


@pytest.fixture
def january(db) -> Books:
    """Alpha has a subsidiary, Beta; Gamma pays in yen. Kim looks after Alpha and Gamma."""
    books = Books("Europe/Berlin")
    store = books.store
    store.currency = "EUR"
    store.save()
    for api_id, name, parent_id, person in (
        (1, "Alpha", None, "Kim"),
        (2, "Beta", 1, ""),
        (3, "Gamma", None, "Kim"),
    ):
        fields = [{"fieldName": "Salesperson", "fieldValue": person}] if person else []
        Company.objects.create(
            store=store,
            api_id=api_id,
            name=name,
            status=1,
            parent_id=parent_id,
            extra_fields=fields,
            raw={
                "companyId": api_id,
                "companyName": name,
                "companyStatus": 1,
                "addressLine1": "4 Quay Street",
            },
        )
    ExtraField.objects.create(store=store, of="companies", name="Salesperson", type=0, is_required=False)
    books.begin("2026-01-01")
    books.invoice(
        1, original=100, open=100, issued="2026-01-03", due="2026-02-02", seen="2026-01-03", company=1
    )
    yen = {"original": 7000, "open": 7000, "currency": "JPY"}
    books.invoice(5, issued="2026-01-05", due="2026-01-31", seen="2026-01-05", company=3, **yen)
    books.invoice(
        2, original=250, open=250, issued="2026-01-20", due="2026-03-30", seen="2026-01-20", company=2
    )
    books.payment(7, {1: 40}, made="2026-01-10", seen="2026-02-03")
    books.invoice(1, open=60, changed="2026-01-10", seen="2026-02-03")
    return books


@pytest.fixture
def books(january) -> Books:
    """In March Gamma owes euros, too, and somebody lowers what Beta owes."""
    books = january
    books.invoice(
        3, original=40, open=40, issued="2026-03-01", due="2026-04-15", seen="2026-03-01", company=3
    )
    books.invoice(
        4, original=-15, open=-15, issued="2026-03-02", due="2026-03-02", seen="2026-03-02", company=3
    )
    books.invoice(2, open=220, changed="2026-03-20", seen="2026-03-21")
    return books


@pytest.fixture
def restricted(books) -> Membership:
    """Somebody who sees Beta alone."""
    user = User.objects.create_user("restricted@example.com", name="Rae Stricted")
    return Membership.objects.create(user=user, store=books.store, role=Role.VIEWER, company_ids=[2])


@pytest.fixture
def see(books):
    """Opens an address of the books' store on TODAY, as its controller or as somebody else."""

    browsers: dict[int, Browser] = {}

    def see(address: str, person: Membership | None = None, **headers: str):
        user = (person or books.controller).user
        with books.at(TODAY):
            if user.pk not in browsers:
                browsers[user.pk] = Browser()
                sign_in(browsers[user.pk], user)
            return browsers[user.pk].get(f"/s/{books.store.slug}/{address}", headers=headers)

    return see


@pytest.fixture
def many(books) -> None:
    """120 more companies, some of which owe the same."""
    numbers = range(100, 220)
    Company.objects.bulk_create(
        Company(store=books.store, api_id=number, name=f"C{number}", status=1) for number in numbers
    )
    owed = {number: {"code": "EUR", "value": str(number % 7 + 1)} for number in numbers}
    days = {"createdAt": books.seconds("2026-02-01"), "dueDate": books.seconds("2026-02-20T00:00+00:00")}
    with books.at("2026-02-01"):
        invoices = [
            b2b.Invoice.parse(
                {
                    "id": number,
                    "invoiceNumber": f"N{number}",
                    "customerId": str(number),
                    "status": 0,
                    "originalBalance": amount,
                    "openBalance": amount,
                    **days,
                }
            )
            for number, amount in owed.items()
        ]
        rows.save_invoices(books.store, invoices)


def text_of(answer) -> str:
    return html.unescape(answer.content.decode())


def tables(answer) -> dict[str, list[list[str]]]:
    """Currency → the rows of its table, the total first, as text."""
    sections = re.findall(r'<section aria-labelledby="in-(\w+)">(.*?)</section>', text_of(answer), re.DOTALL)
    return {currency: rows_of(section) for currency, section in sections}


def rows_of(text: str) -> list[list[str]]:
    """The rows of the tables' bodies, cell by cell, without markup."""
    rows = re.findall(r"<tr[^>]* id=[^>]*>(.*?)</tr>", text, re.DOTALL)
    return [
        [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<td.*?</td>", row, re.DOTALL)]
        for row in rows
    ]


def links_of(answer) -> list[tuple[str, str]]:
    """The links to what stands behind figures: address and figure."""
    return re.findall(r'<a href="([^"]*/ageing/invoices/[^"]*)">([^<]+)</a>', text_of(answer))


def number(text: str) -> Decimal:
    """A figure as the page writes it; the dash of an empty cell is nothing."""
    figure = text.replace("\N{MINUS SIGN}", "-").replace(",", "").split()[0]
    return Decimal(0) if figure == "\N{EN DASH}" else Decimal(figure)


def csv_rows(answer) -> list[dict[str, str]]:
    content = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(content)))


def xlsx_rows(answer) -> list[dict[str, object]]:
    book = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    headers, *rows = book.active.iter_rows(values_only=True)
    return [dict(zip(headers, row, strict=True)) for row in rows]


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def pdf_rows(answer) -> dict[str, list[list[str]]]:
    """Currency → the rows of its table, the total last: name and figures, as they are written."""
    tables: dict[str, list[list[str]]] = {}
    rows: list[list[str]] = []
    for line in pdf_text(answer).splitlines():
        if re.fullmatch("[A-Z]{3}", line.strip()):
            rows = tables.setdefault(line.strip(), [])
        elif tables and re.search(r"\d$", line) and not line.startswith("Page "):
            name, *figures = re.split(r"\s+(?=[\N{MINUS SIGN}\d])", line.strip())
            rows.append([name, *figures])
    return tables


def pdf_text(answer) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
