"""Values of a company or of a buyer that one write sets to what they are to be: what these verbs have in common.

Such a write does no harm when it is sent twice, and what became of it can be read. Only what differs from what the
person saw is compared, written and kept in the history.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self, TypeVar

from django.utils.translation import gettext as _

from arportal.b2b import Client
from arportal.mirror.models import Buyer, Company
from arportal.receivables.changes.draft import Content, Draft
from arportal.receivables.changes.errors import Conflict, Invalid
from arportal.receivables.changes.execution import LookupResult
from arportal.receivables.changes.reasons import check_reason
from arportal.receivables.changes.state_machine import LookupOutcome
from arportal.receivables.changes.verb import About, Verb
from arportal.receivables.models import Change
from arportal.stores.access import Permission
from arportal.stores.models import Store

# Name → a value of JSON; None for what the store does not tell.
Values = dict[str, Any]
Row = TypeVar("Row", Company, Buyer)
# Before the name of a field that the merchant has added, which may be that of another value.
EXTRA = "extra "
# The company of a buyer that has none.
NOBODY = 0


def extra_values(fields: Iterable[Mapping[str, Any]]) -> Values:
    """The fields that the merchant has added, as the API has them: each under its name with EXTRA before it."""
    return {f"{EXTRA}{field['fieldName']}": str(field.get("fieldValue") or "") for field in fields}


def extra_of(values: Values) -> dict[str, str]:
    """Name of a field that the merchant has added → text."""
    return {name.removeprefix(EXTRA): text for name, text in values.items() if name.startswith(EXTRA)}


class Writer(ABC):
    """The calls to the API about one kind of values."""

    @abstractmethod
    def values(self, client: Client, api_id: int) -> Values:
        """All values of this kind, as the store has them; `api_id` is that of the company or the buyer."""

    @abstractmethod
    def write(self, client: Client, change: Change) -> None:
        """Sets those of `change.after`."""

    @abstractmethod
    def refresh(self, store: Store, api_id: int) -> None:
        """Has the mirror read them."""

    def send(self, client: Client, change: Change) -> int:
        # The API has no condition on a PUT: this look is as close to it as we can get.
        if self._now(client, change) != change.before:
            raise Conflict(_("This has changed since it was shown; it was left as it is."))
        self.write(client, change)
        return change.target

    def look_up(self, client: Client, change: Change) -> LookupResult:
        now = self._now(client, change)
        if now == change.before:
            return LookupResult(LookupOutcome.NOT_DONE)
        # What the store does not tell speaks neither for nor against it.
        is_done = all(value in (None, change.after[name]) for name, value in now.items())
        return LookupResult(LookupOutcome.DONE if is_done else LookupOutcome.OVERTAKEN, change.target)

    def read_back(self, change: Change) -> None:
        self.refresh(change.store, change.target)

    def _now(self, client: Client, change: Change) -> Values:
        values = self.values(client, change.target)
        return {name: values.get(name) for name in change.after}


@dataclass(kw_only=True)
class SetValues(Verb[Row]):
    """Sets values of a company or a buyer to what is `wanted`; `seen` are the same ones as they were shown. Invalid
    names a value, `reason` or ""."""

    about = About.COMPANY
    handler: ClassVar[Writer]
    model: ClassVar[Any] = Company

    target_id: int
    seen: Values
    wanted: Values
    reason: str

    @classmethod
    @abstractmethod
    def known(cls, row: Row) -> Values | None:
        """The values as the mirror has them; None while it has never read them."""

    def now(self, row: Row) -> Values | None:
        """The values that are `known`; a batch reads them for all of its rows at once."""
        return self.known(row)

    @classmethod
    def fill(cls, **form: Any) -> Self:
        """The verb about those values that differ from what was seen."""
        changed = [name for name, value in form["wanted"].items() if form["seen"].get(name) != value]
        for side in ("seen", "wanted"):
            form[side] = {name: form[side].get(name) for name in changed}
        return cls(**form)

    def permission(self, row: Row | None = None) -> Permission:
        return Permission.ADMINISTER_COMPANY

    def content(self) -> Content:
        return {"target_id": self.target_id, "payload": {"wanted": self.wanted, "reason": self.reason}}

    def row(self) -> Row:
        row: Row = self.model.objects.visible_to(self.actor).get(api_id=self.target_id)
        return row

    def company_of(self, row: Row) -> int:
        return row.api_id if isinstance(row, Company) else row.company_id or NOBODY

    def read(self, row: Row) -> Row:
        self.handler.refresh(self.actor.store, self.target_id)
        return row

    def check(self, row: Row) -> None:
        check_reason(self.reason)
        if not self.wanted:
            raise Invalid({"": [_("Nothing would change.")]})
        now = self.now(row)
        if now is None:
            raise Invalid({"": [_("This was never read from the store yet.")]})
        if {name: now.get(name) for name in self.seen} != self.seen:
            words = _("This has changed since it was shown. Look at what it is now, then save again.")
            raise Conflict(words, seen=self.seen, now=now)

    def draft(self, row: Row) -> Draft:
        return Draft(company_id=self.company_of(row), before=self.seen, after=self.wanted)
