"""Every search box finds a name without its accents, and one without accents when they are typed."""

import datetime as dt
import uuid
from decimal import Decimal

import pytest

from arportal.desk.companies.list import COMPANIES
from arportal.desk.invoices.list import INVOICES
from arportal.desk.orders.list import ORDERS
from arportal.desk.payments.list import PAYMENTS
from arportal.desk.receipts.list import LINES, RECEIPTS
from arportal.mirror.models import Buyer, Company, Order, Receipt, ReceiptLine
from arportal.receivables.models import Change, PaymentRecord
from tests.desk.conftest import START, a_payment, an_invoice, ids, rows_of
from tests.whole import only_whole, whole_or

NAMES = ("Société Núñez", "Παπαδάκη", "Łódź Großhandel")
TYPED = (
    ("societe", 1),
    ("nunez", 1),
    ("SOCIÉTÉ", 1),
    ("παπαδακη", 2),
    ("ΠΑΠΑΔΆΚΗ", 2),
    ("lodz", 3),
    ("grossh", 3),
    ("Łódż", 3),
    ("plain", 4),
    ("plaîn", 4),
)


@pytest.fixture
def named(books):
    """Four of everything, each with a name of its own."""
    store = books.store
    for number, name in enumerate((*NAMES, "Plain"), start=1):
        Company.objects.create(store=store, api_id=number, name=name, status=1)
        about = {"company_id": number, "company_name": name}
        an_invoice(store, number, purchase_order_number=name, **about).save()
        payment = a_payment(store, number)
        payment.company_id, payment.company_name = number, name
        payment.processing_status = 1
        payment.save()
        Order.objects.create(
            store=store, api_id=number, b2b_id=number, company_id=number, po_number=name, status_code=1
        )
        paper = {"company_id": number, "reference_number": name, "currency": "USD", "created_at": START}
        Receipt.objects.create(store=store, api_id=number, payer_name=name, total=Decimal(1), **paper)
        ReceiptLine.objects.create(
            store=store, api_id=number, receipt_id=number, invoice_id=number, payment_status=1,
            amount=Decimal(1), **paper,
        )  # fmt: skip
        Buyer.objects.create(store=store, api_id=number, customer_id=9000 + number, name=name, role=1)


BOXES = (
    (INVOICES, "invoices/", ("q", "company", "po")),
    (PAYMENTS, "payments/", ("q", "company")),
    (ORDERS, "orders/", ("q", "company")),
    (RECEIPTS, "receipts/", ("q", "company")),
    (LINES, "receipts/lines/", ("q", "company")),
    (COMPANIES, "companies/", ("q",)),
)


def test_it_works(page_of, named):
    typed = whole_or(TYPED, (TYPED[1], TYPED[4], TYPED[9]))
    wrong = {
        (address, query): rows_of(page_of(declared, query))
        for declared, address, boxes in BOXES
        for words, number in typed
        for query in [f"{box}={words}" for box in boxes]
        if rows_of(page_of(declared, query)) != [number]
    }
    assert not wrong


def test_each_address_shows_the_rows_of_its_list(see, named):
    found = {
        f"{address}?{box}": ids(see(f"{address}?{box}=nunez"))
        for _, address, boxes in BOXES
        for box in whole_or(boxes, boxes[:1])
    }
    assert found == {address: [1] for address in found}


@only_whole("test_it_works")
def test_the_company_picker(see, named):
    for words, number in TYPED:
        answer = see(f"payments/record/?q={words}")
        text = answer.get("Location", "") + answer.content.decode()
        assert f"/payments/record/{number}/" in text, words
        assert f"/payments/record/{number % 4 + 1}/" not in text, words


def test_a_payment_by_our_own_reference(see, named, books):
    change = Change.objects.create(
        id=uuid.uuid4(), store=books.store, actor=books, verb=Change.Verb.RECORD_PAYMENT,
        state=Change.State.APPLIED, company_id=2, target_id=2,
    )  # fmt: skip
    PaymentRecord.objects.create(change=change, reference="Chèque 7", received_on=dt.date(2026, 1, 2))
    assert ids(see("payments/?q=cheque 7")) == [2]


def test_suggestions_say_what_was_typed_lest_the_browser_hides_them(see, named):
    """A browser shows only those options that hold what was typed, letter by letter."""
    for words, number in whole_or(TYPED, TYPED[1::3]):
        for page in (f"companies/names/?company={words}", f"orders/buyers/?customer_id={words}"):
            options = see(page).content.decode()
            assert options.count("<option") == 1, page
            assert [*NAMES, "Plain"][number - 1] in options, page
            assert words.casefold() in options.casefold(), page


@only_whole("test_it_works")
def test_letters_of_a_search_are_no_pattern(see, named):
    assert ids(see("companies/?q=%25")) == ids(see("companies/?q=_")) == []
