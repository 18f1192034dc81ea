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
Verb = Change.Verb
# The kind of document that `target_id` names; of all others it is a company.
ABOUT = {
    Verb.RECORD_PAYMENT: About.PAYMENT,
    Verb.EDIT_PAYMENT: About.PAYMENT,
    Verb.SET_PAYMENT_STATUS: About.PAYMENT,
    Verb.OPERATE_PAYMENT: About.PAYMENT,
    Verb.DELETE_PAYMENT: About.PAYMENT,
    Verb.DELETE_RECEIPT: About.RECEIPT,
    Verb.INVOICE_ORDER: About.INVOICE,
    Verb.CREATE_INVOICE: About.INVOICE,
    Verb.EDIT_INVOICE: About.INVOICE,
    Verb.DELETE_INVOICE: About.INVOICE,
    Verb.WRITE_OFF: About.INVOICE,
    Verb.UNDO_WRITE_OFF: About.INVOICE,
    Verb.APPLY_CREDIT: About.INVOICE,
    Verb.UNDO_CREDIT: About.INVOICE,
    Verb.RECORD_ORDER: About.ORDER,
    Verb.EDIT_ORDER: About.ORDER,
}


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
    return new_row(
        by or change.store,
        kind,
        words,
        company_id=change.company_id,
        about=ABOUT.get(Verb(change.verb), About.COMPANY),
        about_id=target_id,
        change_id=change.pk,
    )
