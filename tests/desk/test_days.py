"""A due date written as midnight UTC, seen from Los Angeles: everywhere the day that was meant."""

import csv
import datetime as dt
import io
import uuid

import pytest
import time_machine
from openpyxl import load_workbook

from arportal.documents.invoices import our_pdf
from arportal.mirror.api.connections import connect
from arportal.mirror.api.refresh import refresh_invoices
from arportal.mirror.models import Invoice, Order
from arportal.mirror.rows.days import recount_days
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.changes.verb import perform
from arportal.receivables.invoices.create_invoice import CreateInvoice
from arportal.receivables.invoices.edit_invoice import EditInvoice, read_afresh
from arportal.receivables.invoices.invoice_drafts import DraftLine, InvoiceDraft
from arportal.receivables.invoices.invoice_values import values_of
from arportal.receivables.models import Change
from tests.desk.conftest import body, ids
from tests.desk.recording.recording import Form
from tests.documents.conftest import opened, text_of
from tests.whole import only_whole

# A real answer: midnight UTC of 17 October 2025, in Los Angeles still the 16th.
DUE, ORDERED = 1_760_659_200, 1_760_659_200 - 30 * 86_400
EVENING_OF_THE_16TH = DUE + 5 * 3600  # there
EVENING_OF_THE_17TH = dt.datetime(2025, 10, 18, 3, tzinfo=dt.UTC)


@pytest.fixture
def angeles(store):
    store.time_zone = "America/Los_Angeles"
    return connect(store)


@pytest.fixture
def due(angeles, open_invoices, sandbox):
    """Two open invoices of a company: the first due on the 17th, the second late on the 16th."""
    first, second = open_invoices[:2]
    details = sandbox.get(f"/ip/invoices/{first.api_id}")["details"]
    details["header"]["orderDate"] = ORDERED
    sandbox.put(f"/ip/invoices/{first.api_id}", {"dueDate": DUE, "createdAt": ORDERED, "details": details})
    sandbox.put(f"/ip/invoices/{second.api_id}", {"dueDate": EVENING_OF_THE_16TH})
    refresh_invoices(angeles, [first.api_id, second.api_id])
    return [Invoice.objects.get(pk=each.pk) for each in (first, second)]


@pytest.fixture
def evening():
    """In the store it is the 17th until midnight; in London the 18th has begun."""
    with time_machine.travel(EVENING_OF_THE_17TH, tick=True):
        yield


@pytest.fixture
def see(evening, due, clerk, browse):
    browser = browse(clerk)
    return lambda address: browser.get(f"/s/demo/{address}")


def test_the_page_and_the_list(see, due):
    for text in (
        see(f"invoices/{due[0].api_id}/").content.decode(),
        see(f"invoices/?due_from=2025-10-17&due_to=2025-10-17&q={due[0].number}").content.decode(),
    ):
        assert "Oct 17, 2025" in text
        assert "Sep 17, 2025" in text
        assert "late</span>" not in text


def test_late_from_the_next_day_on(due):
    the_17th = dt.date(2025, 10, 17)
    late = Invoice.objects.filter(pk__in=[each.pk for each in due])
    assert [each.days_late(the_17th) for each in due] == [0, 1]
    assert list(late.overdue(the_17th)) == [due[1]]
    assert due[0].days_late(dt.date(2025, 10, 18)) == 1


@only_whole("test_the_page_and_the_list")
def test_the_days_before_and_after(see, due):
    assert due[0].api_id not in ids(see("invoices/?due_to=2025-10-16"))
    assert due[0].api_id not in ids(see("invoices/?due_from=2025-10-18&sort=due"))


@only_whole("test_late_from_the_next_day_on")
def test_sorted_by_the_days_that_are_shown(see, due):
    """The moment that stands for the 17th is the earlier one."""
    company = f"company_id={due[0].company_id}&due_from=2025-10-16&due_to=2025-10-17"
    assert ids(see(f"invoices/?{company}&sort=due")) == [due[1].api_id, due[0].api_id]
    assert ids(see(f"invoices/?{company}&sort=-due")) == [due[0].api_id, due[1].api_id]


@only_whole("test_late_from_the_next_day_on")
def test_days_late_sort_as_they_read(see, due):
    answer = see(f"invoices/?company_id={due[0].company_id}&late_from=1&late_to=1&cols=number+days_late")
    assert ids(answer) == [due[1].api_id]


def test_the_exports(see, due):
    query = f"due_from=2025-10-17&due_to=2025-10-17&q={due[0].number}"
    [line] = csv.DictReader(
        io.StringIO(body(see(f"invoices/export.csv?{query}")).decode("utf-8-sig"), newline="")
    )
    assert (line["Issued"], line["Due"], line["Status"]) == ("2025-09-17", "2025-10-17", "Open")
    sheet = load_workbook(io.BytesIO(body(see(f"invoices/export.xlsx?{query}")))).active
    cells = dict(zip(*([cell.value for cell in row] for row in sheet.iter_rows()), strict=True))
    assert cells["Due"].date() == dt.date(2025, 10, 17)


@only_whole("test_the_exports")
def test_the_pdf(due, clerk, settings, tmp_path):
    settings.PDF_CACHE = tmp_path
    text = text_of(opened(our_pdf(clerk, due[0]).content))
    for words in ("Date September 17, 2025", "Due October 17, 2025", "Order date September 17, 2025"):
        assert words in text


@only_whole("test_the_page_and_the_list")
def test_the_allocation(evening, due, clerk, browse):
    form = Form(browse(clerk), due[0].company_id)
    typed = {"currency": due[0].currency, "mode": "due", "received": "1"}
    text = form.send(typed, "allocate/", follow=True).content.decode()
    assert "Oct 17, 2025" in text
    first, second = (text.partition(f'name="amount-{each.api_id}"')[2].partition(">")[0] for each in due)
    assert "value=" in second
    assert "value=" not in first


def test_what_is_written_reads_back_as_the_same_day(angeles, controller, due, sandbox):
    seen = values_of(read_afresh(controller, due[0].api_id), angeles.zone)
    wanted = {**seen, "due_on": "2026-03-08"}
    change = perform(
        EditInvoice(
            actor=controller,
            change_id=uuid.uuid4(),
            invoice_id=due[0].api_id,
            seen=seen,
            wanted=wanted,
        )
    )
    assert change.state == Change.State.APPLIED
    assert sandbox.get(f"/ip/invoices/{due[0].api_id}")["dueDate"] == 1_772_928_000
    assert Invoice.objects.get(pk=due[0].pk).due_on == dt.date(2026, 3, 8)


@only_whole("test_what_is_written_reads_back_as_the_same_day")
def test_what_is_made_reads_back_as_the_same_days(angeles, controller, company, sandbox):
    line = DraftLine(description="Anchor", quantity=3, unit_price=20)
    days = {"issued_on": dt.date(2026, 2, 1), "due_on": dt.date(2026, 3, 8)}
    draft = InvoiceDraft(company_id=company.api_id, number="AR-D", currency="USD", lines=(line,), **days)
    made = perform(CreateInvoice(actor=controller, change_id=uuid.uuid4(), invoice=draft))
    held = sandbox.get(f"/ip/invoices/{made.target_id}")
    assert (int(held["createdAt"]), held["dueDate"]) == (1_769_904_000, 1_772_928_000)
    invoice = Invoice.objects.get(api_id=made.target_id)
    assert {"issued_on": invoice.issued_on, "due_on": invoice.due_on} == days


@only_whole("test_the_page_and_the_list")
def test_orders(angeles, clerk, browse):
    order = Order.objects.filter(store=angeles, company_id__isnull=False).first()
    order.created_at = dt.datetime(2025, 10, 17, tzinfo=dt.UTC)
    order.save()
    recount_days(angeles)
    browser = browse(clerk)
    found = browser.get("/s/demo/orders/?placed_from=2025-10-17&placed_to=2025-10-17")
    assert order.api_id in ids(found)
    assert "Oct 17, 2025" in found.content.decode()
    assert "Oct 17, 2025" in browser.get(f"/s/demo/orders/{order.api_id}/").content.decode()


def test_a_day_that_the_store_cannot_keep(controller, company, due):
    line = DraftLine(description="Anchor", quantity=3, unit_price=20)
    draft = InvoiceDraft(
        company_id=company.api_id,
        number="AR-D",
        currency="USD",
        issued_on=dt.date(1970, 1, 1),
        due_on=dt.date(1970, 1, 1),
        lines=(line,),
    )
    assert set(draft.problems()) == {"issued_on"}
    seen = values_of(due[0], controller.store.zone)
    with pytest.raises(Invalid) as refused:
        perform(
            EditInvoice(
                actor=controller,
                change_id=uuid.uuid4(),
                invoice_id=due[0].api_id,
                seen=seen,
                wanted={**seen, "due_on": "0025-01-31"},
            )
        )
    assert set(refused.value.fields) == {"due_on"}
