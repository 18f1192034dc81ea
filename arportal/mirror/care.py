"""How one pass reads: who asks, what it may leave out, and what the store has switched off."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db.models import QuerySet

from arportal.b2b import Client
from arportal.b2b.errors import B2BError
from arportal.mirror.left_out import LeftOut
from arportal.mirror.mishaps import Outcome, Read, weigh
from arportal.mirror.models import Watermark
from arportal.mirror.pages import Tally
from arportal.stores.models import Store

OFF_FOR = dt.timedelta(days=1)
IN_EVERY_PASS = dt.timedelta()
# One company may be refused something for a reason of its own; so many in a row, and the store has it off.
REFUSED_IN_A_ROW = 2


@dataclass
class Care:
    """`client` tries again what fails, `once` does not: small things are asked for in the next pass anyway."""

    store: Store
    now: dt.datetime
    client: Client
    once: Client
    left_out: LeftOut = field(default_factory=LeftOut)

    def weigh(self, error: B2BError, read: Read) -> Outcome:
        return weigh(error, read, lambda: self.client.companies.page(offset=0, limit=1))

    def list_or_leave_out(
        self, name: str, read: Callable[[], Tally], every: dt.timedelta = IN_EVERY_PASS
    ) -> Tally:
        """Reads a side list when it is due; what fails is left out by its name, or known as off until tomorrow."""
        if self._is_waiting(name):
            return Tally()
        try:
            tally = read()
        except B2BError as error:
            if self.weigh(error, Read.SIDE) is Outcome.OFF:
                self.switch_off(name)
            else:
                self.left_out.add(name, error)
                self.ask_again_at(name, None)
            return Tally()
        self.answers(name)
        if every:
            self.ask_again_at(name, self.now + every)
        return tally

    def mark(self, name: str) -> Watermark:
        return Watermark.objects.get_or_create(store=self.store, resource=name)[0]

    def is_off(self, name: str) -> bool:
        return self.mark(name).off_since is not None and self._is_waiting(name)

    def _is_waiting(self, name: str) -> bool:
        due_at = self.mark(name).due_at
        return due_at is not None and self.now < due_at

    def switch_off(self, name: str) -> None:
        since = self.mark(name).off_since or self.now
        self._marks(name).update(off_since=since, due_at=self.now + OFF_FOR)

    def answers(self, name: str) -> None:
        self._marks(name).exclude(off_since=None, refusals=0).update(off_since=None, refusals=0, due_at=None)

    def is_refused_to_all(self, name: str) -> bool:
        """Called when a company was refused it: whether that makes it off for the store."""
        mark = self.mark(name)
        if mark.refusals < REFUSED_IN_A_ROW:
            mark.refusals += 1
            mark.save(update_fields=["refusals"])
        return mark.refusals >= REFUSED_IN_A_ROW

    def ask_again_at(self, name: str, when: dt.datetime | None) -> None:
        self._marks(name).update(due_at=when)

    def _marks(self, name: str) -> QuerySet[Watermark]:
        return Watermark.objects.filter(store=self.store, resource=name)
