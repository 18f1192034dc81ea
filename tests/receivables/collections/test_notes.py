"""Notes about a company: who may write them, what is to be done next, and who may do it."""

import datetime as dt
import uuid

import pytest

from arportal.receivables.changes.errors import Invalid
from arportal.receivables.collections.notes import add_note, finish_action, people
from arportal.receivables.models import CollectionEvent, Note
from arportal.stores.access import NotAllowed
from arportal.stores.models import Activity, Membership, Role
from tests.receivables.ledger.books import Books

TODAY = dt.date(2026, 3, 10)


def note(
    books: Books,
    actor: Membership | None = None,
    action_on: dt.date | None = None,
    person: Membership | None = None,
) -> Note:
    now = books.moment(TODAY)
    actor = actor or books.controller
    return add_note(actor, uuid.uuid4(), 1, "called Ann", action_on=action_on, person=person, now=now)


def test_it_works(owed):
    plain, to_do = note(owed), note(owed, action_on=TODAY, person=owed.controller)
    assert (plain.text, plain.action_on, to_do.person) == ("called Ann", None, owed.controller)
    for _twice in range(2):
        done = finish_action(owed.controller, to_do.pk, owed.moment("2026-03-11"))
    assert (done.done_at, done.done_by) == (owed.moment("2026-03-11"), owed.controller)
    events = CollectionEvent.objects.filter(store=owed.store).order_by("pk")
    assert [(event.what, event.note) for event in events] == [
        ("note", plain),
        ("note", to_do),
        ("done", to_do),
    ]
    rows = Activity.objects.filter(store=owed.store).order_by("pk")
    told = [(row.words, row.company_id, row.about, row.about_id) for row in rows]
    assert told == [("Note", 1, "", None), ("Note", 1, "", None), ("Action done", 1, "", None)]


def test_refusals(owed, colleague):
    to_do = note(owed, action_on=TODAY)
    viewer, of_another = colleague(Role.VIEWER), colleague(companies=[2])
    for actor in (viewer, of_another):
        with pytest.raises(NotAllowed):
            note(owed, actor)
    with pytest.raises(NotAllowed):
        finish_action(viewer, to_do.pk, owed.moment(TODAY))
    with pytest.raises(Note.DoesNotExist):
        finish_action(of_another, to_do.pk, owed.moment(TODAY))
    with pytest.raises(Invalid, match="on which this person is to act"):
        note(owed, person=viewer)
    with pytest.raises(Invalid, match="This day is over"):
        note(owed, action_on=TODAY - dt.timedelta(days=1))


def test_who_can_be_given_an_action(owed, elsewhere, colleague):
    its_own = colleague(companies=[1])
    colleague(Role.VIEWER)
    colleague(companies=[2])
    colleague(is_service=True)
    assert people(owed.controller, 1) == [its_own, owed.controller]
