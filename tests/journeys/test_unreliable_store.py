"""The store answers badly, late or not at all: the clerk is told, and nothing is done twice."""

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from arportal.mirror.models import RequestBudget
from arportal.receivables.changes import state_machine
from arportal.receivables.models import Change
from arportal.receivables.tasks import confirm_changes
from arportal.stores.models import Role
from arportal.stores.models import Store as StoreModel
from tests.journeys.conftest import both_ways
from tests.journeys.database import apart
from tests.journeys.steps import (
    amount_field,
    choose_method,
    download_from_store,
    is_told,
    is_warned,
    press,
    record,
)
from tests.whole import only_whole, whole_or

NOBODY_LISTENS = "http://127.0.0.1:9/api/v3/io"


def confirm() -> None:
    """What the worker does every minute."""
    confirm_changes(StoreModel.objects.get().pk)


@pytest.fixture
def filled_form(visit, debtor, form_url) -> Page:
    page = visit(Role.CLERK)
    page.goto(form_url)
    choose_method(page)
    amount_field(page, debtor.debts[0]).fill("3.75")
    return page


@pytest.fixture
def paid(world, debtor):
    """How many payments of 3.75 the sandbox has of the company."""

    def count() -> int:
        payments = world.get("/ip/payments", limit=250)
        totals = [each["total"]["value"] for each in payments if each["customerId"] == str(debtor.company_id)]
        return sum(float(total) == 3.75 for total in totals)

    return count


@only_whole("test_an_answer_lost_while_recording")
def test_too_many_requests_while_recording(filled_form, world, paid):
    world.fault("429", method="POST")
    record(filled_form)
    is_warned(filled_form, "Nothing was changed")
    assert paid() == 0
    apart(RequestBudget.objects.all().delete)  # As if the minute that the 429 spoke of were over.
    press(filled_form, "Record payment")
    is_told(filled_form, "is recorded")
    assert paid() == 1


@only_whole("test_an_answer_lost_while_recording")
def test_a_store_that_is_down_while_recording(filled_form, debtor, paid):
    apart(StoreModel.objects.update, api_url=NOBODY_LISTENS)
    record(filled_form)
    is_warned(filled_form, "cannot be reached")
    field = amount_field(filled_form, debtor.debts[0])
    expect(field).to_have_value("3.75")
    assert paid() == 0


LOST = {"kind": "drop_after"}


@both_ways
@pytest.mark.parametrize("fault", whole_or([{"kind": "500", "commit": True}, LOST], [LOST]))
def test_an_answer_lost_while_recording(filled_form, world, paid, fault):
    world.fault(method="POST", **fault)
    record(filled_form)
    expect(filled_form.get_by_role("heading", name="Being confirmed")).to_be_visible()
    apart(confirm)
    filled_form.get_by_role("link", name="Check again").click()
    expect(filled_form.get_by_role("heading", name="Done")).to_be_visible()
    filled_form.get_by_role("link", name="See the result").click()
    expect(filled_form.get_by_role("heading", name="Payment #")).to_be_visible()
    assert paid() == 1


@only_whole("test_an_answer_lost_while_recording")
def test_the_page_turns_to_done_by_itself(filled_form, world):
    world.fault("drop_after", method="POST")
    record(filled_form)
    expect(filled_form.get_by_role("heading", name="Being confirmed")).to_be_visible()
    apart(confirm)
    # Done and read back, it leads on to what came of it.
    expect(filled_form.get_by_role("heading", name="Payment #")).to_be_visible(timeout=10_000)


@only_whole("test_an_answer_lost_while_recording")
def test_what_never_arrived_is_sent_again_once_that_is_safe(filled_form, world, paid):
    world.fault("drop_before", method="POST")
    record(filled_form)
    expect(filled_form.get_by_role("heading", name="Being confirmed")).to_be_visible()
    apart(confirm)
    assert paid() == 0
    long_ago = timezone.now() - 2 * state_machine.QUARANTINE
    apart(Change.objects.update, sent_at=long_ago, looked_at=long_ago)
    apart(confirm)
    filled_form.reload()
    expect(filled_form.get_by_role("heading", name="Done")).to_be_visible()
    assert paid() == 1


@pytest.fixture
def moving(visit, world) -> Page:
    """The page of a payment that awaits processing."""
    awaiting = [each for each in world.get("/ip/payments", limit=250) if each["processingStatus"] == 1]
    page = visit(Role.CLERK)
    page.goto(f"/s/demo/payments/{awaiting[0]['id']}/")
    return page


@only_whole("test_an_answer_lost_while_recording")
@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"kind": "429", "method": "PUT"}, "Nothing was changed"),
        ({"kind": "500", "method": "GET", "count": 9}, "store"),
    ],
    ids=["429", "500"],
)
def test_a_failure_while_moving(moving, world, fault, words):
    world.fault(**fault)
    press(moving, "Processing")
    is_warned(moving, words)
    expect(moving.get_by_role("heading", level=1)).to_contain_text("Awaiting")
    assert [write["status"] for write in world.writes()] in ([], [429])


@only_whole("test_an_answer_lost_while_recording")
def test_a_store_that_is_down_while_moving(moving, world):
    apart(StoreModel.objects.update, api_url=NOBODY_LISTENS)
    press(moving, "Processing")
    is_warned(moving, "cannot be reached")
    assert world.writes() == []


@only_whole("test_an_answer_lost_while_recording")
def test_an_answer_lost_while_moving(moving, world):
    world.fault("drop_after", method="PUT")
    press(moving, "Processing")
    expect(moving.get_by_role("heading", name="Being confirmed")).to_be_visible()
    apart(confirm)
    moving.reload()
    expect(moving.get_by_role("heading", name="Done")).to_be_visible()
    assert len(world.writes()) == 1


@only_whole("desk/invoices/test_invoice_pdfs.py::test_the_store_has_none_and_ours_is_there_all_the_same")
def test_no_pdf(visit, debtor, world):
    page = visit(Role.VIEWER)
    page.goto(f"/s/demo/invoices/{debtor.debts[0].invoice_id}/")
    world.fault("500", method="GET", path="download-pdf", count=9)
    download_from_store(page)
    is_warned(page, "PDF")
