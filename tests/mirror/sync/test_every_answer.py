"""What becomes of a pass: every kind of read, and everything that the store may answer it."""

import datetime as dt
from itertools import product

import pytest
from django.db.models import F
from django.utils import timezone

from arportal.mirror.models import CreditTerms, Receipt, SyncPass, Watermark
from arportal.mirror.rate_limit.budget import forget_failures
from arportal.mirror.rate_limit.cadence import CHANNELS, METHODS
from arportal.mirror.sync import hot
from arportal.mirror.sync.freshness import freshness_of_lists
from arportal.mirror.sync.sync import sync
from tests.mirror.sync.lives import short_pages
from tests.mirror.sync.troubles import OF_COMPANIES, SMALL_LISTS
from tests.whole import only_whole, whole_or

LEFT_OUT, OFF, GONE = "left out", "off", "gone"
# answer: what becomes of side lists, of credit and terms of a company, of a record that is looked up
EVERY_ANSWER = {
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
    "empty": (LEFT_OUT, LEFT_OUT, LEFT_OUT),
    # What ends in the middle keeps its status: of a record that is not there it is 404.
    "truncated": (LEFT_OUT, LEFT_OUT, GONE),
    "drop_before": (LEFT_OUT, LEFT_OUT, LEFT_OUT),
}
# Each outcome once.
ANSWERS = whole_or(EVERY_ANSWER, {answer: EVERY_ANSWER[answer] for answer in ("403", "404", "html")})
SIDE_LISTS = rf"io/(users|orders|ip/receipts|ip/receipt-lines)$|{SMALL_LISTS}"
EXTRA_FIELDS = {f"extra fields of {name}" for name in ("invoices", "orders", "companies", "users")}
SIDE_NAMES = {"buyers", "orders", "receipts", "receipt lines", METHODS, CHANNELS} | EXTRA_FIELDS
OF_COMPANY_NAMES = {"credit", "payment terms"}


def due(store, *lists: str) -> None:
    """Everything is asked for again, or of a sparing pass only these lists and what every pass reads."""
    marks = Watermark.objects.filter(store=store)
    marks.update(due_at=timezone.now() + dt.timedelta(hours=1), off_since=None)
    marks.update(refusals=0, fruitless_searches=0)
    (marks.filter(resource__in=lists) if lists else marks).update(due_at=None)
    # What failed before does not count.
    forget_failures(store)


def what_became_of(done, names: set[str]) -> str:
    off = set(
        Watermark.objects.filter(store=done.store).exclude(off_since=None).values_list("resource", flat=True)
    )
    left_out = {group["what"] for group in done.left_out}
    if names <= off:
        return OFF
    return LEFT_OUT if names <= left_out and not names & off else f"off: {off}, left out: {left_out}"


@only_whole("test_a_main_list")
def test_side_lists_and_what_is_read_company_by_company(store, sandbox):
    # Without channels the sandbox refuses their list, whatever else goes wrong with the answer.
    sandbox.control("PUT", "quirks", {"multi_storefront": "on"})
    wrong = {}
    for answer, (of_lists, of_companies, _) in ANSWERS.items():
        due(store)
        sandbox.fault(answer, method="GET", path=f"({SIDE_LISTS}|{OF_COMPANIES})", count=10_000)
        # A full pass looks for what has gone: once when lists are left out, once when they are off.
        done = sync(store, full=answer in ("html", "403"))
        sandbox.control("DELETE", "faults")
        became = what_became_of(done, SIDE_NAMES), what_became_of(done, OF_COMPANY_NAMES)
        if (done.problem, done.rows_gone, *became) != ("", 0, of_lists, of_companies):
            wrong[answer] = (done.problem, done.rows_gone, *became)
    assert wrong == {}


def test_a_record(store, sandbox):
    """One that a list did not show, and is looked up."""
    stray = Receipt.objects.filter(store=store).earliest("api_id")
    stray.pk, stray.api_id = None, 999_999
    stray.save()
    wrong = {}
    for answer, (_, _, outcome) in ANSWERS.items():
        due(store, "receipts")
        Receipt.objects.filter(pk=stray.pk).update(gone_at=None)
        sandbox.fault(answer, path="/receipts/999999$", count=100)
        done = sync(store, sparing=True)
        sandbox.control("DELETE", "faults")
        stray.refresh_from_db()
        became = GONE if stray.gone_at else what_became_of(done, {"receipts"})
        names = [name for group in done.left_out for name in group["names"]]
        if (done.problem, became, names) != ("", outcome, ["record 999999"] * (outcome == LEFT_OUT)):
            wrong[answer] = (done.problem, became, names)
    assert wrong == {}


def reads_of_invoices(sandbox) -> list[dict]:
    return [each for each in sandbox.control("GET", "requests") if each["path"].endswith("/ip/invoices")]


@pytest.fixture
def other_reads(store, sandbox):
    """How many reads of invoices come before those that are owed, in the sparing passes of these tests."""
    due(store, "invoices")
    sandbox.control("DELETE", "requests")
    with short_pages():
        sync(store, sparing=True)
        yield len([each for each in reads_of_invoices(sandbox) if "status=" not in each["query"]])


def owed_are_due(store, sandbox) -> None:
    """Invoices that are owed are read again by the next pass."""
    SyncPass.objects.filter(store=store).update(started_at=F("started_at") - 2 * hot.EVERY)
    CreditTerms.objects.filter(store=store).update(read_at=F("read_at") - 2 * hot.EVERY)
    sandbox.control("DELETE", "requests")


@only_whole("test_a_main_list")
def test_owed_invoices_read_again(store, other_reads, sandbox):
    """The pass goes on to what comes after them, and the next one reads what it left out."""
    wrong = {}
    for answer, (outcome, _, _) in ANSWERS.items():
        due(store, "invoices")
        owed_are_due(store, sandbox)
        unread = CreditTerms.objects.filter(store=store).earliest("read_at")
        sandbox.fault(answer, method="GET", path="/ip/invoices$", skip=other_reads, count=100)
        done = sync(store, sparing=True)
        reads = reads_of_invoices(sandbox)
        struck = {each["query"] for each in reads if each["fault"]}
        is_struck = struck == {each["query"] for each in reads[other_reads:]} != set()
        is_next_read = CreditTerms.objects.get(pk=unread.pk).read_at > unread.read_at
        became = what_became_of(done, set(hot.HOT.values()))
        sandbox.control("DELETE", "faults")
        sandbox.control("DELETE", "requests")
        again = sync(store, sparing=True)
        reads_again = len(reads_of_invoices(sandbox)) - other_reads
        seen = done.problem, done.rows_gone, became, is_struck, is_next_read, again.left_out, reads_again
        if seen != ("", 0, outcome, True, True, [], outcome == LEFT_OUT):
            wrong[answer] = seen
    assert wrong == {}


@only_whole("test_a_main_list")
def test_owed_invoices_that_are_off_are_told_as_such_and_asked_for_a_day_later(store, other_reads, sandbox):
    owed_are_due(store, sandbox)
    sandbox.fault("400", method="GET", path="/ip/invoices$", skip=other_reads, count=1)
    sync(store, sparing=True)
    owed = {each.name: each for each in freshness_of_lists(store)}["owed invoices, each read again"]
    assert (owed.is_off, owed.parts_off) == (False, ("open invoices",))
    Watermark.objects.filter(store=store).update(due_at=None)
    sync(store, sparing=True)
    assert not Watermark.objects.filter(store=store).exclude(off_since=None).exists()


def test_a_main_list(store, sandbox):
    """It stops the pass, and nothing is taken for gone."""
    went_on = []
    paths = ("/companies$", "/ip/invoices$", "/ip/payments$")
    for path, answer in whole_or(product(paths, ANSWERS), zip(paths, ANSWERS, strict=False)):
        due(store, "companies")
        sandbox.fault(answer, path=path, count=100)
        done = sync(store, sparing=True)
        sandbox.control("DELETE", "faults")
        if not done.problem or done.rows_gone:
            went_on.append((path, answer, done.problem, done.rows_gone))
    assert went_on == []
