"""Saying what a line is: by whom, of which store, once for each form, and told to those who look later."""

import uuid
from decimal import Decimal

import pytest

from arportal.b2b import Money
from arportal.receivables.bank.keeping import take_in
from arportal.receivables.bank.uses import ignore, is_of_line, not_left, put_on_account, take_back
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.matching.accept import accept
from arportal.receivables.models import BankLine, BankUse, Change, OnAccount
from arportal.stores.access import NotAllowed
from arportal.stores.models import Activity
from tests.receivables.bank.test_keeping import a_file, acceptance


@pytest.fixture
def lines(clerk, open_invoices) -> list[BankLine]:
    """Two of 10 in the currency of the company's invoices."""
    take_in(clerk, "day.sta", a_file(("10.00", "a"), ("10.00", "b"), currency=open_invoices[0].currency))
    return list(BankLine.objects.with_left().order_by("number"))


@pytest.fixture
def line(lines) -> BankLine:
    return lines[0]


def told() -> list[tuple[str, dict]]:
    """What was written down about lines, apart from files."""
    rows = Activity.objects.filter(kind=Activity.Kind.BANK, words__startswith="Bank line").order_by("pk")
    return list(rows.values_list("words", "details"))


def test_who_may_not_match_uses_and_takes_back_nothing(clerk, viewer, line, company):
    use = ignore(clerk, uuid.uuid4(), line.pk, "A loan")
    confined = type(clerk).objects.get(pk=clerk.pk)
    confined.all_companies, confined.company_ids = False, [company.api_id]
    for actor in (viewer, confined):
        for attempt in (
            lambda: take_back(actor, uuid.uuid4(), use.pk, "Mine"),  # noqa: B023 - called at once
            lambda: ignore(actor, uuid.uuid4(), line.pk, "Mine"),  # noqa: B023
            lambda: put_on_account(actor, uuid.uuid4(), line.pk, company.api_id, Decimal(1), "x"),  # noqa: B023
        ):
            with pytest.raises(NotAllowed):
                attempt()
    use.refresh_from_db()
    assert (use.ended_at, BankUse.objects.count()) == (None, 1)


def test_another_store_has_no_such_line_and_no_such_use(clerk, line, company, other_store):
    use = ignore(clerk, uuid.uuid4(), line.pk, "A loan")
    BankLine.objects.filter(pk=line.pk).update(store=other_store)
    with pytest.raises(BankUse.DoesNotExist):
        take_back(clerk, uuid.uuid4(), use.pk, "Mine")
    for attempt in (
        lambda: ignore(clerk, uuid.uuid4(), line.pk, "Mine"),
        lambda: put_on_account(clerk, uuid.uuid4(), line.pk, company.api_id, Decimal(1), "x"),
    ):
        with pytest.raises(BankLine.DoesNotExist):
            attempt()
    problem = not_left(clerk, line.pk, Money(Decimal(1), line.currency))
    assert problem == {"": ["There is no such line of a bank statement."]}


def test_what_is_ignored_is_kept_with_its_reason_and_told_once(clerk, controller, lines):
    line, other = lines
    form = uuid.uuid4()
    with pytest.raises(Invalid) as refused:
        ignore(clerk, form, line.pk, " ")
    assert set(refused.value.fields) == {"reason"}
    use = ignore(clerk, form, line.pk, "A loan")
    assert ignore(clerk, form, line.pk, "A loan") == use
    assert (use.kind, use.reason, use.amount, use.actor) == ("ignored", "A loan", 10, clerk)
    # The form is used: by somebody else, or for another line, it is another one.
    for actor, line_id in ((controller, line.pk), (clerk, other.pk)):
        with pytest.raises(Invalid):
            ignore(actor, form, line_id, "A loan")
    amount = f"10.00 {line.currency}"
    assert told() == [(f"Bank line ignored: {amount}", {"line": line.pk, "reason": "A loan"})]
    with pytest.raises(Invalid) as refused:
        take_back(clerk, uuid.uuid4(), use.pk, "")
    assert set(refused.value.fields) == {"reason"}
    take_back(clerk, uuid.uuid4(), use.pk, "A payment")
    use.refresh_from_db()
    ended_at = use.ended_at
    take_back(clerk, uuid.uuid4(), use.pk, "Once more")
    use.refresh_from_db()
    assert use.ended_at == ended_at is not None
    assert told()[1:] == [(f"Bank line open again: {amount}", {"line": line.pk, "reason": "A payment"})]


def test_a_line_goes_on_account_once_and_no_further_than_it_reaches(clerk, lines, company):
    line, other = lines
    form = uuid.uuid4()
    money = put_on_account(clerk, form, line.pk, company.api_id, Decimal(7), "No invoice named")
    use = money.bank_use
    assert (use.line, use.amount, use.company_id, use.reason) == (
        line,
        7,
        company.api_id,
        "No invoice named",
    )
    assert (money.reference, money.payer_name, money.received_on) == ("a", "Payer", line.value_on)
    with pytest.raises(Invalid, match=r"Only 3\.00"):
        put_on_account(clerk, uuid.uuid4(), line.pk, company.api_id, Decimal(4), "No invoice named")
    # The same words of the other line are another form.
    BankLine.objects.filter(pk=other.pk).update(text=line.text)
    with pytest.raises(Invalid):
        put_on_account(clerk, form, other.pk, company.api_id, Decimal(7), "No invoice named")
    assert (OnAccount.objects.count(), BankUse.objects.count()) == (1, 1)


def test_money_whose_day_of_value_lies_ahead_came_today(clerk, line, company, today):
    BankLine.objects.filter(pk=line.pk).update(value_on=today.replace(year=today.year + 1), reference="E2E-5")
    money = put_on_account(clerk, uuid.uuid4(), line.pk, company.api_id, Decimal(7), "No invoice named")
    assert (money.received_on, money.reference) == (today, "E2E-5")
    # Without a reference its text stands for it, as far as a payment would take it.
    BankLine.objects.filter(pk=line.pk).update(reference="", text="T" * 101)
    money = put_on_account(clerk, uuid.uuid4(), line.pk, company.api_id, Decimal(1), "No invoice named")
    assert money.reference == "T" * 100


def test_a_line_is_used_in_its_currency_alone(clerk, line):
    other = "GBP" if line.currency != "GBP" else "EUR"
    problem = not_left(clerk, line.pk, Money(Decimal(1), other))
    assert problem == {"": [f"The line is in {line.currency}, this payment in {other}."]}
    assert not_left(clerk, line.pk, Money(Decimal(10), line.currency)) == {}


def test_which_payments_are_lines(clerk, line, open_invoices, payment, other_store):
    change = accept(clerk, uuid.uuid4(), acceptance(line, open_invoices[0], 10))
    store = clerk.store
    assert is_of_line(store, change.target_id)
    assert not is_of_line(store, payment.api_id)
    assert not is_of_line(other_store, change.target_id)
    with pytest.raises(Invalid, match="Delete the payment"):
        take_back(clerk, uuid.uuid4(), BankUse.objects.get().pk, "Wrong")
    # Of something else that has the same number it says nothing.
    Change.objects.filter(pk=change.pk).update(verb=Change.Verb.WRITE_OFF)
    assert not is_of_line(store, change.target_id)
