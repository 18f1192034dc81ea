"""The history of one thing: what was asked of the store about it, by whom, and what became of it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import OuterRef, QuerySet, Subquery

from arportal.desk.site.links import change_link
from arportal.receivables.models import Change
from arportal.stores.models import Activity

MOST = 200
DASH = "\u2013"


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of templates/changes/_history.html; `details` stand under the verb. `undo` is where it can be taken
    back, "" where it cannot."""

    change: Change
    details: list[str]
    undo: str = ""

    @property
    def url(self) -> str:
        return change_link(self.change.store.slug, self.change.pk)


def latest(changes: QuerySet[Change]) -> Iterable[Change]:
    """The newest of these changes first, with the people in it; `who` names the API token where it was by one."""
    asked = Activity.objects.filter(change_id=OuterRef("pk"), kind=Activity.Kind.CHANGE)
    changes = changes.annotate(who=Subquery(asked.values("who")[:1]))
    return changes.select_related("store", "actor__user", "approved_by__user").order_by("-asked_at")[:MOST]
