"""Nothing that one record or an optional read answers stops a pass; only the store as a whole does."""

import datetime as dt

import pytest
from django.utils import timezone

from arportal.b2b.credit import Credits
from arportal.b2b.errors import InvalidResponse, Refused
from arportal.mirror.api.connections import client_for
from arportal.mirror.models import Company, CreditTerms, SyncPass, Watermark
from arportal.mirror.rate_limit.budget import budget_of
from arportal.mirror.sync import credit_terms
from arportal.mirror.sync.left_out import MOST_REASONS, NAMED, LeftOut
from arportal.mirror.sync.sync import sync
from tests.mirror.sync.agreement import differences
from tests.mirror.sync.lives import short_pages
from tests.whole import only_whole, whole_or


@pytest.fixture
def new_store(store):
    """Connected, and never loaded."""
    SyncPass.objects.filter(store=store).delete()
    for rows in (CreditTerms, Watermark):
        rows.objects.filter(store=store).delete()
    return store


@pytest.fixture
def one(store, company):
    """The company that is next to be asked about, by short passes over long lists."""
    CreditTerms.objects.filter(store=store).update(read_at=timezone.now())
    CreditTerms.objects.filter(store=store, api_id=company.api_id).update(
        read_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    )
    with short_pages():
        yield company


def is_loaded(store) -> bool:
    """A first load is complete: what comes after it is a short pass."""
    return SyncPass.objects.begin(store, full=False).kind == SyncPass.Kind.INCREMENTAL


def named(done) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for group in done.left_out:
        found.setdefault(group["what"], []).extend(group["names"])
    return found


def asked(sandbox, path) -> int:
    return len([each for each in sandbox.control("GET", "requests") if each["path"].endswith(path)])


# Every optional read fails, each kind in a way of its own.
FAILURES = {
    r"/companies/\d+/credit$": "500",
    r"/companies/\d+/payment-terms$": "drop_before",
    "/company-payment-methods": "truncated",
    "/io/payments$": "503",
    "/channels": "401",
    "extra-fields": "html",
    r"/companies/\d+/payments$": "empty",
}


@only_whole("test_side_lists_that_fail_are_left_out_and_no_others")
def test_every_optional_read_of_every_company_fails(new_store, sandbox):
    """A first load is complete all the same, and the next full pass brings all of it."""
    for path, kind in FAILURES.items():
        sandbox.fault(kind, method="GET", path=path, count=10_000)
    done = sync(new_store)
    assert (done.kind, done.problem) == (SyncPass.Kind.FULL, "")
    companies = set(Company.objects.filter(store=new_store).values_list("name", flat=True))
    left_out = named(done)
    assert set(left_out["credit"]) == set(left_out["payment terms"]) == companies
    assert left_out.keys() >= {"payment methods", "channels", "extra fields of invoices"}
    assert is_loaded(new_store)
    sandbox.control("DELETE", "faults")
    done = sync(new_store, full=True)
    assert (done.problem, done.left_out) == ("", [])
    assert CreditTerms.objects.filter(store=new_store, credit_enabled=None).count() == 0
    assert differences(new_store, sandbox) == {}


def test_the_breaker_still_opens_when_everything_fails(store, sandbox):
    sandbox.fault("500", count=10_000)
    for _ in range(5):
        assert sync(store).problem
    assert budget_of(store).is_open


def test_a_token_withdrawn_stops_the_pass(store, sandbox):
    sandbox.fault("401", count=10_000)
    assert "refused our access token" in sync(store).problem


@only_whole("test_one_company_that_fails_is_named_and_tried_in_the_next_pass")
def test_available_credit_that_is_not_told_is_unknown(new_store, sandbox):
    sandbox.control("PUT", "quirks", {"available_credit": "null"})
    done = sync(new_store)
    assert (done.problem, done.left_out) == ("", [])
    rows = CreditTerms.objects.filter(store=new_store)
    assert rows.count() == 8
    assert set(rows.values_list("available_credit", flat=True)) == {None}
    assert is_loaded(new_store)


def test_credit_changed_and_answered_so_is_settled(store, sandbox, company):
    sandbox.control("PUT", "quirks", {"available_credit": "null"})
    changed = client_for(store).credit.update(company.api_id, is_enabled=True, is_on_hold=True)
    assert (changed.available, changed.is_on_hold) == (None, True)


@only_whole("test_one_company_that_fails_is_named_and_tried_in_the_next_pass")
def test_off_for_the_store_is_asked_again_daily_not_per_company(new_store, sandbox):
    sandbox.control("PUT", "quirks", {"store_credit": "off", "store_terms": "off"})
    assert not sync(new_store).problem
    assert asked_of_companies(sandbox) == (2, 2)
    assert not sync(new_store).left_out
    assert asked_of_companies(sandbox) == (2, 2)
    # A day later; credit is on again, terms are not.
    sandbox.control("PUT", "quirks", {"store_credit": "on"})
    marks = Watermark.objects.filter(store=new_store, resource__in=["credit", "payment terms"])
    marks.update(due_at=timezone.now())
    sync(new_store)
    credit, terms = asked_of_companies(sandbox)
    assert (credit > 3, terms) == (True, 3)
    assert set(marks.exclude(off_since=None).values_list("resource", flat=True)) == {"payment terms"}
    sandbox.control("PUT", "quirks", {"store_terms": "on"})
    marks.update(due_at=timezone.now())
    sync(new_store)
    assert not marks.exclude(off_since=None).exists()


def asked_of_companies(sandbox) -> tuple[int, int]:
    return asked(sandbox, "/credit"), asked(sandbox, "/payment-terms")


@only_whole("test_one_company_that_fails_is_named_and_tried_in_the_next_pass")
def test_one_company_that_is_refused_does_not_switch_it_off(store, sandbox, one, monkeypatch):
    read = Credits.terms

    def terms(self, company_id):
        if company_id == one.api_id:
            raise Refused("not this one", status=400)
        return read(self, company_id)

    # The sandbox refuses all companies or none.
    monkeypatch.setattr(Credits, "terms", terms)
    assert named(sync(store)) == {"payment terms": [one.name]}
    assert Watermark.objects.get(store=store, resource="payment terms").off_since is None


@only_whole("mirror/sync/test_every_answer.py::test_a_record")
def test_a_company_deleted_meanwhile_is_marked_gone(store, sandbox):
    made = sandbox.post(
        "/companies",
        {
            "companyName": "Short-lived",
            "companyPhone": "555-0199",
            "companyEmail": "desk@short.example",
            "country": "Spain",
            "adminFirstName": "Ana",
            "adminLastName": "Ruiz",
            "adminEmail": "ana@short.example",
        },
    )["companyId"]

    def delete(resource, *_):
        if resource == "receipt lines" and asked(sandbox, f"/companies/{made}/credit") == 0:
            sandbox.control("POST", "delete-company", {"companyId": made})

    done = sync(store, report=delete)
    assert (done.problem, done.left_out) == ("", [])
    assert Company.objects.get(store=store, api_id=made).gone_at is not None


def test_one_company_that_fails_is_named_and_tried_in_the_next_pass(store, sandbox, one):
    before = CreditTerms.objects.get(store=store, api_id=one.api_id).available_credit
    for kind in whole_or(("500", "500", "html", "drop_before"), ("html",)):
        sandbox.fault(kind, path=f"/companies/{one.api_id}/credit", count=100)
        done = sync(store)
        sandbox.control("DELETE", "faults")
        assert (kind, done.problem, named(done)) == (kind, "", {"credit": [one.name]})
    assert CreditTerms.objects.get(store=store, api_id=one.api_id).available_credit == before
    assert sync(store).left_out == []


@only_whole("test_one_company_that_fails_is_named_and_tried_in_the_next_pass")
def test_one_company_that_does_not_answer_in_time_is_named_and_tried_in_the_next_pass(
    store, sandbox, one, settings
):
    settings.API_TIMEOUT = (2.0, 2.0)
    sandbox.fault("hang_before", path=f"/companies/{one.api_id}/credit$", seconds=5)
    done = sync(store)
    assert done.problem == ""
    assert named(done) == {"credit": [one.name]}
    assert sync(store).left_out == []
    assert asked(sandbox, f"/companies/{one.api_id}/credit") == 2


@only_whole("test_one_company_that_fails_is_named_and_tried_in_the_next_pass")
def test_one_that_fails_keeps_no_other_waiting(store, sandbox, one, monkeypatch):
    monkeypatch.setattr(credit_terms, "COMPANIES_A_PASS", 4)
    sandbox.fault("html", path=f"/companies/{one.api_id}/credit", count=100)
    began = timezone.now()
    # The one of eight in every pass, and three others.
    for _ in range(3):
        assert named(sync(store)) == {"credit": [one.name]}
    assert not CreditTerms.objects.filter(store=store, read_at__lt=began).exists()


def test_side_lists_that_fail_are_left_out_and_no_others(store, sandbox):
    sandbox.fault("html", path="(/users|/orders|/ip/receipts)$", count=100)
    done = sync(store)
    assert done.problem == ""
    assert [group["what"] for group in done.left_out] == ["buyers", "orders", "receipts"]


def test_five_thousand_failures_are_a_few_lines():
    found = LeftOut()
    for number in range(5_000):
        found.add("credit", InvalidResponse("not JSON"), f"Company {number}")
    (group,) = found.groups()
    assert (group["count"], len(group["names"])) == (5_000, NAMED)


def test_reasons_without_end_are_bounded():
    found = LeftOut()
    for number in range(500):
        found.add("credit", InvalidResponse(f"reason {number}"), f"Company {number}")
    assert len(found.groups()) == MOST_REASONS
    assert sum(group["count"] for group in found.groups()) == 500


def test_what_an_interrupted_pass_had_left_out_is_kept():
    found = LeftOut()
    for number in range(25):
        found.add("credit", InvalidResponse("not JSON"), f"Company {number}")
    assert LeftOut.of(found.groups()).groups() == found.groups()
