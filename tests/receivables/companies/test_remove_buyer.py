"""Removing a person who buys for a company."""

import uuid

import pytest
from django.utils import timezone

from arportal import b2b
from arportal.b2b import UserRole
from arportal.mirror.api.connections import client_for
from arportal.mirror.models import Buyer
from arportal.receivables.changes.errors import Conflict, Invalid
from arportal.receivables.changes.state_machine import LookupOutcome
from arportal.receivables.changes.verb import perform
from arportal.receivables.companies.remove_buyer import RemoveBuyer, guarded, is_last_admin
from arportal.receivables.models import Change
from arportal.stores.models import Store
from tests.receivables.every_verb import colleague


@pytest.fixture
def buyer(store) -> Buyer:
    """One of several of a company."""
    return colleague()


@pytest.fixture
def others(buyer, store) -> list[Buyer]:
    """The colleagues; somebody else buys for a company of the same number in another store."""
    theirs = Buyer.objects.get(pk=buyer.pk)
    theirs.pk, theirs.role = None, UserRole.ADMIN
    theirs.store = Store.objects.create(slug="other", name="Other", store_hash="other")
    theirs.save()
    return list(Buyer.objects.filter(store=store, company_id=buyer.company_id).exclude(pk=buyer.pk))


@pytest.fixture
def ask(admin, buyer):
    seen = guarded(b2b.User.parse(buyer.raw))

    def ask(reason="Left them") -> Change:
        form = RemoveBuyer(
            actor=admin, change_id=uuid.uuid4(), user_id=buyer.api_id, seen=seen, reason=reason
        )
        return perform(form)

    return ask


@pytest.fixture
def asked(store, buyer) -> Change:
    """The change as its handler gets it, in any process."""
    return Change(store=store, target_id=buyer.api_id, before=guarded(b2b.User.parse(buyer.raw)))


def test_it_works(ask, buyer, sandbox):
    change = ask()
    assert (change.state, change.company_id) == (Change.State.APPLIED, buyer.company_id)
    assert buyer.api_id not in [each["id"] for each in sandbox.get("/users", limit=250)]
    buyer.refresh_from_db()
    assert buyer.gone_at is not None


def test_without_a_reason_or_removed_by_somebody_else(ask, buyer, sandbox):
    with pytest.raises(Invalid, match="Give a reason"):
        ask(reason=" ")
    assert sandbox.writes() == []
    sandbox.delete(f"/users/{buyer.api_id}")
    with pytest.raises(Invalid, match="no longer has this person"):
        ask()


def test_somebody_else_was_faster(ask, buyer, asked, sandbox):
    sandbox.put(f"/users/{buyer.api_id}", {"firstName": "Theirs"})
    sandbox.control("DELETE", "requests")
    with pytest.raises(Conflict) as conflict:
        ask()
    assert (conflict.value.seen, conflict.value.now) == (
        asked.before,
        asked.before | {"first_name": "Theirs"},
    )
    with pytest.raises(Conflict, match="left as they are"):  # Between the look and the write, as well.
        RemoveBuyer.handler.send(client_for(asked.store), asked)
    assert sandbox.writes() == []


def test_the_last_person_stays(ask, others, sandbox):
    Buyer.objects.filter(pk__in=[other.pk for other in others]).update(gone_at=timezone.now())
    with pytest.raises(Invalid, match="last person"):
        ask()
    assert sandbox.writes() == []


def test_what_became_of_it(asked, buyer, store, sandbox):
    def outcome() -> LookupOutcome:
        return RemoveBuyer.handler.look_up(client_for(store), asked).outcome

    assert outcome() == LookupOutcome.NOT_DONE
    sandbox.put(f"/users/{buyer.api_id}", {"firstName": "Theirs"})
    assert outcome() == LookupOutcome.OVERTAKEN
    sandbox.delete(f"/users/{buyer.api_id}")
    assert outcome() == LookupOutcome.DONE


def test_the_last_admin(buyer, others, store):
    same_company = Buyer.objects.filter(store=store, company_id=buyer.company_id)
    same_company.update(role=UserRole.JUNIOR_BUYER)
    buyer.refresh_from_db()
    assert not is_last_admin(buyer)
    same_company.filter(pk=buyer.pk).update(role=UserRole.ADMIN)
    buyer.refresh_from_db()
    assert is_last_admin(buyer)
    same_company.filter(pk=others[0].pk).update(role=UserRole.ADMIN)
    assert not is_last_admin(buyer)
    same_company.filter(pk=others[0].pk).update(gone_at=timezone.now())
    assert is_last_admin(buyer)
