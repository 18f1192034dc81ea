"""Recording an offline payment on its page, without JavaScript."""

import re
import uuid

import pytest

from arportal.mirror.models import Company, Invoice, Payment
from arportal.receivables.models import Change, PaymentRecord


@pytest.fixture
def page(company) -> str:
    return f"/s/demo/payments/record/{company.api_id}/"


@pytest.fixture
def filled(open_invoices) -> dict[str, str]:
    """The form as the clerk fills it: 1.00 on the first invoice and 2.00 on the second."""
    first, second = open_invoices[:2]
    return {
        **{"change_id": str(uuid.uuid4()), "currency": first.currency},
        **{f"amount-{first.api_id}": "1", f"amount-{second.api_id}": "2"},
        **{"payer_name": "Pat Payer", "reference": "CHQ 9", "memo": "by post"},
        **{"received_on": "2026-01-31", "status": "1"},
    }


def test_it_works(clerk, page, filled, open_invoices, browse, sandbox):
    answer = browse(clerk).post(page, filled, follow=True)
    assert answer.redirect_chain[0][1] == 303
    assert "is recorded" in answer.content.decode()
    made = Payment.objects.get(external_id=filled["change_id"])
    assert (made.total, made.payer_name, made.processing_status) == (3, "Pat Payer", 1)
    assert len(sandbox.writes()) == 1
    for invoice, amount in zip(open_invoices[:2], (1, 2), strict=True):
        assert Invoice.objects.get(pk=invoice.pk).open_balance == invoice.open_balance - amount
    assert PaymentRecord.objects.get(change_id=filled["change_id"]).reference == "CHQ 9"


def test_choosing_the_company(clerk, company, browse):
    text = browse(clerk).get("/s/demo/payments/record/", {"q": company.name}).content.decode()
    assert f'href="/s/demo/payments/record/{company.api_id}/"' in text


def test_open_invoices_oldest_first(clerk, page, open_invoices, browse):
    text = browse(clerk).get(page, {"currency": open_invoices[0].currency}).content.decode()
    asked = [int(found) for found in re.findall(r'name="amount-(\d+)"', text)]
    assert asked == [invoice.api_id for invoice in open_invoices]


def test_picked_invoices_are_filled_in(clerk, page, open_invoices, browse):
    second = open_invoices[1]
    text = browse(clerk).get(page, {"invoice": second.api_id, "currency": second.currency}).content.decode()
    assert len(re.findall(r'name="amount-\d+"[^>]* value="', text)) == 1


def test_the_same_form_twice_is_one_payment(clerk, page, filled, browse, sandbox):
    browser = browse(clerk)
    first, second = browser.post(page, filled), browser.post(page, filled)
    assert first["Location"] == second["Location"]
    assert len(sandbox.writes()) == 1


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"first": "twelve"}, "“twelve” is not an amount"),
        ({"first": "0.00"}, "Enter an amount above zero"),
        ({"first": "1.23456"}, "no more."),
        ({"first": "999999999"}, "is open on this invoice"),
        ({"first": "", "second": ""}, "Enter an amount for at least one invoice"),
        ({"received_on": "soon"}, "Enter a valid date"),
        ({"received_on": ""}, "This field is required"),
        ({"status": "4"}, "Select a valid choice"),
        ({"memo": "x" * 501}, "at most 500 characters"),
        ({"change_id": "again"}, "This form is out of date"),
    ],
)
def test_refused_with_the_form_filled(clerk, page, filled, open_invoices, browse, sandbox, change, reason):
    names = {"first": f"amount-{open_invoices[0].api_id}", "second": f"amount-{open_invoices[1].api_id}"}
    answer = browse(clerk).post(page, filled | {names.get(key, key): value for key, value in change.items()})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert reason in text
    assert 'value="Pat Payer"' in text
    assert not sandbox.writes()
    assert not Change.objects.exists()


def test_an_invoice_of_another_company(clerk, page, filled, company, browse, sandbox):
    other = Invoice.objects.filter(store=company.store).exclude(company_id=company.api_id)[0]
    answer = browse(clerk).post(page, filled | {f"amount-{other.api_id}": "1"})
    assert answer.status_code == 422
    assert "This company has no such open invoice" in answer.content.decode()
    assert not sandbox.writes()


def test_letters_for_an_invoice_that_left_the_form(clerk, page, filled, browse):
    answer = browse(clerk).post(page, filled | {"amount-999999": "ten"})
    assert answer.status_code == 422
    assert "“ten” is not an amount" in answer.content.decode()


@pytest.mark.parametrize("kind", ["429", "drop_before"])
def test_nothing_was_sent_so_nothing_is_kept(clerk, page, filled, browse, sandbox, kind):
    sandbox.fault(kind, "POST", count=9)
    answer = browse(clerk).post(page, filled)
    text = answer.content.decode()
    if answer.status_code == 422:
        assert "Nothing was changed" in text
        assert filled["change_id"] not in text
    else:
        assert answer["Location"].endswith(f"/changes/{filled['change_id']}/")


def test_an_unclear_answer_leads_to_the_page_of_the_change(clerk, page, filled, browse, sandbox):
    sandbox.fault("500", "POST", path="offline")
    answer = browse(clerk).post(page, filled, follow=True)
    assert answer.redirect_chain[0] == (f"/s/demo/changes/{filled['change_id']}/", 303)
    assert "Being confirmed" in answer.content.decode()


def test_a_company_that_owes_nothing(clerk, browse):
    lone = Company.objects.create(store=clerk.store, api_id=777_777, name="Lone", status=1)
    text = browse(clerk).get(f"/s/demo/payments/record/{lone.api_id}/").content.decode()
    assert "Nothing is open" in text


def test_going_back_says_what_was_just_recorded(clerk, page, filled, browse):
    browser = browse(clerk)
    assert "You recorded" not in browser.get(page).content.decode()
    browser.post(page, filled)
    text = browser.get(page).content.decode()
    assert "You recorded" in text
    assert f"/changes/{filled['change_id']}/" in text
