"""The button Allocate, without JavaScript: the form comes back with the amounts as proposed."""

import re
from decimal import Decimal

import pytest

from arportal.mirror.models import Invoice
from tests.desk.conftest import an_invoice
from tests.desk.recording.recording import Form, filled
from tests.whole import only_whole, whole_or

COMPANY = 555_555


@pytest.fixture
def debts(store, company) -> list[Invoice]:
    """400.00, 350.00 and 500.00 USD, oldest first; the second is due first."""
    Invoice.objects.filter(company_id=company.api_id).delete()
    return [
        an_invoice(
            *(store, 900 + number),
            **{"company_id": company.api_id, "number": f"D{number}", "currency": "USD", "status": 0},
            **{"open_balance": Decimal(left), "original_balance": Decimal(left), "due_at": None},
        )
        for number, left in enumerate(("400", "350", "500"))
    ]


@pytest.fixture
def form(clerk, company, debts, browse) -> Form:
    from tests.desk.conftest import START

    for number, each in enumerate(debts):
        each.issued_on = START.date().replace(day=number + 1)
        each.due_on = START.date().replace(day=(5, 2, 9)[number])
        each.save()
    return Form(browse(clerk), company.api_id)


def allocate(form: Form, **typed: str):
    answer = form.send({"currency": "USD", "reference": "CHQ 9", **typed}, "allocate/", follow=True)
    text = answer.content.decode()
    return answer, [found or "" for found in re.findall(r'name="amount-\d+"(?:[^>]* value="([^"]*)")?', text)]


def test_it_works(form, debts):
    cases = [
        ("oldest", "1,000.00", ["400.00", "350.00", "250.00"]),
        ("due", "600", ["250.00", "350.00", ""]),
        ("proportional", "1000", ["320.00", "280.00", "400.00"]),
        ("exact", "850", ["", "350.00", "500.00"]),
    ]
    for mode, received, amounts in whole_or(cases, cases[:1] + cases[2:3]):
        answer, found = allocate(form, mode=mode, received=received)
        assert found == amounts, mode
        assert answer.redirect_chain == [(form.url, 303)], mode
        assert 'value="CHQ 9"' in answer.content.decode(), mode
    # Amounts typed before are replaced.
    _answer, found = allocate(form, mode="oldest", received="100", **{f"amount-{debts[2].api_id}": "7"})
    assert found == ["100.00", "", ""]


def test_refused_with_the_form_as_it_was(form, debts):
    kept = {f"amount-{debts[2].api_id}": "7"}
    cases = [
        ({"mode": "oldest"}, "Type the amount received"),
        ({"mode": "oldest", "received": "lots"}, "“lots” is not an amount"),
        ({"mode": "backwards", "received": "5"}, "Select a valid choice"),
        ({"mode": "exact", "received": "851"}, "No open invoices add up to exactly 851.00 USD."),
    ]
    for typed, reason in cases:
        answer, found = allocate(form, **typed, **kept)
        assert answer.status_code == 422, typed
        assert reason in answer.content.decode(), typed
        assert found == ["", "", "7"], typed
        assert 'value="CHQ 9"' in answer.content.decode(), typed
    # Nothing else is judged yet.
    answer, _found = allocate(form, mode="exact", received="1")
    assert "Choose the method" not in answer.content.decode()


@only_whole("test_it_works")
def test_several_matches_are_told(form, debts):
    Invoice.objects.filter(pk=debts[0].pk).update(open_balance=500)
    answer, found = allocate(form, mode="exact", received="500")
    assert found == ["500.00", "", ""]
    assert "Several sets of invoices" in answer.content.decode()


def test_more_than_is_open(form):
    answer, found = allocate(form, mode="oldest", received="1300")
    assert found == ["400.00", "350.00", "500.00"]
    assert "50.00 USD is more than is open, which this store does not accept." in answer.content.decode()
    outputs = re.findall(r"<output[^>]*>([^<]*)</output>", answer.content.decode())
    assert outputs == ["1,300.00", "1,250.00", "50.00"]  # How much is left to allocate.


def test_more_than_is_open_as_a_credit(form, store):
    store.allow_overpayment = True
    store.save()
    answer, _found = allocate(form, mode="oldest", received="1300")
    assert "Tick the box" in answer.content.decode()
    answer, found = allocate(form, mode="due", received="1300", credit_rest="on")
    assert found == ["400.00", "350.00", "550.00"]
    assert "stands as a credit" in answer.content.decode()


@only_whole("test_it_works")
def test_for_htmx_the_invoices_alone(form):
    typed = {"currency": "USD", "mode": "oldest", "received": "1000"}
    headers = {"HX-Request": "true", "HX-Target": "allocation"}
    answer = form.send(typed, "allocate/", follow=True, headers=headers)
    text = answer.content.decode()
    assert text.strip().startswith('<section class="panel" id="allocation"')
    assert 'name="reference"' not in text
    # A reason about the amount is in the part that is swapped.
    answer = form.send(
        {"currency": "USD", "mode": "oldest", "received": "lots"}, "allocate/", headers=headers
    )
    assert answer.status_code == 422
    assert "“lots” is not an amount" in answer.content.decode()


def test_then_it_is_recorded(form, debts):
    """What was proposed passes as it is; the form's own check holds it against what is open."""
    assert form.get("allocate/")["Location"] == form.url  # Its address typed by hand leads to the form.
    _answer, found = allocate(form, mode="proportional", received="1000")
    named = {f"amount-{each.api_id}": amount for each, amount in zip(debts, found, strict=True)}
    assert form.send(filled(debts[0], received="1000") | named).status_code == 303
