"""Editing a payment: the form, what will change, and what comes back when it cannot be."""

import re
import uuid

import pytest

from arportal.desk.payments import edit
from arportal.mirror.models import Invoice, Payment
from arportal.receivables.changes import changes, state_machine
from arportal.receivables.models import Change
from arportal.stores.models import Store
from tests.whole import only_whole


@pytest.fixture
def editing(browse, controller, split_payment):
    return Editing(browse(controller), split_payment.api_id)


class Editing:
    """The form as a browser without JavaScript fills and sends it."""

    def __init__(self, browser, payment_id):
        self.browser, self.url = browser, f"/s/demo/payments/{payment_id}/edit/"
        self.fields = fields_of(self.open())

    def open(self, rest="") -> str:
        answer = self.browser.get(self.url + rest)
        assert answer.status_code == 200
        return answer.content.decode()

    def send(self, step, changed):
        """Sends the form as it is but for the fields that are changed."""
        return self.browser.post(self.url, self.fields | changed | {"step": step})


def fields_of(page: str) -> dict[str, str]:
    found = dict(re.findall(r'<input[^>]* name="([^"]+)"[^>]*? value="([^"]*)"', page))
    memo = re.search(r'<textarea[^>]* name="memo"[^>]*>\s*(.*?)</textarea>', page, re.DOTALL)
    chosen = re.findall(
        r'<select[^>]* name="([^"]+)"(?:(?!</select>).)*?value="([^"]*)" selected', page, re.DOTALL
    )
    return found | dict(chosen) | ({"memo": memo[1]} if memo else {})


def text(answer) -> str:
    return answer.content.decode()


def test_it_works(editing, split_payment, open_invoices, sandbox):
    assert editing.fields["payer_name"] == "Accounts payable"
    assert editing.fields[f"amount-{open_invoices[0].api_id}"].startswith("2")
    assert editing.fields["memo"] == "by hand"
    asked = editing.send("ask", {"memo": "August remittance"})
    assert asked.status_code == 200
    assert "Save these changes" in text(asked)
    assert sandbox.writes() == []  # Nothing is sent before it is confirmed.
    saved = editing.browser.post(editing.url, fields_of(text(asked)) | {"step": "save"})
    assert (saved.status_code, saved["Location"]) == (303, f"/s/demo/payments/{split_payment.api_id}/")
    assert sandbox.get(f"/ip/payments/{split_payment.api_id}")["details"]["memo"] == "August remittance"


@only_whole("test_paying_too_much_has_to_be_ticked")
def test_balances_are_shown_before_and_after_and_one_may_go_back_with_all_that_was_entered(
    editing, open_invoices
):
    first = open_invoices[0]
    page = text(editing.send("ask", {f"amount-{first.api_id}": "1"}))
    now, after = (Invoice.objects.get(pk=first.pk).open_balance + more for more in (0, 1))
    assert f"{now:,.2f}" in page
    assert f"{after:,.2f}" in page
    page = text(editing.send("back", {"memo": "half done", "payer_name": ""}))
    assert fields_of(page)["memo"] == "half done"
    assert "Enter the payer" not in page


@only_whole("desk/test_nothing_is_replaced.py::test_editing_a_payment")
def test_refused_it_comes_back_filled(editing, payment, browse, controller):
    of_another_payment = Editing(browse(controller), payment.api_id).fields["seen"]
    cases = [
        ("payer_name", "", "Enter the payer."),
        ("received_on", "2090-01-01", "This date is in the future."),
        ("received_on", "soon", "Enter a valid date."),
        ("change_id", "x", "out of date"),
        ("seen", "forged", "This form is out of date."),
        ("seen", of_another_payment, "This form is out of date."),
        ("method", "barter", "barter is not one of the available choices"),
    ]
    for field, value, words in cases:
        answer = editing.send("ask", {"memo": "August remittance", field: value})
        assert answer.status_code == 422, (field, value)
        assert words in text(answer), (field, value)
        assert fields_of(text(answer))["memo"] == "August remittance", (field, value)


@only_whole("desk/test_nothing_is_replaced.py::test_editing_a_payment")
def test_amounts_that_cannot_be(editing, open_invoices):
    for amount, words in (("twelve", "is not an amount"), ("999999999", "Only "), ("0", "above zero")):
        answer = editing.send("ask", {f"amount-{open_invoices[0].api_id}": amount})
        assert answer.status_code == 422, amount
        assert words in text(answer), amount
        assert f'value="{amount}"' in text(answer), amount
    answer = editing.send("ask", {"amount-987654": "1"})
    assert "This company has no such open invoice." in text(answer)


@only_whole("test_it_works")
def test_of_many_open_invoices_the_oldest_are_offered(editing, monkeypatch, open_invoices):
    # Nor is there anything to try again.
    for again in ("x", str(uuid.UUID(int=3))):
        assert fields_of(editing.open(f"?again={again}"))["memo"] == "by hand", again
    monkeypatch.setattr(edit, "MOST", 0)
    page = editing.open()
    assert set(fields_of(page)) >= {f"amount-{each.api_id}" for each in open_invoices[:2]}
    assert len(re.findall(r'name="amount-', page)) == 2


@only_whole("desk/payments/test_moving_page.py::test_a_stale_row_comes_back_with_both_versions")
def test_changed_since_it_was_opened_both_versions_are_shown(editing, split_payment, sandbox):
    sandbox.put(f"/ip/payments/{split_payment.api_id}/processing-status", {"processingStatus": 3})
    answer = editing.send("save", {"memo": "August remittance"})
    assert answer.status_code == 422
    page = text(answer)
    assert "What somebody else has changed" in page
    assert "Processing</td>" in page
    assert "<strong>Completed</strong>" in page
    again = editing.browser.post(editing.url, fields_of(page) | {"step": "ask"})
    assert again.status_code == 200


def test_paying_too_much_has_to_be_ticked(editing, open_invoices, sandbox):
    Store.objects.update(allow_overpayment=True)
    name, invoice = f"amount-{open_invoices[1].api_id}", open_invoices[1]
    amount = f"{invoice.open_balance + 1:.2f}"
    page = text(editing.send("ask", {name: amount}))
    assert "Pay more than is open" in page
    assert "Overpaid" in page
    answer = editing.browser.post(editing.url, fields_of(page) | {"step": "save", "overpayment": ""})
    assert answer.status_code == 422
    assert sandbox.writes() == []
    ticked = editing.browser.post(editing.url, fields_of(page) | {"step": "save", "overpayment": "on"})
    assert ticked.status_code == 303
    assert Invoice.objects.get(pk=invoice.pk).open_balance == -1


@only_whole("desk/test_nothing_is_replaced.py::test_editing_a_payment")
def test_what_the_store_refuses_can_be_sent_again(editing, sandbox):
    sandbox.fault("body_422", method="PUT")
    answer = editing.send("save", {"memo": "August remittance"})
    assert answer.status_code == 422
    fields = fields_of(text(answer))
    assert "The store refused" in text(answer)
    assert fields["memo"] == "August remittance"
    assert fields["change_id"] != editing.fields["change_id"]
    assert editing.browser.post(editing.url, fields | {"step": "save"}).status_code == 303


@only_whole("desk/payments/test_deletion_page.py::test_above_the_limit_it_waits")
def test_who_approves_sees_what_goes_elsewhere(editing, split_payment, open_invoices):
    Store.objects.update(approval_limits={split_payment.currency: "0.50"})
    first = open_invoices[0]
    answer = editing.send("save", {f"amount-{first.api_id}": "1"})
    page = text(editing.browser.get(answer["Location"]))
    assert f"Invoice {first.number}" in page
    assert re.search(r"2\.00 \w{3}</span> →\s+1\.00", page)


@only_whole("test_it_works")
def test_a_double_click_is_one_change(editing, sandbox):
    first, second = (editing.send("save", {"memo": "August remittance"}) for _ in range(2))
    assert first.status_code == second.status_code == 303
    assert len(sandbox.writes()) == 1
    # A store that cannot be read first.
    sandbox.fault("500", method="GET", count=20)
    answer = editing.browser.get(editing.url)
    assert answer.status_code == 422
    assert "cannot be reached" in text(answer)


@only_whole("desk/recording/test_record_payment.py::test_an_unclear_answer_leads_to_the_page_of_the_change")
def test_an_unclear_answer_leads_to_the_change_and_from_there_back(editing, sandbox):
    sandbox.fault("drop_before", method="PUT")
    answer = editing.send("save", {"memo": "August remittance"})
    change = Change.objects.get()
    assert answer["Location"] == f"/s/demo/changes/{change.pk}/"
    Change.objects.update(state=Change.State.REFUSED, error="It took too long.")
    page = text(editing.browser.get(answer["Location"]))
    assert f"{editing.url}?again={change.pk}" in page
    again = editing.open(f"?again={change.pk}")
    assert "It took too long." in again
    assert fields_of(again)["memo"] == "August remittance"


def test_a_buyers_payment_has_no_form(browse, controller):
    online = Payment.objects.visible_to(controller).exclude(module_name="payments_offline")[0]
    assert browse(controller).get(f"/s/demo/payments/{online.api_id}/edit/").status_code == 404


@only_whole("test_it_works")
def test_after_the_quarantine_it_is_done(editing, sandbox, split_payment):
    sandbox.fault("drop_before", method="PUT")
    editing.send("save", {"memo": "August remittance"})
    change = Change.objects.get()
    changes.resume(change, change.asked_at + 2 * state_machine.QUARANTINE)
    page = text(editing.browser.get(f"/s/demo/payments/{split_payment.api_id}/"))
    assert "August remittance" in page
