"""The API is down for ten minutes: pages answer from the mirror and say so, the API is left alone, and it is
found again without a person. A minute passes by moving the times that are written down a minute back."""

import datetime as dt
import html
import uuid
from decimal import Decimal

import pytest
from django.db.models import F
from django.utils import timezone

from arportal.mirror.models import RequestBudget, SyncPass
from arportal.mirror.rate_limit.budget import budget_of
from arportal.mirror.sync.freshness import freshness
from arportal.mirror.sync.sync import sync
from arportal.receivables.allocation.allocations import Allocation
from arportal.receivables.models import Change
from arportal.receivables.payments.record_payment import OfflinePayment
from arportal.receivables.tasks import confirm_changes
from tests.mirror.sync.agreement import differences
from tests.mirror.sync.happenings import Happenings
from tests.verbs import record_payment
from tests.whole import only_whole

MINUTE = dt.timedelta(minutes=1)
MINUTES_DOWN = 10
# The longest the circuit stays open before one request tries again, and a minute for the pass to come.
MINUTES_TO_RECOVER = 6
PAGES = ("/s/demo/", "/s/demo/invoices/", "/s/demo/payments/", "/s/demo/companies/")


@pytest.fixture
def outage(store, sandbox):
    return Outage(store, sandbox)


class Outage:
    def __init__(self, store, sandbox) -> None:
        self.store, self.sandbox = store, sandbox
        self.happens = Happenings(sandbox, seed=11)

    def begin(self, kind: str, after: int = 0) -> None:
        self.sandbox.fault(kind, skip=after, count=100_000)

    def end(self) -> None:
        self.sandbox.control("DELETE", "faults")

    def minute(self, kind: str) -> tuple[SyncPass, int]:
        """The pass of a minute in which the store's own people go on working, and how often it asked in vain."""
        self.end()
        self.happens()
        self.begin(kind)
        before = self.asked_in_vain()
        done = sync(self.store)
        asked = self.asked_in_vain() - before
        a_minute_passes(self.store)
        return done, asked

    def asked_in_vain(self) -> int:
        return sum(entry["fault"] is not None for entry in self.sandbox.control("GET", "requests"))

    def passes_until_well(self) -> int:
        for number in range(1, MINUTES_TO_RECOVER + 1):
            if not sync(self.store).problem:
                return number
            a_minute_passes(self.store)
        raise AssertionError(f"Not well after {MINUTES_TO_RECOVER} minutes.")


def a_minute_passes(store) -> None:
    passes = SyncPass.objects.filter(store=store)
    passes.update(started_at=F("started_at") - MINUTE, finished_at=F("finished_at") - MINUTE)
    RequestBudget.objects.filter(store=store).update(opens_until=F("opens_until") - MINUTE)
    Change.objects.filter(store=store).update(sent_at=F("sent_at") - MINUTE)


@only_whole("test_a_first_load_goes_on_where_it_was")
def test_it_works(outage, store, sandbox, viewer, clerk, browse, open_invoices):
    """With an error or no answer, by turns; a payment whose answer was lost at its start is confirmed afterwards."""
    browser, synced_at = browse(viewer), freshness(store).as_of
    sandbox.fault("drop_after", method="POST")
    change = record_payment(clerk, uuid.uuid4(), one_dollar(open_invoices[0]))
    outage.begin("503", after=5)
    assert sync(store, full=True).problem
    asked = []
    for minute in range(MINUTES_DOWN):
        done, times = outage.minute(("503", "drop_before")[minute % 2])
        asked.append(times)
        assert done.problem
        assert freshness(store).as_of == synced_at - (minute + 1) * MINUTE
        if minute in (0, MINUTES_DOWN - 1):
            assert_pages_answer(browser, freshness(store).as_of, done.problem)
        confirm_changes(store.pk)
    assert sum(asked) <= 8
    assert 0 in asked
    change.refresh_from_db()
    assert change.state == Change.State.UNKNOWN
    outage.end()
    outage.passes_until_well()
    confirm_changes(store.pk)
    change.refresh_from_db()
    assert change.state == Change.State.APPLIED
    written = [each["externalId"] for each in sandbox.get("/ip/payments", limit=250)]
    assert written.count(str(change.pk)) == 1
    sync(store)
    assert differences(store, sandbox) == {}
    assert "is-broken" not in browser.get("/s/demo/").content.decode()


def assert_pages_answer(browser, as_of, problem) -> None:
    """The chip shows what the figures are as of, in words that do not depend on the moment, and why."""
    for page in PAGES:
        answer = browser.get(page)
        text = html.unescape(answer.content.decode())
        assert answer.status_code == 200
        assert "is-broken" in text
        assert f"As of {as_of:%H:%M}" in text.replace("\u202f", " ")
        assert problem in text


@only_whole("mirror/rate_limit/test_breaker.py::test_an_api_that_is_down_is_no_longer_asked")
def test_while_the_circuit_is_open_nothing_is_sent(outage, store):
    for _ in range(5):
        outage.minute("503")
    RequestBudget.objects.filter(store=store).update(opens_until=timezone.now() + 10 * MINUTE)
    done, asked = outage.minute("503")
    assert budget_of(store).is_open
    assert "Nothing was sent" in done.problem
    assert asked == 0


def test_a_first_load_goes_on_where_it_was(outage, store, sandbox):
    SyncPass.objects.filter(store=store).delete()
    outage.begin("503", after=9)
    broken = sync(store)
    outage.end()
    sandbox.control("DELETE", "requests")
    done = sync(store)
    assert (done.pk, done.problem) == (broken.pk, "")
    scanned = [each for each in sandbox.control("GET", "requests") if "orderBy=ASC" in each["query"]]
    assert not [each for each in scanned if each["path"].endswith("/companies")]
    assert differences(store, sandbox) == {}


def one_dollar(invoice) -> OfflinePayment:
    return OfflinePayment(
        company_id=invoice.company_id, currency=invoice.currency, reference="", memo="lost", payer_name="",
        allocations=(Allocation(invoice.api_id, Decimal(1)),), received_on=dt.date(2026, 11, 2),
    )  # fmt: skip
