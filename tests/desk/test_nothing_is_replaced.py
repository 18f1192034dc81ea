"""What a form sends and does not fit is refused: it is never taken for a default, and nothing is sent."""

import uuid
from itertools import product

import pytest

from arportal.desk.payments.forms import sealed, sealed_version, sealed_versions
from arportal.mirror.models import Invoice
from arportal.receivables.payments.payment_contents import shown
from tests.desk.recording.recording import Form, filled
from tests.whole import only_whole, whole_or

HOME = "/s/demo/"


@pytest.fixture
def desk(controller, browse):
    return browse(controller)


@pytest.fixture
def recording(clerk, company, browse) -> Form:
    return Form(browse(clerk), company.api_id)


def refuses(answer, sandbox, reason: str = "") -> None:
    assert answer.status_code == 422, answer.wsgi_request.POST
    assert reason in answer.content.decode(), answer.wsgi_request.POST
    assert sandbox.writes() == []


def test_the_currency_of_a_recording(recording, open_invoices, sandbox):
    assert {each.currency for each in open_invoices} == {"USD"}
    cases = {
        "EUR": "This company has no open invoice in EUR",
        "usd": "This company has no open invoice in usd",
        "<b>": "This company has no open invoice in &lt;b&gt;",
        "": "does not say which currency",
    }
    some = list(zip(cases.items(), ("preview/", "", "", "allocate/"), strict=True))
    for (currency, reason), part in whole_or(
        list(product(cases.items(), ("", "preview/", "allocate/"))), some
    ):
        typed = filled(*open_invoices[:2], currency=currency, received="3")
        refuses(recording.send(typed, part), sandbox, reason)
    Invoice.objects.filter(pk=open_invoices[1].pk).update(currency="EUR")
    refuses(recording.send(filled(*open_invoices[:2]), "preview/"), sandbox, "This invoice is in EUR")


def test_choices_of_a_recording(recording, open_invoices, store, sandbox):
    cases = [
        ("payer_name", "", "Enter the payer"),
        ("mode", "guess", "Select a valid choice"),
        ("method", "shells", "Select a valid choice"),
        ("status", "99", "Select a valid choice"),
    ]
    for name, value, reason in cases:
        refuses(recording.send(filled(open_invoices[0]) | {name: value}, "preview/"), sandbox, reason)
    # A credit that the store does not take.
    assert not store.allow_overpayment
    typed = filled(open_invoices[0], received="1", credit_rest="on")
    refuses(recording.send(typed, "allocate/"), sandbox, "nothing is kept as a credit")


def test_editing_a_payment(desk, split_payment, open_invoices, sandbox):
    data = {
        "change_id": uuid.uuid4(),
        "seen": sealed(split_payment.api_id, shown(split_payment)),
        "payer_name": "Pat",
        "memo": "new",
        "method": "wire",
        "received_on": "2026-01-31",
        f"amount-{open_invoices[0].api_id}": "3",
    }
    page = f"{HOME}payments/{split_payment.api_id}/edit/"
    for name, value in (("method", "shells"), ("method", ""), ("amount-999999", "1")):
        for step in whole_or(("ask", "save"), ("save",)):
            refuses(desk.post(page, data | {name: value, "step": step}), sandbox)


def test_moving_payments(desk, payment, sandbox):
    data = {"payment": f"{payment.api_id} all", "status": "2"}
    refuses(desk.post(f"{HOME}payments/move/", data), sandbox, "cannot be read")
    for status in whole_or(("99", "", "0", "done"), ("99", "")):
        data = {"change_id": uuid.uuid4(), "status": status, "seen": sealed_version(payment)}
        refuses(desk.post(f"{HOME}payments/{payment.api_id}/status/", data), sandbox)
        data = {"batch": uuid.uuid4(), "status": status, "seen": sealed_versions([payment])}
        refuses(desk.post(f"{HOME}payments/move/together/", data), sandbox)


@only_whole("desk/invoices/test_changing_invoices.py::test_bulk_refused_with_the_reason")
def test_changing_invoices_together(desk, open_invoices, sandbox):
    cases = [
        ({"what": "frame"}, "Select a valid choice"),
        ({"what": "status", "status": ""}, "Choose the status"),
        ({"what": "status", "status": "7"}, "Select a valid choice"),
        ({"what": "due", "due_on": "soon"}, ""),
    ]
    for asked, reason in cases:
        chosen = {"invoice": str(open_invoices[0].api_id), "batch": uuid.uuid4(), "step": "ask"}
        refuses(desk.post(f"{HOME}invoices/bulk/", chosen | asked), sandbox, reason)


def test_making_an_invoice(desk, company, sandbox):
    data = {
        "change_id": uuid.uuid4(),
        "number": "AR-77",
        "currency": "USD",
        "issued_on": "2026-11-02",
        "lines-TOTAL_FORMS": 1,
        "lines-INITIAL_FORMS": 0,
        "costs-TOTAL_FORMS": 0,
        "costs-INITIAL_FORMS": 0,
        "lines-0-description": "Anchor",
        "lines-0-quantity": "2",
        "lines-0-unit_price": "1",
        "step": "create",
    }
    wrong = (("currency", "XTS"), ("currency", ""), ("channel_id", "4711"), ("paid", "some"))
    for name, value in whole_or(wrong, wrong[::3]):
        refuses(desk.post(f"{HOME}invoices/create/{company.api_id}/", data | {name: value}), sandbox)


@only_whole("desk/exports/test_exports_page.py::test_a_refused_form_comes_back_filled")
def test_asking_for_pdfs(desk, open_invoices, sandbox):
    data = {
        "invoice": str(open_invoices[0].api_id),
        "export_id": uuid.uuid4(),
        "source": "store",
        "shape": "zip",
        "step": "start",
    }
    for name in ("source", "shape", "export_id"):
        refuses(desk.post(f"{HOME}exports/start/", data | {name: "bogus"}), sandbox)
