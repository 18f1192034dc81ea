"""The page of Changes that were asked for together: how far they are, row by row, until the last is at its end."""

import uuid
from collections import Counter
from collections.abc import Sequence
from typing import ClassVar

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise

from arportal.desk.format.statuses import CHANGE_WORDS
from arportal.desk.site.pages import DeskRequest
from arportal.receivables.models import Change
from arportal.stores.models import Membership

State = Change.State
# What needs a person's eye first, what is done last.
ORDER = (State.REFUSED, State.UNKNOWN, State.SENT, State.WAITING, State.ASKED, State.APPLIED)
# So many rows are shown; of more, the last, which are done or wait their turn, are only counted.
MOST_SHOWN = 300


class Batch:
    """The Changes of one batch, which has at least one. Each kind of batch says what its rows are."""

    # The list from which it was asked for, as `page_url` names it.
    list_name: ClassVar[str]
    list_title: ClassVar[str | Promise]
    template: ClassVar[str]

    def __init__(self, actor: Membership, batch_id: uuid.UUID, changes: Sequence[Change]) -> None:
        self.actor, self.batch_id, self.changes, self.first = actor, batch_id, changes, changes[0]
        self.counts = Counter(change.state for change in changes)

    @property
    def count(self) -> int:
        return len(self.changes)

    @property
    def ended(self) -> int:
        return self.counts[State.APPLIED] + self.counts[State.REFUSED]

    @property
    def is_under_way(self) -> bool:
        return any(self.counts[state] for state in Change.UNDER_WAY)

    @property
    def pause(self) -> int:
        """Seconds until the page looks again: a long table is not fetched every other second."""
        return 2 if self.count <= 100 else 5

    @property
    def states(self) -> list[tuple[str, int]]:
        """The states there are, in words, each with its number of Changes."""
        return [
            (str(CHANGE_WORDS[state]), self.counts[state]) for state in reversed(ORDER) if self.counts[state]
        ]

    @property
    def shown(self) -> list[Change]:
        return sorted(self.changes, key=lambda change: ORDER.index(State(change.state)))[:MOST_SHOWN]

    @property
    def not_shown(self) -> int:
        return max(self.count - MOST_SHOWN, 0)


def render_batch(request: DeskRequest, batch: Batch) -> HttpResponse:
    """The whole page, or what the page asks for while it is open."""
    return render(request, batch.template if request.htmx else "lists/batch.html", {"batch": batch})
