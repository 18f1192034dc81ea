"""The money on account of companies: whose, in which currency, as of which day and as known when."""

import datetime as dt
import uuid
from decimal import Decimal

import pytest
from django.utils import timezone

from arportal.b2b import Money
from arportal.mirror.models import Company
from arportal.receivables.models import OnAccount, OnAccountUse
from arportal.receivables.on_account.balances import Item, on_account, on_account_totals, received_items
from arportal.receivables.on_account.keeping import Received, receive, take_off
from arportal.stores.models import Membership, Role, Store

DAY = dt.date(2026, 10, 5)
NEXT = DAY + dt.timedelta(days=1)


def euros(amount: int) -> Money:
    return Money(Decimal(amount), "EUR")


def dollars(amount: int) -> Money:
    return Money(Decimal(amount), "USD")


def put(actor: Membership, company_id: int, money: Money, day: dt.date = DAY) -> OnAccount:
    received = Received(
        company_id=company_id,
        money=money,
        received_on=day,
        reference="SEPA 77",
        payer_name="Payer",
        reason="No invoice named",
    )
    return receive(actor, uuid.uuid4(), received)


@pytest.fixture
def companies(store) -> list[int]:
    return list(Company.objects.filter(store=store).order_by("api_id").values_list("api_id", flat=True)[:3])


@pytest.fixture
def books(controller, companies) -> Membership:
    """The first has 50 and 7 euros, less 20; the second 5 euros and 9 dollars; the third 4 dollars, in another
    store."""
    first, second, third = companies
    money = put(controller, first, euros(50))
    put(controller, first, euros(7), NEXT)
    put(controller, second, euros(5))
    put(controller, second, dollars(9), NEXT)
    kind = OnAccountUse.Kind.PAID_BACK
    take_off(controller, uuid.uuid4(), money.pk, kind, Decimal(20), "Asked for it")
    elsewhere = Store.objects.create(slug="other", name="Other", store_hash="other")
    other = Membership.objects.create(
        user=controller.user, store=elsewhere, role=Role.CONTROLLER, all_companies=True
    )
    Company.objects.create(store=elsewhere, api_id=third, name="Theirs", status=1)
    put(other, third, dollars(4))
    return controller


def test_it_works(books, companies):
    first, second, _third = companies
    store = books.store
    assert on_account(store) == {
        (first, "EUR"): euros(37),
        (second, "EUR"): euros(5),
        (second, "USD"): dollars(9),
    }
    assert on_account(store, [second]) == {(second, "EUR"): euros(5), (second, "USD"): dollars(9)}
    # What was paid back later was there on the day.
    assert on_account(store, day=DAY) == {(first, "EUR"): euros(50), (second, "EUR"): euros(5)}
    assert on_account(store, known=timezone.now() - dt.timedelta(days=1)) == {}


def test_totals_are_of_the_companies_that_one_sees(books, companies):
    first, second, _third = companies
    assert on_account_totals(books) == {"EUR": euros(42), "USD": dollars(9)}
    assert on_account_totals(books, [first]) == {"EUR": euros(37)}
    books.all_companies, books.company_ids = False, [second]
    assert on_account_totals(books) == {"EUR": euros(5), "USD": dollars(9)}
    assert on_account_totals(books, [first]) == {}


def test_each_amount_as_it_was_at_the_end_of_a_day(books, companies):
    def left(company_ids: list[int], day: dt.date) -> list[tuple[dt.date, Money]]:
        return [(item.received_on, item.left) for item in received_items(books, company_ids, day)]

    first, second, third = companies
    today = books.store.today(timezone.now())
    assert left([first], DAY) == [(DAY, euros(50))]
    assert left([first], today) == [(DAY, euros(30)), (NEXT, euros(7))]
    assert left([second], today) == [(DAY, euros(5)), (NEXT, dollars(9))]
    assert received_items(books, [third], today) == []


def test_it_leaves_so_much_less_to_pay():
    assert Item(1, DAY, "", euros(3)).owed == euros(-3)
