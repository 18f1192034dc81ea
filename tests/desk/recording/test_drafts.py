"""Forms that are filled before anybody has typed: for picked invoices, or as a payment that came to nothing."""

import re
import uuid
from datetime import date
from decimal import Decimal

import pytest

from arportal.mirror.models import Invoice
from arportal.receivables.allocation.allocations import Allocation
from arportal.receivables.models import Change, PaymentRecord
from arportal.receivables.payments.record_payment import OfflinePayment
from tests.desk.recording.recording import Form, filled
from tests.verbs import record_payment
from tests.whole import only_whole, whole_or


@pytest.fixture
def begin(clerk, company, browse):
    browser = browse(clerk)
    url = f"/s/demo/payments/record/{company.api_id}/"
    return lambda **query: browser.get(url, query, follow=True)


def values(answer) -> dict[str, str]:
    """Field → value, as the browser shows them."""
    inputs = re.findall(r"<input[^>]*>", answer.content.decode())
    found = {re.search(r'name="([^"]+)"', each)[1]: re.search(r'value="([^"]*)"', each) for each in inputs}
    return {name: match[1] for name, match in found.items() if match}


def amounts(answer) -> dict[int, str]:
    return {int(name[7:]): value for name, value in values(answer).items() if name.startswith("amount-")}


def test_it_works(begin, open_invoices):
    """Picked invoices are paid in full."""
    first, second = open_invoices[:2]
    answer = begin(pick=[first.api_id, second.api_id])
    assert amounts(answer) == {each.api_id: f"{each.open_balance:,.2f}" for each in (first, second)}
    assert values(answer)["received"] == f"{first.open_balance + second.open_balance:,.2f}"


def test_picked_invoices_that_cannot_be_in_it(begin, open_invoices, company):
    paid = Invoice.objects.filter(company_id=company.api_id, open_balance=0)[0]
    foreign = Invoice.objects.outstanding().exclude(company_id=company.api_id)[0]
    answer = begin(pick=[open_invoices[0].api_id, paid.api_id, foreign.api_id, "x", "9" * 30])
    assert list(amounts(answer)) == [open_invoices[0].api_id]
    assert "2 invoices are left out" in answer.content.decode()


@only_whole("test_todays_date_and_the_company_as_payer")
def test_the_method_used_last(begin, clerk, company, open_invoices, browse):
    assert '<option value="" selected>' in begin().content.decode()
    Form(browse(clerk), company.api_id).send(filled(open_invoices[0], method="cash"), "preview/")
    assert '<option value="cash" selected>' in begin().content.decode()


def test_todays_date_and_the_company_as_payer(begin, company, store):
    found = values(begin())
    assert date.fromisoformat(found["received_on"]) >= date(2026, 1, 1)
    assert found["payer_name"].replace("&#x27;", "'").replace("&amp;", "&") == company.name


@pytest.fixture
def refused(clerk, open_invoices, sandbox) -> Change:
    first, second = open_invoices[:2]
    payment = OfflinePayment(
        company_id=first.company_id,
        currency=first.currency,
        allocations=(Allocation(first.api_id, Decimal("1.50")), Allocation(second.api_id, Decimal(2))),
        **{"payer_name": "Pat", "reference": "R-1", "memo": "M-1", "received_on": date(2026, 1, 30)},
        method=PaymentRecord.Method.TRANSFER,
    )
    sandbox.fault("body_422", "POST", path="offline")
    change = record_payment(clerk, uuid.uuid4(), payment)
    assert change.state == Change.State.REFUSED
    return change


def test_again_as_it_was(begin, refused, open_invoices):
    answer = begin(again=refused.pk)
    found = values(answer)
    assert amounts(answer) == {open_invoices[0].api_id: "1.50", open_invoices[1].api_id: "2.00"}
    assert (found["payer_name"], found["reference"], found["memo"]) == ("Pat", "R-1", "M-1")
    assert (found["received_on"], found["received"]) == ("2026-01-30", "3.50")
    assert '<option value="transfer" selected>' in answer.content.decode()
    assert str(refused.pk) not in answer.redirect_chain[-1][0]


def test_again_without_what_is_paid_by_now(begin, refused, open_invoices):
    Invoice.objects.filter(pk=open_invoices[0].pk).update(open_balance=0, status=2)
    answer = begin(again=refused.pk)
    assert amounts(answer) == {open_invoices[1].api_id: "2.00"}
    assert "1 invoice is left out" in answer.content.decode()
    assert values(answer)["received"] == "3.50"


@only_whole("test_again_as_it_was")
def test_again_what_was_recorded_after_all(begin, refused):
    Change.objects.update(state=Change.State.APPLIED)
    assert begin(again=refused.pk).redirect_chain[0][0] == f"/s/demo/changes/{refused.pk}/"


@pytest.mark.parametrize("again", whole_or(["nonsense", str(uuid.UUID(int=5))], ["nonsense"]))
def test_again_what_never_was(begin, again):
    assert not amounts(begin(again=again))


def test_the_currency_of_the_address(begin, company, open_invoices):
    other = Invoice.objects.filter(pk=open_invoices[1].pk)
    other.update(currency="CHF")
    text = begin(currency="CHF").content.decode()
    assert re.findall(r'name="amount-(\d+)"', text) == [str(open_invoices[1].api_id)]


@only_whole("test_the_tab_of_another_currency_takes_along_what_was_typed")
def test_another_currency_than_the_one_typed_in(clerk, company, open_invoices, browse):
    """What was typed about the payment stays, its amounts do not."""
    form = Form(browse(clerk), company.api_id)
    Invoice.objects.filter(pk=open_invoices[1].pk).update(currency="CHF")
    form.send(filled(open_invoices[0], received="1"))
    answer = form.get(currency="CHF")
    assert values(answer)["reference"] == "CHQ 9"
    assert "received" not in values(answer)
    assert not amounts(answer)
    assert (
        f"Left out, since it was in {open_invoices[0].currency}: the amount received, 1; 1 amount"
        in answer.content.decode()
    )


def test_the_tab_of_another_currency_takes_along_what_was_typed(clerk, company, open_invoices, browse):
    """The tabs are buttons of the form."""
    form = Form(browse(clerk), company.api_id)
    Invoice.objects.filter(pk=open_invoices[1].pk).update(currency="CHF")
    assert 'name="to" value="CHF"' in form.text()
    answer = form.send(filled(open_invoices[0], received="1", to="CHF"), "currency/", follow=True)
    same = {name: values(answer)[name] for name in ("reference", "memo", "payer_name", "received_on")}
    assert same == {
        "reference": "CHQ 9",
        "memo": "by post",
        "payer_name": "Pat Payer",
        "received_on": "2026-01-31",
    }
    assert 'value="cheque" selected' in answer.content.decode()
    assert not amounts(answer)
    assert "Left out, since it was in" in answer.content.decode()
    assert 'name="currency" value="CHF"' in form.text()


@only_whole("test_the_tab_of_another_currency_takes_along_what_was_typed")
def test_the_tab_of_the_same_currency_drops_nothing(clerk, company, open_invoices, browse):
    form = Form(browse(clerk), company.api_id)
    to = open_invoices[0].currency
    answer = form.send(filled(open_invoices[0], received="1", to=to), "currency/", follow=True)
    assert (values(answer)["received"], len(amounts(answer))) == ("1", 1)
    assert "Left out" not in answer.content.decode()


@pytest.mark.parametrize("to", whole_or(["", "XXX", "<b>"], ["XXX"]))
def test_a_currency_in_which_nothing_is_open(clerk, company, open_invoices, browse, to):
    form = Form(browse(clerk), company.api_id)
    answer = form.send(filled(open_invoices[0], received="1", to=to), "currency/")
    assert answer.status_code == 422
    assert (values(answer)["received"], len(amounts(answer))) == ("1", 1)
