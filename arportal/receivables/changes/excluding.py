"""One change of a thing at a time: while one has not come to its end, nobody can say what the next would find."""

from collections.abc import Collection

from django.db.models import Q
from django.utils.translation import gettext as _

from arportal.receivables.changes.errors import Invalid
from arportal.receivables.models import Change
from arportal.stores.models import Store


def under_way(
    store: Store, target_ids: Collection[int], verbs: Collection[Change.Verb]
) -> dict[int | None, Change]:
    """API id of a thing → the oldest change of it by one of these verbs that has not come to its end, or that the
    mirror does not show yet."""
    concerned = Q(target_id__in=target_ids) | Q(credit_id__in=target_ids)
    changes = Change.objects.unfinished().filter(concerned, store=store, verb__in=verbs)
    newest_first = changes.select_related("actor__user").order_by("-asked_at")
    pairs = ((target, change) for change in newest_first for target in (change.target_id, change.credit_id))
    return {target: change for target, change in pairs if target in target_ids}


def check_free(store: Store, target_ids: Collection[int], verbs: Collection[Change.Verb]) -> None:
    """Raises Invalid while a change by one of these verbs is under way. Call it with the company locked.

    `target_ids` are the API ids of the orders, invoices, … that all of these verbs change.
    """
    others = under_way(store, target_ids, verbs)
    for target_id in target_ids:
        if target_id in others:
            raise Invalid({"": [in_the_way(others[target_id])]})


def in_the_way(other: Change) -> str:
    """The reason, for a person, why nothing else can be done to its thing now."""
    words = {"verb": other.get_verb_display(), "who": other.actor.user}
    if other.state == Change.State.WAITING:
        return _("“%(verb)s” by %(who)s waits for approval: approve or withdraw that first.") % words
    if other.state == Change.State.ASKED:
        return _("“%(verb)s” by %(who)s waits to be sent. Let it finish, then look again.") % words
    return _("“%(verb)s” by %(who)s is being confirmed. Wait for it, then look again.") % words
