"""The pages on which invoices are corrected and deleted, one and many."""

import re
import uuid

import pytest

from arportal.mirror.models import Invoice
from arportal.receivables.models import Change
from arportal.receivables.tasks import send_batch
from tests.whole import only_whole, whole_or


@pytest.fixture
def desk(controller, browse):
    return browse(controller)


@pytest.fixture
def invoice(open_invoices) -> Invoice:
    return open_invoices[0]


@pytest.fixture
def address(invoice) -> str:
    return f"/s/demo/invoices/{invoice.api_id}/"


def text(answer) -> str:
    return answer.content.decode()


def fields(page: str) -> dict[str, str]:
    """What the page's last form holds, as a browser would send it."""
    form = page.rpartition('<form method="post"')[2]
    found = {}
    for tag in re.findall(r"<input [^>]*>", form):
        parts = dict(re.findall(r'(name|type|value)="([^"]*)"', tag))
        if parts.get("type") != "checkbox" and "name" in parts:
            found[parts["name"]] = parts.get("value", "")
    chosen = re.findall(r'<select[^>]* name="([^"]+)".*?<option value="([^"]*)" selected', form, re.S)
    return found | dict(chosen)


def test_it_works(desk, address, sandbox, invoice):
    data = fields(text(desk.get(f"{address}edit/"))) | {"po_number": "PO-12"}
    assert desk.post(f"{address}edit/", data).status_code == 303
    held = sandbox.get(f"/ip/invoices/{invoice.api_id}")
    assert held["purchaseOrderNumber"] == "PO-12"
    assert len(sandbox.writes()) == 1


def test_a_form_left_as_it_is_changes_nothing_and_status_and_balance_that_disagree_must_be_meant(
    desk, address, sandbox
):
    shown = fields(text(desk.get(f"{address}edit/")))
    answer = desk.post(f"{address}edit/", shown)
    assert (answer.status_code, "Nothing was changed" in text(answer)) == (422, True)
    forged = text(desk.post(f"{address}edit/", shown | {"seen": "x", "po_number": "PO-12"}))
    assert ("out of date" in forged, fields(forged)["seen"] in ("", "x")) == (True, False)
    data = shown | {"status": "2"}
    answer = desk.post(f"{address}edit/", data)
    assert (answer.status_code, "Marked paid, but an amount is open" in text(answer)) == (422, True)
    assert sandbox.writes() == []
    assert desk.post(f"{address}edit/", data | {"accepted": "on"}).status_code == 303


def test_a_changed_due_date_stands_on_the_invoice_with_its_reason(desk, address, clerk, browse):
    form = fields(text(desk.get(f"{address}due-date/"))) | {"due_on": "2027-03-31", "reason": "They asked"}
    answer = desk.post(f"{address}due-date/", form)
    assert (answer.status_code, answer.url) == (303, address)
    page = text(desk.get(address))
    assert re.search(r"Due date: [^<]+ → Mar 31, 2027", page)
    assert "They asked" in page
    # Who may not is not led to the form.
    assert (f"{address}due-date/" in page, f"{address}due-date/" in text(browse(clerk).get(address))) == (
        True,
        False,
    )


def test_what_changed_meanwhile_is_there_with_what_was_typed_and_can_be_saved_then(
    desk, address, sandbox, invoice
):
    data = fields(text(desk.get(f"{address}edit/"))) | {"po_number": "PO-12"}
    sandbox.put(f"/ip/invoices/{invoice.api_id}", {"dueDate": 1_900_000_000, "purchaseOrderNumber": "PO-13"})
    answer = desk.post(f"{address}edit/", data)
    assert (answer.status_code, "has changed since it was shown" in text(answer)) == (422, True)
    shown = fields(text(answer))
    assert (shown["po_number"], shown["due_on"]) == ("PO-12", "2030-03-17")
    assert "Changed meanwhile to “PO-13”. Saved, yours takes its place." in text(answer)
    assert text(answer).count("Changed meanwhile: this is what is there now.") == 1
    assert desk.post(f"{address}edit/", shown).status_code == 303
    held = sandbox.get(f"/ip/invoices/{invoice.api_id}")
    assert (held["purchaseOrderNumber"], held["dueDate"]) == ("PO-12", 1_900_000_000)


def test_a_day_that_both_have_changed_is_named_as_people_read_it(desk, address, sandbox, invoice):
    shown = fields(text(desk.get(f"{address}edit/")))
    sandbox.put(f"/ip/invoices/{invoice.api_id}", {"dueDate": 1_900_000_000})
    answer = text(desk.post(f"{address}edit/", shown | {"due_on": "2031-01-31"}))
    assert "Changed meanwhile to “Mar 17, 2030”. Saved, yours takes its place." in answer


def test_deleting_says_first_what_goes_with_it(desk, address, invoice, sandbox):
    page = text(desk.get(f"{address}delete/"))
    refused = desk.post(f"{address}delete/", fields(page))
    assert (refused.status_code, sandbox.writes()) == (422, [])
    assert "Give a reason: it is kept in the history." in text(refused)
    assert "will no longer be due" in page
    assert "buyer portal" in page
    assert desk.post(f"{address}delete/", fields(page) | {"reason": "Made twice"}).status_code == 303
    assert desk.get(address).status_code == 404


def test_what_is_lost_with_an_invoice_is_told_anew_when_it_has_changed(desk, address, invoice, sandbox):
    page = fields(text(desk.get(f"{address}delete/"))) | {"reason": "Made twice"}
    left = {"code": invoice.currency, "value": "1.25"}
    sandbox.put(f"/ip/invoices/{invoice.api_id}", {"openBalance": left})
    answer = desk.post(f"{address}delete/", page)
    assert answer.status_code == 422
    assert ">1.25 " in text(answer)
    assert desk.post(f"{address}delete/", fields(text(answer))).status_code == 303


@pytest.fixture
def bulk(desk, open_invoices):
    picked = {"invoice": [str(each.api_id) for each in open_invoices[:2]]}
    return lambda **data: desk.post("/s/demo/invoices/bulk/", picked | data)


def test_many_at_once(bulk, desk, controller, open_invoices):
    assert "Change 2 invoices" in text(bulk())
    what = {"batch": uuid.uuid4(), "what": "due", "due_on": "2027-02-28"}
    preview = text(bulk(step="preview", **what))
    assert "2 of 2 invoices will change" in preview
    assert not Change.objects.exists()
    answer = bulk(step="do", **what)
    assert answer.status_code == 303
    assert "0 of 2 finished" in text(desk.get(answer.url))
    send_batch(batch=str(what["batch"]))
    assert "2 of 2 finished" in text(desk.get(answer.url))


@only_whole("test_a_form_left_as_it_is_changes_nothing_and_status_and_balance_that_disagree_must_be_meant")
def test_marking_many_paid_warns_of_what_is_open(bulk):
    preview = text(bulk(step="preview", batch=uuid.uuid4(), what="status", status="2"))
    assert "Marked paid, but an amount is open" in preview


def test_bulk_refused_with_the_reason(bulk, desk):
    cases = {"due": "Enter the date", "delete": "Give a reason", "burn": "not one of the available choices"}
    for what, reason in list(cases.items())[: whole_or(None, 2)]:
        answer = bulk(step="preview", batch=uuid.uuid4(), what=what)
        assert (answer.status_code, reason in text(answer)) == (422, True), what
    answer = desk.post("/s/demo/invoices/bulk/", {}, follow=True)
    assert "Select at least one row" in text(answer)


def test_rows_of_others_are_never_among_them(desk, controller, open_invoices):
    controller.all_companies, controller.company_ids = False, [open_invoices[0].company_id]
    controller.save()
    foreign = Invoice.objects.exclude(company_id=open_invoices[0].company_id)[0]
    answer = desk.post("/s/demo/invoices/bulk/", {"invoice": [foreign.api_id, open_invoices[0].api_id]})
    assert "Change 1 invoice" in text(answer)


@only_whole("desk/test_tenants.py::test_another_store_does_not_exist")
def test_a_batch_of_another_store(books, browse, bulk, desk):
    what = {"batch": uuid.uuid4(), "what": "due", "due_on": "2027-02-28"}
    bulk(step="do", **what)
    assert browse(books).get(f"/s/books/invoices/batches/{what['batch']}/").status_code == 404
