"""The rows of activity that a Change leaves: asked for, decided by a second person, and what became of it; of that
webhooks tell, too."""

from collections.abc import Iterable, Mapping
from typing import Any

from arportal.receivables.models import Change, WebhookKind
from arportal.receivables.webhooks.events import tell
from arportal.receivables.webhooks.things import change_settled
from arportal.stores.activity import Kind, new_row
from arportal.stores.models import Activity, Membership

About = Activity.About
# Verb → the kind of document it is about; verbs register it (`verb.py`).
about: dict[str, About] = {}


def verbs_about(kind: About) -> list[str]:
    return [verb for verb, its_kind in about.items() if its_kind == kind]


def tell_asked(asked: Iterable[Change]) -> None:
    """Call it in the transaction that writes the Changes down, as the others in that of what they tell."""
    rows = (
        _row(change, change.actor, Kind.CHANGE, str(change.get_verb_display()), change.target_id)
        for change in asked
    )
    Activity.objects.bulk_create(rows)


def tell_decided(actor: Membership, change: Change, words: str) -> None:
    """A second person agreed or refused, or its own person took it back."""
    _row(change, actor, Kind.APPROVAL, words, change.target_id).save()


def tell_settled(change: Change, values: Mapping[str, Any]) -> None:
    """`values` are those that settle it: a new thing has its API id by now."""
    state, target_id = Change.State(values["state"]), values.get("target_id", change.target_id)
    _row(change, None, Kind.OUTCOME, str(state.label), target_id).save()
    tell(change.store, WebhookKind.CHANGE, lambda: [change_settled(change, state, target_id)])


def _row(
    change: Change, by: Membership | None, kind: Activity.Kind, words: str, target_id: int | None
) -> Activity:
    its_about = about[change.verb]
    # What is about a company may have another target: a person who buys for it.
    return new_row(
        by or change.store,
        kind,
        words,
        company_id=change.company_id,
        about=its_about,
        about_id=change.company_id if its_about == About.COMPANY else target_id,
        change_id=change.pk,
    )
