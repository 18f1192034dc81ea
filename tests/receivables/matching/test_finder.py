"""Suggestions for one line out of books made up here: nothing asks the database."""

import datetime as dt
from decimal import Decimal

import pytest

from arportal.mirror.models import Invoice
from arportal.receivables.bank.tokens import LONGEST_TEXT, MOST_TOKENS, tokens
from arportal.receivables.matching import proposals
from arportal.receivables.matching.books import Books, keys_of, name_key
from arportal.receivables.matching.finder import Finder
from arportal.receivables.matching.suggestion import Suggestion, Tier
from arportal.receivables.models import BankLine

DAY = dt.date(2026, 9, 1)


def invoice(api_id: int, left: str, company: int = 1, currency: str = "EUR") -> Invoice:
    """INV-1001 for 1, INV-1002, a day later, for 2; `left` is what is open of it."""
    return Invoice(
        api_id=api_id,
        number=f"INV-{1000 + api_id}",
        company_id=company,
        currency=currency,
        open_balance=Decimal(left),
        issued_on=DAY + dt.timedelta(days=api_id),
    )


def books_of(*invoices: Invoice, account_of: tuple[int, ...] = (), name_of: tuple[int, ...] = ()) -> Books:
    """The books with these invoices; DE1 has paid for the companies `account_of`, `name_of` are called ACME."""
    books = Books()
    for each in invoices:
        books.invoices[each.api_id] = each
        books.left[each.api_id] = each.open_balance
        books.names[each.company_id] = f"Company {each.company_id}"
        books.open_of[each.company_id].append(each)
        books.of_amount[each.currency, each.open_balance].append(each)
        for key in keys_of(each):
            books.by_key[key].add(each.api_id)
    books.by_account["DE1"] = set(account_of)
    books.by_name[name_key("ACME")] = set(name_of)
    return books


def finder(
    books: Books, amount: str, text: str = "", *, currency: str = "EUR", tolerance: str = "0", **more
) -> Finder:
    more = {"payer_account": "DE1", "payer_name": "Acme."} | more
    line = BankLine(currency=currency, text=text, tokens=tokens(text), **more)
    line.left = Decimal(amount)
    return Finder(line, books, Decimal(tolerance))


def best(books: Books, amount: str, text: str = "", **more) -> Suggestion:
    return finder(books, amount, text, **more).find()[0]


def paid(suggestion: Suggestion) -> list[tuple[int, str]]:
    return [(each.invoice_id, str(each.amount)) for each in suggestion.allocations]


def test_what_it_names_and_pays_exactly():
    found = best(books_of(invoice(1, "100.00"), invoice(2, "50.00")), "150.00", "INV-1001, INV-1002")
    assert (found.tier, found.company_id, found.company_name) == (Tier.READY, 1, "Company 1")
    assert (paid(found), found.numbers) == ([(1, "100.00"), (2, "50.00")], ("INV-1001", "INV-1002"))
    assert (found.short, found.over, found.total) == (0, 0, 150)
    assert found.reasons == ("Names INV-1001, INV-1002", "Exact amount")
    assert found.doubts == ()


@pytest.mark.parametrize(("tolerance", "is_within"), [("0", False), ("4.99", False), ("5", True)])
def test_less_than_is_open_is_never_ready(tolerance, is_within):
    found = best(books_of(invoice(1, "100.00")), "95.00", "INV-1001", tolerance=tolerance)
    assert (found.tier, paid(found), found.short, found.over) == (Tier.LIKELY, [(1, "95.00")], 5, 0)
    assert found.doubts == ("5.00 EUR less than is open",)
    assert ("Within the tolerance" in found.reasons) == is_within


def test_the_oldest_is_paid_first_and_nothing_twice():
    books = books_of(invoice(1, "100.00"), invoice(2, "50.00"), invoice(3, "9.00"))
    for amount, expected in (
        ("120.00", [(1, "100.00"), (2, "20.00")]),
        ("100.50", [(1, "100.00"), (2, "0.50")]),
    ):
        found = best(books, amount, "INV-1002 INV-1001")
        assert (paid(found), found.short) == (expected, 150 - Decimal(amount)), amount
    # One of those it names is just the amount: that one, or the oldest in part.
    whole, part = finder(books, "50.00", "INV-1001 INV-1002").find()[:2]
    assert (paid(whole), whole.tier, whole.doubts) == (
        [(2, "50.00")],
        Tier.LIKELY,
        ("It names more than it pays",),
    )
    assert (paid(part), part.numbers) == ([(1, "50.00")], ("INV-1001",))
    # Somebody known who pays what fits nothing.
    found = best(books_of(invoice(1, "100.00"), invoice(2, "50.00"), account_of=(1,)), "60.00")
    assert (paid(found), found.tier) == ([(1, "60.00")], Tier.POSSIBLE)
    assert found.doubts == ("No invoices add up to it: oldest first",)
    assert found.reasons == ("This account has paid for them before",)


def test_more_than_is_open_goes_to_others_or_nowhere():
    books = books_of(invoice(1, "100.01"), invoice(2, "30.02"), invoice(3, "70.00"), invoice(4, "30.02", 2))
    together, alone = finder(books, "130.03", "INV-1001").find()[:2]
    assert (paid(together), together.tier) == ([(1, "100.01"), (2, "30.02")], Tier.LIKELY)
    assert together.reasons[-1] == "Exact amount together with invoices that it does not name"
    assert (paid(alone), alone.tier, alone.over, alone.short) == (
        [(1, "100.01")],
        Tier.LIKELY,
        Decimal("30.02"),
        0,
    )
    assert alone.doubts == ("30.02 EUR more than is open on them",)


@pytest.mark.parametrize(
    ("currency", "some", "amount", "is_found"),
    [
        ("EUR", ["10.01", "20.02", "5.00"], "30.03", True),
        ("EUR", ["0.01", "0.02", "5.00"], "0.03", True),
        ("JPY", ["101", "202", "50"], "303", True),
        ("KWD", ["1.001", "2.002", "5"], "3.003", True),
        # A tenth of a cent that the bank cannot have paid: rounded it would fit.
        ("EUR", ["10.015", "20.02", "5.00"], "30.03", False),
    ],
)
def test_sets_add_up_to_the_minor_unit(currency, some, amount, is_found):
    invoices = [invoice(number, left, currency=currency) for number, left in enumerate(some, 1)]
    found = best(books_of(*invoices, account_of=(1,)), amount, currency=currency)
    assert ("These add up to it exactly" in found.reasons) == is_found
    if is_found:
        assert [number for number, _amount in paid(found)] == [1, 2]
    assert found.tier == (Tier.LIKELY if is_found else Tier.POSSIBLE)


def test_two_sets_are_a_doubt_and_so_is_what_was_not_tried(monkeypatch):
    three = [invoice(1, "10.00"), invoice(2, "20.00"), invoice(3, "30.00"), invoice(4, "40.00")]
    assert "Several sets add up to it" in best(books_of(*three, account_of=(1,)), "50.00").doubts
    only = finder(books_of(*three, account_of=(1,)), "100.00")
    assert (only.find()[0].doubts, only.notes) == ((), [])
    monkeypatch.setattr(proposals, "STEPS", 1)
    gave_up = finder(books_of(*three, account_of=(1,), name_of=(1, 2)), "100.00")
    gave_up.find()
    assert gave_up.notes == ["There are too many open invoices to try every set of them."]


def test_an_account_that_is_known_makes_one_exact_invoice_ready():
    some = [invoice(1, "100.00"), invoice(2, "60.00"), invoice(3, "25.00")]
    found = best(books_of(*some, account_of=(1,)), "60.00")
    assert (found.tier, paid(found), found.doubts) == (Tier.READY, [(2, "60.00")], ())
    cases = {
        "Its payer is known by name alone": best(books_of(*some, name_of=(1,)), "60.00"),
        "The same holds for other companies": best(books_of(*some, account_of=(1, 2)), "60.00"),
        "2 invoices have this amount": best(books_of(*some, invoice(4, "60.00"), account_of=(1,)), "60.00"),
        "Other sets of invoices add up to it, too": best(
            books_of(*some, invoice(4, "35.00"), account_of=(1,)), "60.00"
        ),
        "It names something we do not know": best(books_of(*some, account_of=(1,)), "60.00", "No 4711"),
        "A reversal": best(books_of(*some, account_of=(1,)), "60.00", is_reversal=True),
    }
    for doubt, suggestion in cases.items():
        assert (doubt in suggestion.doubts, suggestion.tier) == (True, Tier.LIKELY), doubt
    # Three digits are a house or a floor.
    assert best(books_of(*some, account_of=(1,)), "60.00", "No 471").tier == Tier.READY


def test_what_speaks_against_what_it_names():
    of_two = books_of(invoice(1, "60.00"), invoice(2, "9.00", 2))
    foreign = invoice(3, "5.00", currency="GBP")
    nothing_open = invoice(4, "0")
    cases = {
        "It names invoices of other companies, too": best(of_two, "60.00", "INV-1001 INV-1002"),
        "INV-1003: in another currency": best(
            books_of(invoice(1, "60.00"), foreign), "60.00", "INV-1001 INV-1003"
        ),
        "INV-1004: nothing is open": best(
            books_of(invoice(1, "60.00"), nothing_open), "60.00", "INV-1001 INV-1004"
        ),
        "This account has paid for Company 2 so far": best(
            books_of(invoice(1, "60.00"), invoice(2, "9.00", 2), account_of=(2,)), "60.00", "INV-1001"
        ),
        "The payer has the name of Company 2": best(
            books_of(invoice(1, "60.00"), invoice(2, "9.00", 2), name_of=(2,)), "60.00", "INV-1001"
        ),
        "A reversal": best(books_of(invoice(1, "60.00")), "60.00", "INV-1001", is_reversal=True),
    }
    for doubt, suggestion in cases.items():
        assert (suggestion.doubts, suggestion.tier, paid(suggestion)) == (
            (doubt,),
            Tier.LIKELY,
            [(1, "60.00")],
        ), doubt


@pytest.mark.parametrize("left", ["0", "-3.00", None])
def test_nothing_is_paid_on_what_is_not_open(left):
    books = books_of(invoice(1, left or "0"))
    if left is None:
        del books.left[1]
    found = finder(books, "60.00", "INV-1001")
    assert (found.find(), found.notes) == ([], ["Names INV-1001. INV-1001: nothing is open"])
    foreign = finder(books_of(invoice(1, "60.00", currency="USD"), account_of=(1,)), "60.00", "INV-1001")
    assert foreign.find() == []


def test_cents_alone_are_open_too():
    for found in (
        best(books_of(invoice(1, "0.40")), "0.40", "INV-1001"),
        best(books_of(invoice(1, "0.40"), account_of=(1,)), "0.40"),
    ):
        assert (paid(found), found.tier, found.doubts) == ([(1, "0.40")], Tier.READY, ())


def test_the_amount_alone_is_never_more_than_possible():
    books = books_of(invoice(1, "60.00"), invoice(2, "60.00", 2), invoice(3, "60.00", currency="USD"))
    first, second = finder(books, "60.00").find()
    assert [first.company_id, second.company_id] == [1, 2]
    assert {first.tier, second.tier} == {Tier.POSSIBLE}
    assert first.doubts == ("Nothing but the amount fits", "2 invoices have this amount")
    assert (first.short, first.over, first.reasons) == (0, 0, ("Exact amount",))
    [alone] = finder(books, "60.00", currency="USD").find()
    assert (paid(alone), alone.doubts) == ([(3, "60.00")], ("Nothing but the amount fits",))


def test_no_more_than_there_are_digits_to_choose_by():
    """Of a payer who is known, and of whoever has that much open."""
    alike = [invoice(number, "50.00") for number in range(1, 11)]
    tiers = [found.tier for found in finder(books_of(*alike, account_of=(1,)), "50.00").find()]
    assert (tiers.count(Tier.LIKELY), tiers.count(Tier.POSSIBLE)) == (9, 9)


def test_a_short_number_is_a_doubt_unless_its_payer_is_known_or_it_is_written_out():
    doubt = "So short a number may mean something else"
    short, zeros = invoice(1, "60.00"), invoice(2, "60.00")
    short.number, zeros.number = "4711", "00004712"
    assert best(books_of(short), "60.00", "customer 4711").doubts == (doubt,)
    assert best(books_of(short, account_of=(1,)), "60.00", "customer 4711").tier == Tier.READY
    assert best(books_of(short, name_of=(1,)), "60.00", "customer 4711").tier == Tier.READY
    assert best(books_of(zeros), "60.00", "customer 4712").doubts == (doubt,)
    assert best(books_of(zeros), "60.00", "Re 00004712").tier == Tier.READY


def test_a_known_payer_may_pay_one_a_little_short():
    books = books_of(invoice(1, "60.00"), invoice(2, "99.00"), account_of=(1,))
    for amount, tolerance, short in (("55.00", "5.00", "5.00"), ("59.50", "5.00", "0.50")):
        found = best(books, amount, tolerance=tolerance)
        assert (found.tier, paid(found)) == (Tier.LIKELY, [(1, amount)])
        assert found.short == Decimal(short)
    # Beyond that, or more than is open: as with what fits nothing.
    for amount in ("54.99", "60.50"):
        assert best(books, amount, tolerance="5.00").tier == Tier.POSSIBLE, amount


def test_the_older_of_those_it_names_is_first_whatever_their_ids():
    newer, older = invoice(1, "60.00"), invoice(2, "60.00")
    older.issued_on = DAY
    assert paid(best(books_of(newer, older), "70.00", "INV-1001 INV-1002")) == [(2, "60.00"), (1, "10.00")]


def test_a_reversal_is_noted():
    made = finder(books_of(), "60.00", is_reversal=True)
    assert (made.find(), len(made.notes)) == ([], 1)
    assert "reversal" in made.notes[0]


def test_what_was_not_gone_through_is_never_ready():
    note = "There is too much that looks like it to go through it all."
    for is_complete, count, length, is_ready in (
        (True, MOST_TOKENS - 1, LONGEST_TEXT, True),
        (False, 1, 1, False),
        (True, MOST_TOKENS, 1, False),
        (True, 1, LONGEST_TEXT + 1, False),
    ):
        books = books_of(invoice(1, "60.00"))
        books.is_complete = is_complete
        line = BankLine(currency="EUR", text="INV-1001".ljust(length), tokens=["inv1001"])
        line.tokens += [f"x{each}" for each in range(count - 1)]
        line.left = Decimal("60.00")
        made = Finder(line, books, Decimal(0))
        case = (is_complete, count, length)
        assert (made.find()[0].tier == Tier.READY, note in made.notes) == (is_ready, not is_ready), case


def test_four_numbers_are_told_and_the_rest_counted():
    many = [invoice(number, "10.00") for number in range(1, 6)]
    numbers = " ".join(each.number for each in many)
    first_four = "Names INV-1001, INV-1002, INV-1003, INV-1004"
    assert best(books_of(*many), "50.00", numbers).reasons[0] == f"{first_four} +1"
    assert best(books_of(*many), "40.00", numbers[:-9]).reasons[0] == first_four
