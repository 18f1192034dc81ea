"""Turning a company's payment methods on and off."""

import uuid
from datetime import timedelta

import pytest

from arportal.mirror.models import CompanyMethod
from arportal.receivables.changes import changes
from arportal.receivables.changes.clock import database_now
from arportal.receivables.changes.errors import Conflict, Invalid
from arportal.receivables.changes.verb import perform
from arportal.receivables.companies.switch_methods import SwitchMethods
from arportal.receivables.models import Change


@pytest.fixture
def flipped(company) -> dict[str, bool]:
    """Two of the company's methods, each the other way round."""
    methods = CompanyMethod.objects.filter(company_id=company.api_id).order_by("code")[:2]
    return {method.code: not method.is_enabled for method in methods}


@pytest.fixture
def shown(flipped) -> dict[str, bool]:
    """As the page has them."""
    return {code: not on for code, on in flipped.items()}


def switch(actor, change_id, company_id, wanted, *, seen) -> Change:
    return perform(
        SwitchMethods(actor=actor, change_id=change_id, company_id=company_id, wanted=wanted, seen=seen)
    )


def at_store(sandbox, company) -> dict[str, bool]:
    return {each["code"]: each["isEnabled"] for each in sandbox.get(f"/companies/{company.api_id}/payments")}


def test_it_works(admin, company, flipped, shown, sandbox):
    before = at_store(sandbox, company)
    change = switch(admin, uuid.uuid4(), company.api_id, flipped, seen=shown)
    assert change.state == Change.State.APPLIED
    assert change.before == {code: not on for code, on in flipped.items()}
    assert at_store(sandbox, company) == before | flipped
    assert len(sandbox.writes()) == 1  # For both of them.
    rows = CompanyMethod.objects.filter(company_id=company.api_id, code__in=flipped)
    assert {row.code: row.is_enabled for row in rows} == flipped


def test_what_got_no_answer_is_sent_again_after_the_stores_own_quarantine(
    admin, company, flipped, shown, sandbox
):
    sandbox.fault("500", method="PUT")
    change = switch(admin, uuid.uuid4(), company.api_id, flipped, seen=shown)
    assert change.state == Change.State.UNKNOWN
    admin.store.quarantine, later = 30, database_now() + timedelta(minutes=20)
    assert changes.resume(change, later).state == Change.State.UNKNOWN
    admin.store.quarantine = None
    assert changes.resume(change, later).state == Change.State.APPLIED


def test_an_unknown_code_is_refused_by_the_api(admin, company, sandbox):
    before = at_store(sandbox, company)
    change = switch(admin, uuid.uuid4(), company.api_id, {"barter": True}, seen={})
    assert (change.state, at_store(sandbox, company)) == (Change.State.REFUSED, before)


def test_the_api_is_down(admin, company, flipped, shown):
    admin.store.api_url = "http://127.0.0.1:9/api/v3/io"
    with pytest.raises(Invalid, match="cannot be reached"):
        switch(admin, uuid.uuid4(), company.api_id, flipped, seen=shown)


def test_switched_by_somebody_else_meanwhile(admin, company, flipped, shown, sandbox):
    with pytest.raises(Conflict) as conflict:
        switch(admin, uuid.uuid4(), company.api_id, flipped, seen=flipped)
    assert (conflict.value.seen, conflict.value.now) == (flipped, shown)
    assert sandbox.writes() == []
