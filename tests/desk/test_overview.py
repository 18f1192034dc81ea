"""The overview: what is owed per currency, how it goes, and what waits for somebody."""

import datetime as dt
import re
from decimal import Decimal

import pytest
from django.utils import timezone

from arportal.desk.format.formats import formatter
from arportal.desk.overview.figures import owed
from arportal.desk.overview.to_dos import to_dos
from arportal.mirror.models import Company, Invoice, Payment, PaymentLine
from arportal.receivables.ageing.ageing import AsOf, ageing
from arportal.receivables.ledger.build import build_ledger
from arportal.receivables.metrics import nightly
from arportal.receivables.models import Change, ForecastWeek, LedgerEntry
from arportal.stores.models import Membership
from tests import whole
from tests.cast import forget_activity
from tests.desk.conftest import an_invoice, ids
from tests.whole import only_whole

DAY = dt.timedelta(days=1)


@pytest.fixture
def built(books):
    """The books of a store without a single invoice."""
    build_ledger(books.store)
    return books


@pytest.fixture
def one_of_each(books):
    now = timezone.now()
    for number, (currency, left, due) in enumerate(
        [
            ("USD", 10, now + DAY),
            ("USD", 5, now - 2 * DAY),
            ("USD", -3, None),
            ("JPY", 700, now - 40 * DAY),
            ("KWD", "1.005", now + DAY),
        ],
        start=1,
    ):
        an_invoice(
            books.store,
            number,
            company_id=number,
            currency=currency,
            original_balance=Decimal(left),
            open_balance=Decimal(left),
            issued_at=now - 50 * DAY,
            due_at=due,
            status=0,
        ).save()
    build_ledger(books.store)
    return books


def words(html: str) -> str:
    """What a page says, without its markup."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def panel(answer, title: str) -> str:
    """What it says in the panel of this title; "" if there is none."""
    found = re.search(rf"{re.escape(title)}\s*</h2>(.*?)</section>", answer.content.decode(), re.DOTALL)
    return words(found[1]) if found else ""


def test_it_works(one_of_each):
    known = owed(one_of_each, one_of_each.store.today(timezone.now()))
    usd, jpy, kwd = (known.aged[code] for code in ("USD", "JPY", "KWD"))
    assert (usd.open.amount, usd.overdue.amount, usd.credit.amount, usd.balance.amount) == (15, 5, -3, 12)
    assert (jpy.open.amount, jpy.overdue.amount) == (700, 700)
    assert (kwd.open.amount, kwd.overdue.amount) == (Decimal("1.005"), 0)
    assert known.currencies[0] == "USD"


def test_the_figures_agree_with_ageing_and_with_the_lists_they_link_to(clerk, today):
    known = owed(clerk, today)
    assert known.positions
    assert sorted(known.positions, key=lambda row: row.currency) == ageing(clerk, AsOf(today, today))
    for row in known.positions:
        listed = Invoice.objects.visible_to(clerk).filter(currency=row.currency)
        assert row.open.amount == sum(invoice.balance for invoice in listed.outstanding())
        assert row.overdue.amount == sum(invoice.balance for invoice in listed.overdue(today))
        assert row.credit.amount == sum(invoice.balance for invoice in listed.in_credit())


def test_the_page(viewer, browse):
    text = browse(viewer).get("/s/demo/").content.decode()
    assert "Owed to us" in text
    assert "Payments awaiting processing" in text
    assert "/s/demo/invoices/?status=overdue&amp;currency=" in text
    assert "Record payment" not in text


def test_each_currency_has_its_own_page(one_of_each, see):
    usd, jpy = see(""), see("?currency=JPY")
    assert '<a href="?currency=USD" aria-current="page">USD</a>' in usd.content.decode()
    assert "31–60 days late 700 JPY 100 %" in panel(jpy, "Open by days late")  # noqa: RUF001
    assert "Not due yet 10.00 USD 66.7 %" in panel(usd, "Open by days late")
    if whole.is_asked_for:
        assert panel(see("?currency=XXX"), "Open by days late") == panel(usd, "Open by days late")


@only_whole("test_it_works")
def test_the_ageing_bar_leads_to_its_invoices(one_of_each, see):
    pages = {}
    for currency in ("JPY", "USD"):
        bar = (
            see(f"?currency={currency}")
            .content.decode()
            .partition('id="ageing-title"')[2]
            .partition("</section>")[0]
        )
        for address in re.findall(r'href="/s/books/(ageing/invoices/[^"]*)"', bar):
            page = see(address.replace("&amp;", "&"))
            pages[address.partition("?")[2]] = re.findall(r'id="row-(\d+)"', page.content.decode())
    assert pages == {
        "currency=JPY&amp;of=31-60": ["4"],
        "currency=USD&amp;of=current": ["1"],
        "currency=USD&amp;of=1-30": ["2"],
    }


@only_whole("test_each_currency_has_its_own_page")
def test_due_in_the_next_seven_days(one_of_each, see):
    page = see("?currency=KWD")
    assert "Due in the next 7 days 1.005 KWD" in panel(page, "Expected in the next 8 weeks")
    [address] = re.findall(
        r'href="/s/books/(invoices/\?status=unpaid&amp;due_from[^"]*)"', page.content.decode()
    )
    assert re.findall(r'id="row-(\d+)"', see(address.replace("&amp;", "&")).content.decode()) == ["5"]


def test_days_sales_outstanding(one_of_each, see):
    said = panel(see("?currency=USD"), "Days to payment")
    # 15 open and 10 of it not due; sold were 10 + 5 - 3.
    assert "(DSO) 112.5 days" in said
    assert "15.00 USD ÷ 12.00 USD × 90" in said  # noqa: RUF001
    assert "Best possible DSO 75 days" in said
    assert "More is open than was invoiced in the last 24 months." in said


@only_whole("test_days_sales_outstanding")
def test_without_sales_there_is_no_dso(books, see):
    long_ago = timezone.now() - 200 * DAY
    an_invoice(
        books.store, 1, currency="JPY", open_balance=9, issued_at=long_ago, due_at=long_ago, status=0
    ).save()
    build_ledger(books.store)
    said = panel(see(""), "Days to payment")
    assert "Days sales outstanding (DSO) – Nothing was invoiced in the last 90 days." in said  # noqa: RUF001
    assert "Nothing was received in the last 12 months." in panel(see(""), "Received")
    assert "Nothing is expected in the next 8 weeks." in panel(see(""), "Expected in the next 8 weeks")


@only_whole("test_after_a_night")
def test_before_the_first_night(one_of_each, see):
    page = see("")
    assert "By habit" not in panel(page, "Expected in the next 8 weeks")
    assert "computed every night, and was not yet" in panel(page, "Expected in the next 8 weeks")
    assert "Average days late – It is computed every night" in panel(page, "Days to payment")  # noqa: RUF001
    assert "Largest changes" not in page.content.decode()


@pytest.fixture
def a_night(books):
    """An invoice paid ten days late, one that is still open, and one of JPY that nobody pays."""
    now = timezone.now()
    paid_at = now - 80 * DAY
    for number, issued_at, due_at, currency, left in [
        (1, now - 120 * DAY, paid_at - 10 * DAY, "KWD", 0),
        (2, now - 3 * DAY, now + 2 * DAY, "KWD", "20.500"),
        (3, now - 2 * DAY, now + 30 * DAY, "JPY", 900),
    ]:
        an_invoice(
            books.store,
            number,
            company_id=1,
            currency=currency,
            original_balance=Decimal(left or 10),
            open_balance=Decimal(left),
            issued_at=issued_at,
            due_at=due_at,
            updated_at=paid_at if number == 1 else issued_at,
            status=0,
        ).save()
    Payment.objects.create(
        store=books.store,
        api_id=1,
        company_id=1,
        processing_status=3,
        applied_status=1,
        currency="KWD",
        total=10,
        created_at=paid_at,
        updated_at=paid_at,
    )
    PaymentLine.objects.create(
        store=books.store, payment_id=1, position=0, invoice_id=1, currency="KWD", amount=10
    )
    build_ledger(books.store)
    nightly.compute(books.store)
    return books


def test_after_a_night(a_night, see):
    page = see("?currency=KWD")
    assert "Average days late 10 days" in panel(page, "Days to payment")
    expected = panel(page, "Expected in the next 8 weeks")
    assert "20.500 0.000" in expected  # due this week
    assert "0.000 20.500" in expected  # expected in the next
    assert "By habit: as of" in expected
    today = a_night.store.today(timezone.now())
    changes = panel(page, f"Largest changes since {formatter().date(today - 7 * DAY)}")
    assert "Company 1 0.000 KWD 20.500 KWD + 20.500 KWD" in changes
    assert "Average days late –" in panel(see("?currency=JPY"), "Days to payment")  # noqa: RUF001


@only_whole("test_after_a_night")
def test_the_error_of_the_forecasts(a_night, see):
    first = a_night.store.today(timezone.now()) - 100 * DAY
    for week, (by_due, by_habit, paid) in enumerate([(10, 0, 0), (0, 8, 10)]):
        ForecastWeek.objects.create(
            store=a_night.store,
            currency="JPY",
            first=first,
            week=week,
            by_due=by_due,
            by_habit=by_habit,
            paid=paid,
        )
    expected = panel(see("?currency=JPY"), "Expected in the next 8 weeks")
    assert "the weeks were off by 200 % by due date and by 20 % by habit" in expected
    assert f"{formatter().date(first)} 10 8 10" in expected
    Membership.objects.filter(pk=a_night.pk).update(all_companies=False, company_ids=[1])
    expected = panel(see("?currency=JPY"), "Expected in the next 8 weeks")
    assert "off by" not in expected
    assert "told to those who see them all" in expected


@only_whole("test_after_a_night")
def test_largest_debtors(one_of_each, see):
    Company.objects.create(store=one_of_each.store, api_id=1, name="Aalto & Co", status=1)
    said = panel(see(""), "Largest debtors")
    assert "Aalto &amp; Co 10.00 USD" in said
    assert "Company 2 5.00 USD 5.00 USD" in said
    assert "Company 3" not in said


def test_of_the_companies_one_may_see(one_of_each, see):
    Membership.objects.filter(pk=one_of_each.pk).update(all_companies=False, company_ids=[2, 5])
    page = see("")
    text = words(page.content.decode())
    assert "5.00 USD" in panel(page, "Owed to us")
    assert "10.00 USD" not in text
    assert "JPY" not in text
    # Of theirs alone: 5 open, 5 sold.
    assert "(DSO) 90 days" in panel(see("?currency=USD"), "Days to payment")


def test_a_ledger_that_is_not_built_has_no_figures(books, see):
    an_invoice(books.store, 1, open_balance=9, status=0).save()
    said = words(see("").content.decode())
    assert "The figures are not ready yet" in said
    assert "Nothing is owed" not in said
    assert "All done" in said
    assert "0.00" not in said


def test_an_empty_store(built, see):
    text = see("").content.decode()
    assert "Nothing is owed" in text
    assert "All done" in text


@only_whole("test_an_empty_store")
def test_all_is_paid(books, see):
    an_invoice(
        books.store,
        1,
        currency="USD",
        open_balance=0,
        original_balance=50,
        issued_at=timezone.now(),
        status=2,
    ).save()
    build_ledger(books.store)
    text = words(see("").content.decode())
    assert "Nothing is owed" in text


@only_whole("desk/lists/test_lists.py::test_queries_do_not_grow")
def test_the_number_of_queries_does_not_grow(write, see, books, django_assert_max_num_queries):
    write(3)
    build_ledger(books.store)
    nightly.compute(books.store)
    with django_assert_max_num_queries(100) as few:
        see("")
    Invoice.objects.bulk_create(an_invoice(books.store, number) for number in range(10, 80))
    books.store.ledger.delete()
    build_ledger(books.store)
    nightly.compute(books.store)
    with django_assert_max_num_queries(len(few)):
        see("")


def test_counts_link_to_the_filtered_list(clerk, store):
    approve, waiting, processing, unexplained, *_collections = to_dos(clerk)
    assert waiting.count == Payment.objects.filter(store=store, processing_status=1).count()
    assert (waiting.url, approve.count) == ("/s/demo/payments/?status=1", 0)
    assert processing.url.endswith("?status=2")
    assert unexplained.count == 0


def test_what_nothing_explains_waits_for_somebody(one_of_each, see):
    lasting = [
        (LedgerEntry.Cause.EDITED_OUTSIDE, 1),
        (LedgerEntry.Cause.UNEXPLAINED, 40),
        (LedgerEntry.Cause.OPENING, 1),
    ]
    for cause, days_ago in lasting:
        LedgerEntry.objects.create(
            store=one_of_each.store,
            company_id=1,
            invoice_id=1,
            currency="USD",
            amount=1,
            effective_at=timezone.now() - days_ago * DAY,
            effective_on=timezone.now() - days_ago * DAY,
            observed_at=timezone.now() - days_ago * DAY,
            cause=cause,
        )
    answer = see("")
    assert "1 Balances that moved without an explanation" in panel(answer, "To do")
    [address] = re.findall(r'href="/s/[^/]*/(ledger/unexplained/[^"]*)"', answer.content.decode())
    assert len(ids(see(address.replace("&amp;", "&")))) == 1


def test_a_change_being_confirmed_waits_for_somebody(clerk, company, browse):
    change = Change.objects.create(
        id="11111111-1111-4111-8111-111111111111",
        store=clerk.store,
        actor=clerk,
        verb=Change.Verb.RECORD_PAYMENT,
        company_id=company.api_id,
        payload={"lines": []},
        state=Change.State.UNKNOWN,
    )
    text = browse(clerk).get("/s/demo/").content.decode()
    assert "Changes being confirmed" in text
    assert f"/s/demo/changes/{change.pk}/" in text


def test_home_leads_to_the_store_last_seen(viewer, books, browse):
    browser = browse(viewer)
    assert browser.get("/").headers["Location"] == "/s/demo/"


def test_home_without_a_store(viewer, browse):
    browser = browse(viewer)
    forget_activity()
    viewer.delete()
    answer = browser.get("/")
    assert answer.status_code == 403
    assert "Ask a store's admin" in answer.content.decode()
