"""Recording an offline payment on its pages, without JavaScript: form, preview, done."""

import re
import uuid
from itertools import product

import pytest

from arportal.mirror.models import Company, Invoice, Payment
from arportal.receivables.models import Change, PaymentRecord
from tests.desk.recording.recording import Form, filled
from tests.whole import only_whole, whole_or


@pytest.fixture
def form(clerk, company, browse) -> Form:
    return Form(browse(clerk), company.api_id)


@pytest.fixture
def typed(open_invoices) -> dict[str, str]:
    return filled(*open_invoices[:2])


def test_it_works(form, typed, open_invoices, sandbox):
    previewed = form.send(typed, follow=True)
    assert previewed.redirect_chain == [(f"{form.url}preview/", 303)]
    assert "Nothing has been sent yet" in previewed.content.decode()
    assert not sandbox.writes()
    answer = form.send(typed, "preview/", follow=True)
    assert "is recorded" in answer.content.decode()
    made = Payment.objects.get(external_id=form.change_id)
    assert (made.total, made.payer_name, made.processing_status) == (3, "Pat Payer", 1)
    assert len(sandbox.writes()) == 1
    for invoice, amount in zip(open_invoices[:2], (1, 2), strict=True):
        assert Invoice.objects.get(pk=invoice.pk).open_balance == invoice.open_balance - amount
    record = PaymentRecord.objects.get(change_id=form.change_id)
    assert (record.reference, record.method, str(record.received_on)) == ("CHQ 9", "cheque", "2026-01-31")


def test_open_invoices_oldest_first_and_the_preview_leads_back_to_the_form_as_it_was(
    form, typed, open_invoices
):
    text = form.get(currency=open_invoices[0].currency).content.decode()
    asked = [int(found) for found in re.findall(r'name="amount-(\d+)"', text)]
    assert asked == [invoice.api_id for invoice in open_invoices]
    # What was received matches what is allocated.
    assert form.send(typed | {"received": "3.00"}).status_code == 303
    text = form.text()
    assert 'value="Pat Payer"' in text
    assert 'value="CHQ 9"' in text
    assert re.search(r'name="amount-\d+"[^>]* value="2"', text)


def test_a_form_that_is_used(form, typed, open_invoices, sandbox):
    form.send(typed)
    assert str(form.change_id) in form.browser.session["recording"]
    first, second = form.send(typed, "preview/"), form.send(typed, "preview/")
    assert first["Location"] == second["Location"]
    # What is with the store is no longer kept.
    assert not form.browser.session["recording"]
    # Form and preview are fetched anew, and say what became of them.
    for part in ("", "preview/"):
        assert form.get(part)["Location"] == f"/s/demo/changes/{form.change_id}/"
    answer = form.send(typed | {f"amount-{open_invoices[0].api_id}": "5"}, "preview/")
    assert answer.status_code == 422
    assert "already used" in answer.content.decode()
    assert len(sandbox.writes()) == 1


def test_refused_with_the_form_filled(form, typed, open_invoices, sandbox):
    assert open_invoices[0].currency == "USD"
    names = {"first": f"amount-{open_invoices[0].api_id}", "second": f"amount-{open_invoices[1].api_id}"}
    cases = [
        ({"first": "twelve"}, "“twelve” is not an amount"),
        ({"first": "0.00"}, "Enter an amount above zero"),
        ({"first": "1.23456"}, "no more."),
        ({"first": "999999999"}, "is open on this invoice"),
        ({"first": "", "second": ""}, "Enter an amount for at least one invoice"),
        ({"received": "4"}, "1.00 USD is not allocated yet"),
        ({"received": "2.50"}, "The invoices get 0.50 USD more than was received"),
        ({"received": "5", "first": "", "second": ""}, "None of it is allocated yet"),
        ({"received": "some"}, "“some” is not an amount"),
        ({"received_on": "soon"}, "Enter a valid date"),
        ({"received_on": "2999-01-01"}, "This date is in the future"),
        ({"received_on": ""}, "This field is required"),
        ({"method": ""}, "Choose the method"),
        ({"method": "shells"}, "Select a valid choice"),
        ({"status": "4"}, "Select a valid choice"),
        ({"memo": "x" * 501}, "at most 500 characters"),
    ]
    # In the suite each way an amount is wrong, and a field beside it; the preview judges by the same form.
    asked = [*product(cases[:6], ("",)), (cases[11], ""), (cases[13], "preview/")]
    for (change, reason), part in whole_or(list(product(cases, ("", "preview/"))), asked):
        answer = form.send(typed | {names.get(key, key): value for key, value in change.items()}, part)
        text = answer.content.decode()
        assert answer.status_code == 422, (change, part)
        assert reason in text, (change, part)
        assert 'value="Pat Payer"' in text, (change, part)
    assert not sandbox.writes()
    assert not Change.objects.exists()


def test_an_invoice_of_another_company(form, typed, company, sandbox):
    other = Invoice.objects.filter(store=company.store).exclude(company_id=company.api_id)[0]
    answer = form.send(typed | {f"amount-{other.api_id}": "1"})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert f"Invoice {other.api_id}: This company has no such open invoice" in text
    assert other.number not in text
    assert not sandbox.writes()


def test_an_invoice_paid_since_the_form_was_made(form, typed, open_invoices):
    answer = form.send(typed | {"amount-999999": "ten"})
    assert answer.status_code == 422
    assert "“ten” is not an amount" in answer.content.decode()
    Invoice.objects.filter(pk=open_invoices[0].pk).update(open_balance=0, status=2)
    answer = form.send(typed)
    assert f"Invoice {open_invoices[0].number}: This company has no" in answer.content.decode()


@pytest.mark.parametrize("kind", whole_or(["429", "drop_before"], ["429"]))
def test_nothing_was_sent_so_nothing_is_kept(form, typed, sandbox, kind):
    sandbox.fault(kind, "POST", count=9)
    answer = form.send(typed, "preview/")
    text = answer.content.decode()
    if answer.status_code == 422:
        assert "Nothing was changed" in text
        assert f'action="{form.url}"' not in text
    else:
        assert answer["Location"].endswith(f"/changes/{form.change_id}/")


def test_the_store_refuses(form, typed, open_invoices, sandbox):
    """The form comes back filled, with the store's words, and is sent again as a new payment."""
    sandbox.fault("body_422", "POST", path="offline")
    answer = form.send(typed, "preview/")
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "The store refused" in text
    assert 'value="CHQ 9"' in text
    renewed = re.search(r'action="([^"]+)"[^>]*data-tally', text)[1]
    assert form.browser.post(renewed + "preview/", typed).status_code == 303
    assert Payment.objects.filter(company_id=open_invoices[0].company_id, total=3).exists()


def test_an_unclear_answer_leads_to_the_page_of_the_change(form, typed, sandbox):
    sandbox.fault("500", "POST", path="offline")
    answer = form.send(typed, "preview/", follow=True)
    assert answer.redirect_chain[0] == (f"/s/demo/changes/{form.change_id}/", 303)
    assert "Being confirmed" in answer.content.decode()


@only_whole("desk/recording/test_drafts.py::test_the_currency_of_the_address")
def test_a_company_that_owes_nothing(clerk, browse):
    lone = Company.objects.create(store=clerk.store, api_id=777_777, name="Lone", status=1)
    assert "Nothing is open" in Form(browse(clerk), lone.api_id).text()


@only_whole("test_it_works")
def test_one_is_reminded_of_what_was_just_recorded(form, typed):
    another = Form(form.browser, int(form.begin_url.split("/")[-2]))
    assert "You recorded" not in another.text()
    form.send(typed, "preview/")
    text = another.text()
    assert "You recorded" in text
    assert f"/changes/{form.change_id}/" in text


def test_a_form_of_somebody_elses_company(clerk, typed, company, browse, sandbox):
    other = Form(browse(clerk), company.api_id)
    clerk.all_companies, clerk.company_ids = False, []
    clerk.save()
    assert {other.send(typed, part).status_code for part in ("", "allocate/", "preview/")} == {404}
    assert not sandbox.writes()


@only_whole("test_a_form_that_is_used")
def test_an_id_that_somebody_else_has_used(form, typed, store, controller, browse, company):
    Change.objects.create(
        id=form.change_id, store=store, actor=controller, verb=Change.Verb.SWITCH_METHODS, company_id=1
    )
    clerk_of_one = form.browser
    assert clerk_of_one.get(form.url)["Location"] == f"/s/demo/changes/{form.change_id}/"
    assert form.send(typed, "preview/").status_code == 422


@only_whole("test_a_draft_is_its_companys_own")
def test_the_address_of_a_company_begins_a_new_form(form):
    first, second = (form.browser.get(form.begin_url)["Location"] for _ in range(2))
    assert first != second
    assert uuid.UUID(first.split("/")[-2])


def test_a_draft_is_its_companys_own(form, typed, company):
    form.send(typed)
    other = Company.objects.exclude(pk=company.pk)[0]
    text = form.browser.get(f"/s/demo/payments/record/{other.api_id}/{form.change_id}/").content.decode()
    assert "CHQ 9" not in text


@only_whole("test_a_draft_is_its_companys_own")
def test_a_dozen_forms_are_kept(form, typed, company):
    for _ in range(13):
        Form(form.browser, company.api_id).send(typed)
    assert len(form.browser.session["recording"]) == 12
