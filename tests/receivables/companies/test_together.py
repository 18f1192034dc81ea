"""Values of many companies asked for together."""

import datetime as dt
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from arportal.mirror.models import Company, CreditTerms, Method
from arportal.receivables.changes.errors import Conflict, Invalid
from arportal.receivables.companies import together
from arportal.receivables.models import Change
from arportal.stores.access import NotAllowed
from arportal.stores.models import Activity, Membership, Role
from tests.receivables.asking import ask as ask_one


@pytest.fixture
def companies(store) -> list[Company]:
    """Five that buy on credit, not on hold."""
    terms = CreditTerms.objects.filter(store=store, credit_enabled=True, is_on_hold=False)
    return list(Company.objects.filter(store=store, api_id__in=terms.values("api_id")).order_by("api_id")[:5])


@pytest.fixture
def ask(admin):
    """Asks for all methods switched, or terms, or a hold, of companies; the number of queries it took."""

    def ask(kind: str, companies: list[Company]) -> int:
        shown = {}
        for api_id, now in together.KINDS[kind].known(admin, [each.api_id for each in companies]).items():
            other = {"own_terms_days": 45 if now.get("own_terms_days") != 45 else 60}
            if kind != "terms":
                other = {name: not is_on for name, is_on in now.items()}
            shown[api_id] = (now, other)
        with CaptureQueriesContext(connection) as queries:
            together.ask_together(admin, uuid.uuid4(), kind, shown, reason="As agreed")
        assert len(shown) == len(companies)
        return len(queries)

    return ask


def test_many_take_as_many_queries_as_one(ask, companies):
    for kind in together.KINDS:
        assert ask(kind, companies[:1]) == ask(kind, companies[1:]), kind
    asked = Change.objects.filter(company_id__in=[company.api_id for company in companies])
    assert asked.count() == len(together.KINDS) * len(companies)
    told = Activity.objects.filter(kind=Activity.Kind.CHANGE, change_id__in=asked.values("pk"))
    assert told.count() == asked.count()


def test_one_that_has_changed_stops_all(admin, store, companies):
    code = Method.objects.filter(store=store, gone_at=None).values_list("code", flat=True)[0]
    known = together.KINDS["methods"].known(admin, [company.api_id for company in companies])
    shown = {api_id: ({code: now[code]}, {code: not now[code]}) for api_id, now in known.items()}
    last = companies[-1].api_id
    shown[last] = ({code: not known[last][code]}, {code: known[last][code]})
    with pytest.raises(Conflict):
        together.ask_together(admin, uuid.uuid4(), "methods", shown)
    assert not Change.objects.filter(company_id__in=shown).exists()


def hold(actor: Membership, companies: list[Company], batch: uuid.UUID | None = None) -> uuid.UUID:
    """Asks for their credit to be put on hold; nothing is sent."""
    batch = batch or uuid.uuid4()
    shown = {company.api_id: ({"is_on_hold": False}, {"is_on_hold": True}) for company in companies}
    together.ask_together(actor, batch, "hold", shown, reason="As agreed")
    return batch


def states(actor: Membership, batch: uuid.UUID) -> list[str]:
    return [change.state for change in together.changes_in(actor, batch)]


def applied(actor: Membership, batch: uuid.UUID, api_id: int) -> None:
    """As if the worker had done what was asked of this company."""
    done = {"state": Change.State.APPLIED, "mirrored_at": timezone.now()}
    together.changes_in(actor, batch).filter(company_id=api_id).update(**done)


def test_who_may_ask(admin, controller, clerk, companies):
    for some in (companies, []):
        with pytest.raises(NotAllowed):
            hold(clerk, some)
    with pytest.raises(NotAllowed):
        together.ask_together(controller, uuid.uuid4(), "methods", {companies[0].api_id: ({}, {})})
    admin.all_companies, admin.company_ids = False, [companies[0].api_id]
    unseen = min(company.api_id for company in companies[1:])
    with pytest.raises(Invalid, match=f"Company #{unseen} is no longer at the store"):
        hold(admin, companies)
    assert not Change.objects.filter(store=admin.store, batch__isnull=False).exists()


def test_as_many_as_may_be_asked_for(admin, companies, monkeypatch):
    monkeypatch.setattr(together, "MOST", 2)
    for few in ([], companies[:3]):
        with pytest.raises(Invalid, match="no more than 2"):
            hold(admin, few)
    assert len(states(admin, hold(admin, companies[:2]))) == 2


def test_why_one_would_stay_as_it_is(admin, companies):
    first, second, third, fourth, free = companies
    CreditTerms.objects.filter(api_id=first.api_id).update(credit_enabled=False)
    CreditTerms.objects.filter(api_id=third.api_id).update(is_on_hold=True)
    hold(admin, [fourth])
    wanted = {company.api_id: {"is_on_hold": True} for company in (first, third, fourth, free)}
    wanted[second.api_id] = {"is_on_hold": True, "colour": 1, "size": 2}
    rows = together.outlooks(admin, "hold", companies, wanted)
    assert [(row.company, row.is_moved) for row in rows] == [
        *((company, False) for company in (first, second, third, fourth)),
        (free, True),
    ]
    assert rows[0].refusal.startswith("It does not buy on credit")
    assert rows[1].refusal == "It does not have “colour”."
    assert (rows[2].refusal, rows[2].after) == ("", {})
    assert rows[3].refusal


def test_a_batch_is_its_own_and_of_companies(admin, companies, other_store):
    batch, another = hold(admin, companies[:2]), hold(admin, companies[2:3])
    payment = ask_one(admin, uuid.uuid4(), Change.Verb.RECORD_PAYMENT, batch, company_id=companies[0].api_id)
    ask_one(admin, uuid.uuid4(), Change.Verb.SET_TERMS, company_id=companies[3].api_id)
    long_ago = hold(admin, companies[4:])
    together.changes_in(admin, long_ago).update(
        state=Change.State.APPLIED, asked_at=timezone.now() - dt.timedelta(days=31)
    )
    assert [change.company_id for change in together.changes_in(admin, batch)] == [
        company.api_id for company in companies[:2]
    ]
    applied(admin, batch, companies[0].api_id)
    told = [(row["batch"], row["verb"], row["count"], row["left"]) for row in together.latest_batches(admin)]
    assert sorted(told, key=str) == sorted(
        [(batch, "set credit hold", 2, 1), (another, "set credit hold", 1, 1)], key=str
    )
    # Of another store, under the same id.
    theirs = Membership.objects.create(
        user=admin.user, store=other_store, role=Role.ADMIN, all_companies=True
    )
    undo = together.undo_of(batch)
    ask_one(theirs, uuid.uuid4(), Change.Verb.SET_CREDIT_HOLD, undo, company_id=1)
    assert together.undos_of(payment) == []
    together.changes_in(admin, batch).update(state=Change.State.APPLIED)
    assert {row.company.api_id for row in together.undo_outlooks(admin, batch)} == {
        company.api_id for company in companies[:2]
    }


def test_who_takes_back_what_was_not_sent(admin, controller, clerk, companies):
    batch = hold(admin, companies[:3])
    applied(admin, batch, companies[0].api_id)
    with pytest.raises(NotAllowed):
        together.cancel(clerk, batch)
    # A controller may approve, and so takes back what somebody else has asked for.
    assert together.cancel(controller, batch) == 2
    assert states(admin, batch) == ["applied", "refused", "refused"]


def test_who_may_cancel_one(admin, controller, clerk, companies):
    def change(actor: Membership, verb: Change.Verb) -> Change:
        return Change(store=admin.store, actor=actor, verb=verb)

    held, switched = Change.Verb.SET_CREDIT_HOLD, Change.Verb.SWITCH_METHODS
    # One's own no more, once one may not do it.
    assert not together.may_cancel(clerk, change(clerk, held))
    assert together.may_cancel(controller, change(admin, held))
    assert not together.may_cancel(controller, change(admin, switched))
    assert not together.may_cancel(controller, change(controller, switched))
    limited = Membership(pk=admin.pk, store=admin.store, role=Role.ADMIN)
    limited.granted = frozenset({"switch methods"})
    assert together.may_cancel(limited, change(admin, switched))
    assert not together.may_cancel(limited, change(controller, switched))


def test_of_one_company_alone_and_of_none(admin, companies):
    batch = hold(admin, companies[:1])
    applied(admin, batch, companies[0].api_id)
    CreditTerms.objects.filter(api_id=companies[0].api_id).update(is_on_hold=True)
    [row] = together.undo_outlooks(admin, batch)
    assert (row.before, row.after, row.is_moved) == ({"is_on_hold": True}, {"is_on_hold": False}, True)
    assert together.undo_outlooks(admin, uuid.uuid4()) == []


def test_only_what_was_done_and_is_not_back_is_taken_back(admin, companies):
    first, second, refused = (company.api_id for company in companies[:3])
    batch = hold(admin, companies[:3])
    undo = together.undo_of(batch)
    done, not_done = Change.State.APPLIED, Change.State.REFUSED

    def left(of: uuid.UUID, states: dict[int, Change.State]) -> list[int]:
        """The companies that are left to be taken back once a batch came to this."""
        for api_id, state in states.items():
            Change.objects.filter(batch=of, company_id=api_id).update(state=state)
        changes = together.to_undo(admin, list(together.changes_in(admin, batch)))
        return sorted(change.company_id for change in changes)

    # While anything of the batch, or of what takes it back, is under way, nothing is.
    assert left(batch, {first: done, refused: not_done}) == []
    assert left(batch, {second: done}) == [first, second]
    for api_id in (first, second):
        ask_one(admin, uuid.uuid4(), Change.Verb.SET_CREDIT_HOLD, undo, company_id=api_id)
    assert left(undo, {first: done}) == []
    assert left(undo, {second: not_done}) == [second]
    assert together.undos_of(together.changes_in(admin, batch)[0]) == [undo]
