"""Giving a person an account of a company."""

import uuid
from types import SimpleNamespace

import pytest
from django.utils import timezone

from arportal.b2b import UserRole
from arportal.mirror.api.connections import client_for
from arportal.mirror.models import Buyer, Channel, Company
from arportal.receivables.changes import changes, deferring
from arportal.receivables.changes.errors import Conflict, Invalid
from arportal.receivables.changes.state_machine import LookupOutcome
from arportal.receivables.changes.verb import perform
from arportal.receivables.companies.add_buyer import AddBuyer
from arportal.receivables.models import Change
from arportal.stores.models import Membership, Role, Store
from tests.receivables.asking import ask as ask_one

WANTED = {
    "email": "ada@example.com",
    "first_name": "Ada",
    "last_name": "Voss",
    "phone": "+49 30 1",
    "role": 1,
}


@pytest.fixture
def company(store) -> Company:
    return Company.objects.filter(store=store).earliest("api_id")


@pytest.fixture
def ask(admin, company):
    def ask(channel_ids=(), reason="They wrote", **other) -> Change:
        form = AddBuyer(
            actor=admin,
            change_id=uuid.uuid4(),
            company_id=company.api_id,
            wanted=WANTED | other,
            channel_ids=list(channel_ids),
            reason=reason,
        )
        return perform(form)

    return ask


def test_its_company_is_locked_while_it_is_checked(ask, company, store, monkeypatch):
    """So that of two who are given one address at once, the second is refused."""
    locked = []
    monkeypatch.setattr(changes, "lock_company", lambda *which: locked.append(which))
    ask()
    assert set(locked) == {(store.pk, company.api_id)}


def test_what_waits_for_room_asks_nothing_of_the_store(ask, sandbox):
    sandbox.control("DELETE", "requests")
    with deferring.asking(is_deferred=True):
        assert ask().state == Change.State.ASKED
    assert sandbox.control("GET", "requests") == []


def at_the_store(sandbox, email=WANTED["email"]) -> list[dict]:
    return [each for each in sandbox.get("/users", limit=250) if each["email"] == email]


def test_it_works(ask, company, sandbox):
    change = ask()
    assert (change.state, change.company_id) == (Change.State.APPLIED, company.api_id)
    (made,) = at_the_store(sandbox)
    assert (made["firstName"], made["lastName"], made["phoneNumber"]) == ("Ada", "Voss", "+49 30 1")
    assert (made["companyId"], made["role"], made["id"]) == (company.api_id, 1, change.target_id)
    buyer = Buyer.objects.get(api_id=change.target_id)
    assert (buyer.company_id, buyer.email, buyer.role) == (company.api_id, "ada@example.com", 1)


@pytest.mark.parametrize(
    ("form", "words"),
    [({"reason": " "}, "Give a reason"), ({"role": 7}, "There is no such role")],
)
def test_what_is_refused(form, words, ask, sandbox):
    with pytest.raises(Invalid, match=words):
        ask(**form)
    assert sandbox.writes() == []


def test_an_address_that_is_taken(ask, store, sandbox):
    known = Buyer.objects.filter(store=store).exclude(email="").earliest("api_id")
    with pytest.raises(Invalid, match="buys here already"):
        ask(email=known.email.upper())
    known.delete()
    with pytest.raises(Invalid, match="buys here already"):  # The mirror knows nothing of it any more.
        ask(email=known.email)
    assert sandbox.writes() == []


def test_an_address_that_is_on_its_way(ask, sandbox):
    Change.objects.filter(pk=ask().pk).update(mirrored_at=None)
    Buyer.objects.filter(email=WANTED["email"]).delete()
    sandbox.delete(f"/users/{at_the_store(sandbox)[0]['id']}")
    with pytest.raises(Invalid, match="buys here already"):
        ask()


def test_a_store_with_storefronts(ask, store, sandbox):
    Channel.objects.create(store=store, api_id=1, name="Main", raw={})
    with pytest.raises(Invalid, match="at least one storefront"):
        ask()
    assert sandbox.writes() == []


def test_who_has_gone_and_who_buys_in_another_store_stands_in_nobodys_way(ask, store):
    other = Store.objects.create(slug="other", name="Other", store_hash="other")
    Channel.objects.create(store=other, api_id=1, name="Theirs", raw={})
    Channel.objects.create(store=store, api_id=2, name="Closed", raw={}, gone_at=timezone.now())
    theirs = Buyer.objects.filter(store=store).earliest("api_id")
    gone = Buyer.objects.get(pk=theirs.pk)
    theirs.pk, theirs.store, theirs.email = None, other, WANTED["email"]
    theirs.save()
    Buyer.objects.filter(pk=gone.pk).update(email=WANTED["email"], gone_at=timezone.now())
    before = ask(email="before@example.com")
    Change.objects.filter(pk=before.pk).update(mirrored_at=None)
    assert ask().state == Change.State.APPLIED


def test_what_became_of_it(ask, store):
    change, client = ask(), client_for(store)
    assert AddBuyer.handler.look_up(client, change).target_id == change.target_id
    other = Change(pk=uuid.uuid4(), store=store, after=change.after)
    assert AddBuyer.handler.look_up(client, other).outcome == LookupOutcome.OVERTAKEN
    other.after = WANTED | {"email": "nobody@example.com"}
    assert AddBuyer.handler.look_up(client, other).outcome == LookupOutcome.NOT_DONE


def test_taken_while_it_waited(ask, store, sandbox):
    change = ask()
    sandbox.control("DELETE", "requests")
    waited = Change(
        pk=uuid.uuid4(),
        store=store,
        company_id=change.company_id,
        is_deferred=True,
        after=change.after,
        payload=change.payload,
    )
    with pytest.raises(Conflict, match="buys here already"):
        AddBuyer.handler.send(client_for(store), waited)
    assert sandbox.writes() == []


def sent(change: Change, known: str = "") -> dict:
    """What the store is asked for, which knows this address."""
    asked = {}

    def create(**values):
        asked.update(values)
        return SimpleNamespace(user_id=9)

    def found(**which) -> list[str]:
        return [known] if known and which.get("email", known) == known else []

    client = SimpleNamespace(users=SimpleNamespace(list=found, create=create))
    assert AddBuyer.handler.send(client, change) == 9
    return asked


def test_what_is_sent():
    wanted = WANTED | {"extra Desk": "4", "phone": ""}
    change = Change(pk=uuid.uuid4(), company_id=7, after=wanted, payload={"channel_ids": [2, 3]})
    full = {
        "company_id": 7,
        "first_name": "Ada",
        "last_name": "Voss",
        "email": "ada@example.com",
        "phone_number": None,
        "role": UserRole.SENIOR_BUYER,
        "channel_ids": [2, 3],
        "extra_fields": {"Desk": "4"},
        "uuid": str(change.pk),
    }
    assert sent(change) == full
    change.after, change.payload = WANTED, {"channel_ids": []}
    plain = {"channel_ids": None, "extra_fields": None, "phone_number": "+49 30 1"}
    # Who waited for room looks again whether the address is taken; another's is no reason.
    change.is_deferred = True
    assert sent(change, known="bob@example.com") == full | plain
    # At once it was looked for a moment ago.
    change.is_deferred = False
    assert sent(change, known=WANTED["email"]) == full | plain


def test_what_others_ask_for_stands_in_nobodys_way(ask, admin, company, other_store):
    """The same address in another store, or of a Change that adds nobody."""
    theirs = Membership.objects.create(user=admin.user, store=other_store, role=Role.ADMIN)
    about = {"company_id": company.api_id, "after": {"email": WANTED["email"]}}
    ask_one(theirs, uuid.uuid4(), Change.Verb.ADD_BUYER, **about)
    ask_one(admin, uuid.uuid4(), Change.Verb.EDIT_BUYER, **about)
    assert ask().state == Change.State.APPLIED
