"""Books of any size for list tests, written straight into the mirror: a store of its own, no API behind it."""

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.http import HttpResponse, QueryDict
from django.utils import timezone

from arportal.desk.lists.list_page import ListPage
from arportal.desk.lists.lists import List
from arportal.desk.lists.tables import Viewer
from arportal.mirror.models import Company, Invoice, Payment
from arportal.stores.models import Membership, Role, Store, User
from tests.days import with_days

START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
CURRENCIES = ("USD", "EUR", "JPY", "KWD")


@pytest.fixture
def books(db: None) -> Membership:
    """The clerk of a store whose books are still empty."""
    books = Store(slug="books", name="Books", store_hash="books", api_url="http://127.0.0.1:9/api/v3/io")
    books.token = "none"
    books.save()
    user = User.objects.create_user("keeper@example.com", name="Kim Keeper")
    return Membership.objects.create(user=user, store=books, role=Role.CONTROLLER, all_companies=True)


@pytest.fixture
def write(books: Membership) -> Callable[[int], None]:
    """Writes this many companies, invoices and payments, with many equal values and missing dates."""

    def write(count: int) -> None:
        Company.objects.bulk_create(a_company(books.store, number) for number in range(1, count + 1))
        Invoice.objects.bulk_create(an_invoice(books.store, number) for number in range(1, count + 1))
        Payment.objects.bulk_create(a_payment(books.store, number) for number in range(1, count + 1))

    return write


@pytest.fixture
def see(books: Membership, browse) -> Callable[..., HttpResponse]:
    """Opens an address of the store of the books."""
    browser = browse(books)
    return lambda address, **headers: browser.get(f"/s/books/{address}", headers=headers)


@pytest.fixture
def page_of(books: Membership) -> Callable[..., ListPage]:
    """One page of a list as an address with this query shows it, before it is written as HTML, which costs ten times
    as much. That the addresses show just this is held by test_searching_without_accents.py."""

    def page_of(declared: List, query: str = "") -> ListPage:
        viewer = Viewer(books, books.store.today(timezone.now()))
        return ListPage(declared, QueryDict(query), viewer)

    return page_of


def rows_of(page: ListPage) -> list[int]:
    """Its rows, in order."""
    return [row.api_id for row in page.slice.rows]


def ids(answer: HttpResponse) -> list[int]:
    """The rows of a list, in order."""
    return [int(found) for found in re.findall(r'<tr id="row-(\d+)"', answer.content.decode())]


def totals(answer) -> list[list[str]]:
    """The rows of sums of a list: in each what is said of it, then its figures, with their names if they have any."""
    found = re.search(r'<tbody class="sums">(.*?)</tbody>', answer.content.decode(), re.DOTALL)
    rows = re.findall(r"<tr.*?</tr>", found[1], re.DOTALL) if found else []
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in rows]
    figures = [[part for cell in row for part in cell.split('<span class="named">')] for row in cells]
    return [[text for part in row if (text := re.sub(r"<[^>]+>", "", part).strip())] for row in figures]


def body(answer) -> bytes:
    """Of a list as a file."""
    assert answer.status_code == 200, answer
    return b"".join(answer.streaming_content)


def a_company(store: Store, number: int) -> Company:
    return Company(store=store, api_id=number, name=f"Company {number % 7}", status=number % 5)


def an_invoice(store: Store, api_id: int, **fields) -> Invoice:
    number = api_id
    values = {
        "company_id": number % 7,
        "company_name": f"Company {number % 7}",
        "number": f"N{number % 13}",
        "status": number % 3,
        "currency": CURRENCIES[number % 4],
        "original_balance": Decimal(number % 5 + 10),
        "open_balance": Decimal(number % 5) * (number % 3 != 2),
        "issued_at": None if number % 6 == 0 else START + dt.timedelta(days=number % 9),
        "due_at": None if number % 4 == 0 else START + dt.timedelta(days=number % 11),
    }
    return Invoice(store=store, api_id=api_id, **with_days(store, values | fields))


def a_payment(store: Store, number: int) -> Payment:
    return Payment(
        store=store,
        api_id=number,
        company_id=number % 7,
        company_name=f"Company {number % 7}",
        processing_status=number % 5,
        allowed_statuses=[1, 2, 3, 4],
        currency=CURRENCIES[number % 4],
        total=Decimal(number % 5 + 1),
        created_at=None if number % 6 == 0 else START + dt.timedelta(days=number % 9),
    )
