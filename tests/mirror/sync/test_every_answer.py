"""What becomes of a pass: every kind of read, and everything that the store may answer it."""

import pytest
from django.db.models import F

from arportal.mirror.models import CreditTerms, Receipt, SyncPass, Watermark
from arportal.mirror.rate_limit.cadence import CHANNELS, METHODS
from arportal.mirror.sync import hot
from arportal.mirror.sync.freshness import freshness_of_lists
from arportal.mirror.sync.sync import sync
from tests.mirror.sync.troubles import OF_COMPANIES, SMALL_LISTS

LEFT_OUT, OFF, GONE = "left out", "off", "gone"
# answer: what becomes of side lists, of credit and terms of a company, of a record that is looked up
ANSWERS = {
    "null": (LEFT_OUT, LEFT_OUT, LEFT_OUT),
    "missing": (LEFT_OUT, LEFT_OUT, LEFT_OUT),
    "400": (OFF, OFF, LEFT_OUT),
    "401": (LEFT_OUT, LEFT_OUT, LEFT_OUT),
    "403": (OFF, OFF, LEFT_OUT),
    # The company itself is there: it is its credit and its terms that the store has not.
    "404": (OFF, OFF, GONE),
    "422": (OFF, OFF, LEFT_OUT),
    "500": (LEFT_OUT, LEFT_OUT, LEFT_OUT),
    "503": (LEFT_OUT, LEFT_OUT, LEFT_OUT),
    "html": (LEFT_OUT, LEFT_OUT, LEFT_OUT),
}
SIDE_LISTS = rf"io/(users|orders|ip/receipts|ip/receipt-lines)$|{SMALL_LISTS}"
EXTRA_FIELDS = {f"extra fields of {name}" for name in ("invoices", "orders", "companies", "users")}
SIDE_NAMES = {"buyers", "orders", "receipts", "receipt lines", METHODS, CHANNELS} | EXTRA_FIELDS
OF_COMPANY_NAMES = {"credit", "payment terms"}


@pytest.fixture
def due(store):
    """Everything is asked for again."""
    Watermark.objects.filter(store=store).update(due_at=None, off_since=None)
    return store


def what_became_of(done, names: set[str]) -> str:
    off = set(
        Watermark.objects.filter(store=done.store).exclude(off_since=None).values_list("resource", flat=True)
    )
    left_out = {group["what"] for group in done.left_out}
    if names <= off:
        return OFF
    return LEFT_OUT if names <= left_out and not names & off else f"off: {off}, left out: {left_out}"


@pytest.mark.parametrize(("answer", "outcome"), [(answer, of[0]) for answer, of in ANSWERS.items()])
def test_side_lists(due, sandbox, answer, outcome):
    sandbox.fault(answer, method="GET", path=f"({SIDE_LISTS})", count=10_000)
    done = sync(due, full=True)
    assert (done.problem, done.rows_gone) == ("", 0)
    assert what_became_of(done, SIDE_NAMES) == outcome


@pytest.mark.parametrize(("answer", "outcome"), [(answer, of[1]) for answer, of in ANSWERS.items()])
def test_what_is_read_company_by_company(due, sandbox, answer, outcome):
    sandbox.fault(answer, method="GET", path=OF_COMPANIES, count=10_000)
    done = sync(due)
    assert (done.problem, done.rows_gone) == ("", 0)
    assert what_became_of(done, OF_COMPANY_NAMES) == outcome


@pytest.mark.parametrize(("answer", "outcome"), [(answer, of[2]) for answer, of in ANSWERS.items()])
def test_a_record(due, sandbox, answer, outcome):
    stray = Receipt.objects.filter(store=due).earliest("api_id")
    Receipt.objects.filter(pk=stray.pk).update(api_id=999_999)
    sandbox.fault(answer, path="/receipts/999999$", count=100)
    done = sync(due, full=True)
    stray.refresh_from_db()
    assert done.problem == ""
    assert (GONE if stray.gone_at else what_became_of(done, {"receipts"})) == outcome


@pytest.fixture
def owed_due(store, sandbox):
    """Invoices that are owed are read again by the next pass, as many other reads of invoices come first."""
    sandbox.control("DELETE", "requests")
    sync(store, sparing=True)
    SyncPass.objects.filter(store=store).update(started_at=F("started_at") - 2 * hot.EVERY)
    return len([each for each in reads_of_invoices(sandbox) if "status=" not in each["query"]])


def reads_of_invoices(sandbox) -> list[dict]:
    return [each for each in sandbox.control("GET", "requests") if each["path"].endswith("/ip/invoices")]


@pytest.mark.parametrize(("answer", "outcome"), [(answer, of[0]) for answer, of in ANSWERS.items()])
def test_owed_invoices_read_again(store, owed_due, sandbox, answer, outcome):
    """The pass goes on to what comes after them, and the next one reads what it left out."""
    CreditTerms.objects.filter(store=store).update(read_at=F("read_at") - 2 * hot.EVERY)
    unread = CreditTerms.objects.filter(store=store).earliest("read_at")
    sandbox.control("DELETE", "requests")
    sandbox.fault(answer, method="GET", path="/ip/invoices$", skip=owed_due, count=100)
    done = sync(store, sparing=True)
    assert (done.problem, done.rows_gone) == ("", 0)
    assert what_became_of(done, set(hot.HOT.values())) == outcome
    assert {each["query"] for each in reads_of_invoices(sandbox) if each["fault"]} == {
        each["query"] for each in reads_of_invoices(sandbox)[owed_due:]
    }
    assert CreditTerms.objects.get(pk=unread.pk).read_at > unread.read_at
    sandbox.control("DELETE", "faults")
    sandbox.control("DELETE", "requests")
    again = sync(store, sparing=True)
    assert again.left_out == []
    assert len(reads_of_invoices(sandbox)) == owed_due + (outcome == LEFT_OUT)


def test_owed_invoices_that_are_off_are_told_as_such_and_asked_for_a_day_later(store, owed_due, sandbox):
    sandbox.fault("400", method="GET", path="/ip/invoices$", skip=owed_due, count=1)
    sync(store, sparing=True)
    owed = {each.name: each for each in freshness_of_lists(store)}["owed invoices, each read again"]
    assert (owed.is_off, owed.parts_off) == (False, ("open invoices",))
    Watermark.objects.filter(store=store).update(due_at=None)
    sync(store, sparing=True)
    assert not Watermark.objects.filter(store=store).exclude(off_since=None).exists()


@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("path", ["/companies$", "/ip/invoices$", "/ip/payments$"])
def test_a_main_list(due, sandbox, answer, path):
    sandbox.fault(answer, path=path, count=100)
    done = sync(due)
    assert done.problem
    assert done.rows_gone == 0
