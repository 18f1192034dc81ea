"""A verb: one thing that a person can ask for. An object holds one filled form, and `perform` carries it out safely.

Asking and sending are two objects, for sending happens in any process and maybe after a crash: what a verb writes
down, its handler sends (`execution.py`), with neither the person nor the form at hand.
"""

import uuid
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, Self, TypeVar

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from arportal.b2b.errors import B2BError
from arportal.receivables.changes import batches, changes, deferring, telling
from arportal.receivables.changes.draft import Content, Draft, new_change
from arportal.receivables.changes.errors import Conflict, Invalid, StoreUnreadable
from arportal.receivables.changes.excluding import check_free, in_the_way, under_way
from arportal.receivables.changes.execution import Handler
from arportal.receivables.models import Change
from arportal.stores.access import Permission, require
from arportal.stores.models import Activity, Membership

About = Activity.About
Row = TypeVar("Row", bound=Model)
verbs: dict[Change.Verb, type["Verb[Any]"]] = {}


@dataclass(kw_only=True)
class Verb(ABC, Generic[Row]):
    """One form, filled in by `actor`. `change_id` is its idempotency key: the same form twice is one change.

    `Row` is what the verb changes, a row of the mirror. Subclassing registers the verb, its handler and what it is
    about.
    """

    name: ClassVar[Change.Verb]
    # The kind of document that activity tells of: that of `target_id`, or the company.
    about: ClassVar[About]
    handler: ClassVar[Handler]
    # None of these may be under way for the same target.
    excludes: ClassVar[frozenset[Change.Verb]] = frozenset()

    actor: Membership
    change_id: uuid.UUID

    def __init_subclass__(cls) -> None:
        # What has no name is only what several verbs have in common.
        if hasattr(cls, "name"):
            verbs[cls.name] = cls
            changes.handlers[cls.name] = cls.handler
            telling.about[cls.name] = cls.about

    @abstractmethod
    def permission(self, row: Row | None = None) -> Permission:
        """The permission it takes; without a row, the least it may take."""

    @abstractmethod
    def content(self) -> Content:
        """The parts that make it the same change when its form comes again."""

    @abstractmethod
    def row(self) -> Row:
        """The thing to be changed, if the actor can see it. Raises DoesNotExist, or Invalid."""

    def target_ids(self) -> list[int]:
        """The things that it changes, of which nothing else may be under way."""
        content = self.content()
        return [api_id for api_id in (content.get("target_id"), content.get("credit_id")) if api_id]

    def company_of(self, row: Row) -> int:
        """The company whose balances are locked."""
        company_id: int = row.company_id  # type: ignore[attr-defined]
        return company_id

    def read(self, row: Row) -> Row:
        """The row as the store has it now; outside of any transaction. Raises B2BError, Invalid."""
        return row

    @classmethod
    def read_together(cls, pairs: Sequence[tuple[Self, Row]]) -> None:
        """Reads at once, for a whole batch, what `check` would read beside each row; with the companies locked."""

    def check(self, row: Row) -> None:
        """Refuses, with the company locked. Raises Invalid by field, or Conflict with what the person saw."""

    @abstractmethod
    def draft(self, row: Row) -> Draft:
        """The rest of the Change, once nothing speaks against it."""

    def asked(self, change: Change) -> None:
        """Keeps something beside the change, in the same transaction."""


def perform(verb: Verb[Any]) -> Change:
    """Asks for the change and carries it out, once per `change_id`.

    Raises NotAllowed; DoesNotExist when the actor cannot see what is to be changed; Invalid.
    """
    require(verb.actor, verb.permission())
    # Before the row is looked for: a second click may find it gone.
    change = _existing(verb)
    if change is None:
        change = _ask(verb, _read(verb))
    return changes.execute(change)


def preview(verb: Verb[Any]) -> Draft:
    """The change that `perform` would ask for now, by the same checks; nothing is asked. Raises as it does."""
    require(verb.actor, verb.permission())
    row = _read(verb)
    with transaction.atomic():
        changes.lock_company(verb.actor.store_id, verb.company_of(row))
        _check(verb, row)
        return verb.draft(row)


def _read(verb: Verb[Any]) -> Any:
    """The row, as the store has it now unless the verb may wait for room there."""
    row = verb.row()
    _require(verb, row)
    if not deferring.is_deferred():
        try:
            row = verb.read(row)
        except B2BError as error:
            raise StoreUnreadable(error) from error
        _require(verb, row)  # It may have become another company's, or another thing, meanwhile.
    return row


def ask(verb: Verb[Any], batch: uuid.UUID) -> Change:
    """Asks for one change of a batch whose others may be refused; the worker sends it. Raises as `perform` does."""
    require(verb.actor, verb.permission())
    change = _existing(verb)
    if change is None:
        row = verb.row()
        _require(verb, row)
        change = _ask(verb, row, batch)
    return change


def _ask(verb: Verb[Any], row: Any, batch: uuid.UUID | None = None) -> Change:
    company_id = verb.company_of(row)
    with transaction.atomic():
        changes.lock_company(verb.actor.store_id, company_id)
        change = _existing(verb)
        if change is not None:
            return change
        _check(verb, row)
        return _write_down([(verb, row)], batch)[0]


def _check(verb: Verb[Any], row: Any) -> None:
    """Refuses what cannot be done to the row now; with the company locked."""
    if verb.excludes:
        check_free(verb.actor.store, verb.target_ids(), verb.excludes)
    row.refresh_from_db()  # A colleague's change may have come to its end, and been read back, since we read.
    _require(verb, row)
    verb.check(row)


def perform_batch(batch: uuid.UUID, pairs: Sequence[tuple[Verb[Row], Row]]) -> None:
    """Asks for every one of these changes, or for none; the worker sends them one by one.

    Each verb comes with its row of the mirror: 2,000 fresh reads at 150 a minute would be 14 minutes, so each is
    read again only when it is sent. Asked for again under the same `batch`, nothing happens twice. Raises NotAllowed;
    Conflict; Invalid, which names the first row that stands against it.
    """
    actor = pairs[0][0].actor
    for verb, row in pairs:
        _require(verb, row)
    with transaction.atomic():
        changes.lock_companies(actor.store_id, [verb.company_of(row) for verb, row in pairs])
        if not _is_asked(batch, [verb for verb, _row in pairs]):
            _ask_for_all(batch, pairs)
        batches.start(batch)


def _write_down(asked: Sequence[tuple[Verb[Row], Row]], batch: uuid.UUID | None = None) -> list[Change]:
    """Asks for these changes. Call it with the companies locked, once nothing speaks against them."""
    written = [
        new_change(verb.actor, verb.change_id, verb.name, verb.content(), verb.draft(row), batch)
        for verb, row in asked
    ]
    changes.write_down(written)
    for (verb, _row), change in zip(asked, written, strict=True):
        verb.asked(change)
    return written


def _is_asked(batch: uuid.UUID, verbs: Sequence[Verb[Any]]) -> bool:
    """True if this very form has come before. Raises Invalid when its id was used for something else."""
    asked = {change.pk: change for change in Change.objects.filter(batch=batch)}
    if not asked:
        return False
    if set(asked) != {verb.change_id for verb in verbs}:
        raise Invalid({"": [str(changes.USED)]})
    for verb in verbs:
        changes.check_same(asked[verb.change_id], verb.actor, verb.name, verb.content())
    return True


def _ask_for_all(batch: uuid.UUID, pairs: Sequence[tuple[Verb[Row], Row]]) -> None:
    verb, row = pairs[0]
    targets = [target_id for verb, _row in pairs for target_id in verb.target_ids()]
    others = under_way(verb.actor.store, targets, verb.excludes)
    # Again, with the companies locked: others may have changed them since they were read.
    now = type(row)._default_manager.in_bulk([row.pk for _verb, row in pairs])
    fresh = [(verb, now[row.pk]) for verb, row in pairs]
    verb.read_together(fresh)
    for verb, row in fresh:
        _require(verb, row)
        try:
            if busy := [others[target_id] for target_id in verb.target_ids() if target_id in others]:
                raise Invalid({"": [in_the_way(busy[0])]})
            verb.check(row)
        except Conflict:
            raise
        except Invalid as refused:
            raise Invalid({"": [_("%(row)s: %(reason)s") % {"row": row, "reason": refused}]}) from refused
    _write_down(fresh, batch)


def _existing(verb: Verb[Any]) -> Change | None:
    return changes.existing(verb.actor, verb.change_id, verb.name, verb.content())


def _require(verb: Verb[Any], row: Any) -> None:
    require(verb.actor, verb.permission(row), company_id=verb.company_of(row))
