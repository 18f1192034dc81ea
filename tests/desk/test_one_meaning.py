"""Open, Credit and Balance are the same figures wherever they are shown."""

import csv
import io
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from arportal.mirror.models import Company, Invoice
from arportal.receivables.ledger.build import build_ledger
from arportal.stores.models import Membership
from tests.desk.conftest import an_invoice, body, totals
from tests.whole import whole_or

OPEN, PARTLY, PAID = 0, 1, 2
GONE = "gone"


@dataclass(frozen=True)
class Case:
    company: int
    currency: str
    original: str
    left: str
    status: int = OPEN
    gone: str = ""

    @property
    def balance(self) -> Decimal:
        """Told here once more, by the meaning of the words alone."""
        left = Decimal(self.left)
        return Decimal(0) if self.gone or (self.status == PAID and left > 0) else left


BOOK = (
    Case(1, "USD", "1052320.64", "1052320.64"),
    Case(1, "USD", "500", "120.01", PARTLY),
    Case(1, "USD", "100", "0", PAID),
    Case(1, "USD", "80", "40", PAID),  # called paid by the store, with something left on it
    Case(1, "USD", "-6251.89", "-6251.89"),  # a credit note
    Case(1, "USD", "-90", "-45.5", PARTLY),  # one that is used in part
    Case(1, "USD", "-30", "0", PAID),  # one that is used up
    Case(1, "USD", "10", "-0.01", PAID),  # an invoice paid beyond its amount
    Case(1, "EUR", "900", "-100", PAID),
    Case(1, "JPY", "98000", "98000"),
    Case(1, "JPY", "5000", "-1200", PARTLY),
    Case(1, "KWD", "77.125", "77.125"),
    Case(1, "KWD", "1", "-0.005", PAID),
    Case(2, "USD", "-6251.89", "-6251.89"),  # a company with nothing but credit
    Case(3, "USD", "20", "20"),
    Case(3, "EUR", "33.33", "11.11", PARTLY),
    Case(3, "EUR", "999", "999", gone=GONE),
    Case(3, "USD", "-999", "-999", gone=GONE),
    Case(4, "KWD", "5", "0", PAID),  # a company without any balance
)
Figures = dict[str, tuple[Decimal, Decimal, Decimal]]


def expected(cases: Iterable[Case]) -> Figures:
    """Currency → open, credit, balance; a currency in which everything is at zero is left out."""
    found: dict[str, list[Decimal]] = defaultdict(list)
    for case in cases:
        if case.balance:
            found[case.currency].append(case.balance)
    return {
        currency: (sum(b for b in all_ if b > 0), sum(b for b in all_ if b < 0), sum(all_, Decimal(0)))
        for currency, all_ in found.items()
    }


@pytest.fixture
def book(books):
    names = {1: "Aalto Oy", 2: "Bredahl", 3: "Cormier", 4: "Duarte"}
    Company.objects.bulk_create(
        Company(store=books.store, api_id=number, name=name, status=1) for number, name in names.items()
    )
    Invoice.objects.bulk_create(
        an_invoice(
            books.store, number, number=f"N{number}", company_id=case.company, company_name=names[case.company],
            currency=case.currency, original_balance=Decimal(case.original), open_balance=Decimal(case.left),
            status=case.status, gone_at=timezone.now() if case.gone else None,
        )
        for number, case in enumerate(BOOK, start=1)
    )  # fmt: skip
    build_ledger(books.store)
    return books


def amounts(html: str) -> list[tuple[str, Decimal]]:
    """Every amount in a piece of a page, with its currency."""
    found = re.findall(r'class="money">([^<]+?) <span class="code">([A-Z]{3})<', html)
    return [(code, Decimal(figure.replace(",", "").replace("\u2212", "-"))) for figure, code in found]


def cells(row: str) -> list[str]:
    return re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.DOTALL)


def amount(html: str) -> Decimal:
    """The one amount of a cell; a dash is none."""
    found = amounts(html)
    return found[0][1] if found else Decimal(0)


def on_the_overview(answer) -> Figures:
    body_ = (
        answer.content.decode().partition("Owed to us")[2].partition("<tbody>")[2].partition("</tbody>")[0]
    )
    rows = [cells(row) for row in re.findall(r"<tr>.*?</tr>", body_, re.DOTALL)]
    return {row[0].split()[0]: (amount(row[1]), amount(row[3]), amount(row[4])) for row in rows}


def by_currency(opened: str, credit: str, balance: str) -> Figures:
    """The lines of three cells with a line for each currency, in the same order."""
    lines = [cell.split('class="d-block">')[1:] for cell in (opened, credit)]
    return {
        currency: (amount(first), amount(second), total)
        for first, second, (currency, total) in zip(*lines, amounts(balance), strict=True)
    }


def in_the_company_list(answer) -> dict[int, Figures]:
    rows = re.findall(r'<tr id="row-(\d+)">(.*?)</tr>', answer.content.decode(), re.DOTALL)
    figures = {int(api_id): cells(row) for api_id, row in rows}
    return {api_id: by_currency(row[2], row[-2], row[-1]) for api_id, row in figures.items()}


def on_a_companys_page(answer) -> Figures:
    standing = answer.content.decode().partition('class="ledger currencies"')[2]
    rows = re.findall(r"<tr>.*?</tr>", standing.partition("<tbody>")[2].partition("</tbody>")[0], re.DOTALL)
    figures = [cells(row) for row in rows]
    return {row[0].split()[0]: (amount(row[1]), amount(row[3]), amount(row[4])) for row in figures}


def below_a_list(answer) -> Figures:
    """Of the currencies in which not everything is at zero."""
    found: Figures = {}
    for words, *figures in totals(answer):
        named = {
            name: Decimal(figure.replace(",", "").replace("\u2212", "-")) for name, figure in _named(figures)
        }
        if named["Balance"] or "Open" in named:
            zero = Decimal(0)
            found[words.removeprefix("Total ")] = (
                named.get("Open", zero), named.get("Credit", zero), named["Balance"]
            )  # fmt: skip
    return found


def _named(figures: list[str]) -> Iterator[tuple[str, str]]:
    for text in figures:
        name, *rest = text.split()
        if name in ("Open", "Credit", "Balance"):
            yield name, rest[0]


def in_a_file(rows: Iterable[dict[str, object]]) -> Figures:
    """What whoever adds the columns up gets."""
    found: dict[str, list[Decimal]] = {}
    for row in rows:
        sums = found.setdefault(str(row["Currency"]), [Decimal(0)] * 3)
        for place, word in enumerate(("Open", "Credit", "Balance")):
            sums[place] += Decimal(str(row[word] or 0))
    return {currency: (sums[0], sums[1], sums[2]) for currency, sums in found.items() if any(sums)}


def as_csv(see, query: str) -> Figures:
    text = body(see(f"invoices/export.csv?cols=number+balance+open+credit&{query}")).decode("utf-8-sig")
    return in_a_file(csv.DictReader(io.StringIO(text, newline="")))


def as_xlsx(see, query: str) -> Figures:
    file = body(see(f"invoices/export.xlsx?cols=number+balance+open+credit&{query}"))
    heads, *rows = load_workbook(io.BytesIO(file)).active.iter_rows(values_only=True)
    return in_a_file(dict(zip(heads, row, strict=True)) for row in rows)


def of_company(number: int) -> Figures:
    return expected(case for case in BOOK if case.company == number)


def test_everywhere_the_same(see, book):
    everything = expected(BOOK)
    assert everything["USD"] == (Decimal("1052460.65"), Decimal("-12549.29"), Decimal("1039911.36"))
    assert on_the_overview(see("")) == everything
    assert below_a_list(see("invoices/")) == everything
    assert as_csv(see, "") == as_xlsx(see, "") == everything


def test_of_each_company(see, book):
    # One has nothing but credit, one nothing at all.
    assert of_company(2) == {"USD": (Decimal(0), Decimal("-6251.89"), Decimal("-6251.89"))}
    in_the_list = in_the_company_list(see("companies/"))
    for number in whole_or((1, 2, 3, 4), (3,)):
        its, page = of_company(number), see(f"companies/{number}/")
        assert in_the_list[number] == its, number
        if its:
            assert on_a_companys_page(page) == its, number
        else:
            assert "Nothing is owed" in page.content.decode(), number
        assert below_a_list(page) == its, number
        assert below_a_list(see(f"invoices/?company_id={number}")) == its, number
        assert as_csv(see, f"company_id={number}") == as_xlsx(see, f"company_id={number}") == its, number


def test_after_filters(see, book):
    cases = [
        ("currency=JPY", lambda case: case.currency == "JPY"),
        ("status=unpaid", lambda case: case.balance > 0),
        ("status=credit", lambda case: case.balance < 0),
        ("status=credit-note", lambda case: case.balance < 0 and Decimal(case.original) < 0),
        ("status=overpaid", lambda case: case.balance < 0 and Decimal(case.original) > 0),
        ("open_to=-45", lambda case: case.balance <= -45),
        (
            "q=aalto&currency=USD&open_from=0.01",
            lambda case: case.company == 1 and case.currency == "USD" and case.balance > 0,
        ),
    ]
    for query, is_meant in whole_or(cases, cases[1::4]):
        meant = expected(case for case in BOOK if is_meant(case))
        assert meant, query
        assert below_a_list(see(f"invoices/?{query}")) == meant, query
        assert as_csv(see, query) == as_xlsx(see, query) == meant, query


def test_where_the_overview_leads_to(see, book):
    text = see("").content.decode()
    links = re.findall(r'href="/s/books/invoices/(\?[^"]*)">(<span class="money">.*?</span></span>)', text)
    assert len(links) >= 8
    for address, shown in whole_or(links, links[::3]):
        [(currency, figure)] = amounts(shown)
        hue = "owed" if "unpaid" in address else "credit" if "credit" in address else "late"
        assert re.search(rf'<a class="{hue}"\s+href="/s/books/invoices/{re.escape(address)}">', text)
        assert below_a_list(see(f"invoices/{address.replace('&amp;', '&')}"))[currency][2] == figure


def test_of_the_companies_one_may_see(see, book):
    Membership.objects.filter(pk=book.pk).update(all_companies=False, company_ids=[2, 3])
    theirs = expected(case for case in BOOK if case.company in (2, 3))
    assert on_the_overview(see("")) == below_a_list(see("invoices/")) == as_csv(see, "") == theirs


def test_original_is_paid_and_balance(see, book):
    text = body(see("invoices/export.csv")).decode("utf-8-sig")
    for row in csv.DictReader(io.StringIO(text, newline="")):
        assert Decimal(row["Original"]) == Decimal(row["Paid"]) + Decimal(row["Balance"])
