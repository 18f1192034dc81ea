"""The care with which one pass reads: who asks, what it may leave out, and what the store has switched off."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db.models import QuerySet
from django.utils import timezone

from arportal.b2b import Client, Exchange
from arportal.b2b.errors import B2BError
from arportal.mirror.api.connections import counted_client
from arportal.mirror.models import SyncPass, Watermark
from arportal.mirror.rate_limit.cadence import next_due
from arportal.mirror.sync.left_out import LeftOut
from arportal.mirror.sync.mishaps import Outcome, Read, weigh
from arportal.mirror.sync.pages import Tally
from arportal.stores.models import Store

OFF_FOR = dt.timedelta(days=1)
# One company may be refused something for a reason of its own; so many in a row, and the store has it off.
REFUSED_IN_A_ROW = 2


@dataclass
class Care:
    """`client` tries again what fails, `once` does not: small things are asked for in the next pass anyway.

    With `is_sparing` it asks only for what is due (`cadence.py`). `requests` counts, by method, what the pass
    has asked so far.
    """

    store: Store
    now: dt.datetime
    client: Client
    once: Client
    is_sparing: bool = False
    left_out: LeftOut = field(default_factory=LeftOut)
    requests: Counter[str] = field(default_factory=Counter)

    def weigh(self, error: B2BError, read: Read) -> Outcome:
        return weigh(error, read, lambda: self.client.companies.page(offset=0, limit=1))

    def read_list(self, name: str, read: Callable[[], Tally]) -> Tally:
        """Reads a list and writes down as of when it is here, and when it is due again."""
        began = timezone.now()
        tally = read()
        is_again = self.is_sparing and tally.is_changed  # Changes seldom come alone.
        due_at = self.now if is_again else next_due(name, self.now, spread=not self.is_sparing)
        Watermark.objects.update_or_create(
            store=self.store, resource=name, defaults={"read_at": began, "due_at": due_at}
        )
        return tally

    def list_or_leave_out(self, name: str, read: Callable[[], Tally]) -> Tally:
        """Reads a side list; what fails is left out by its name, or known as off until tomorrow."""
        if self.is_off(name):
            return Tally()
        try:
            tally = self.read_list(name, read)
        except B2BError as error:
            self.leave_out(name, error)
            return Tally()
        self.answers(name)
        return tally

    def leave_out(self, name: str, error: B2BError) -> None:
        """Notes that a side list failed: off until tomorrow, or named, and asked for in the next pass. Raises `error`
        where the pass has to stop."""
        if self.weigh(error, Read.SIDE) is Outcome.OFF:
            self.switch_off(name)
        else:
            self.left_out.add(name, error)
            self.ask_again_at(name, None)

    def mark(self, name: str) -> Watermark:
        return Watermark.objects.get_or_create(store=self.store, resource=name)[0]

    def is_off(self, name: str) -> bool:
        """True if the store refuses it, and has not to be asked again yet."""
        mark = self.mark(name)
        return mark.off_since is not None and mark.due_at is not None and self.now < mark.due_at

    def switch_off(self, name: str) -> None:
        since = self.mark(name).off_since or self.now
        self._marks(name).update(off_since=since, due_at=self.now + OFF_FOR)

    def answers(self, name: str) -> None:
        self._marks(name).exclude(off_since=None, refusals=0).update(off_since=None, refusals=0, due_at=None)

    def is_refused_to_all(self, name: str) -> bool:
        """Counts that a company was refused it; True if that makes it off for the store."""
        mark = self.mark(name)
        if mark.refusals < REFUSED_IN_A_ROW:
            mark.refusals += 1
            mark.save(update_fields=["refusals"])
        return mark.refusals >= REFUSED_IN_A_ROW

    def ask_again_at(self, name: str, when: dt.datetime | None) -> None:
        self._marks(name).update(due_at=when)

    def _marks(self, name: str) -> QuerySet[Watermark]:
        return Watermark.objects.filter(store=self.store, resource=name)


@contextmanager
def careful(this: SyncPass, *, sparing: bool) -> Iterator[Care]:
    """The Care of one pass. Whatever ends the pass, it then notes what was asked and left out until then."""
    requests = Counter[str]()

    def count(exchange: Exchange) -> None:
        requests.update([exchange.method])

    with (
        counted_client(this.store, count) as client,
        counted_client(this.store, count, tries_once=True) as once,
    ):
        care = Care(
            store=this.store,
            now=this.started_at,
            client=client,
            once=once,
            is_sparing=sparing and this.kind == SyncPass.Kind.INCREMENTAL,
            left_out=LeftOut.of(this.left_out),
            requests=requests,
        )
        try:
            yield care
        finally:
            this.left_out = care.left_out.groups()
            this.requests += requests.total()
