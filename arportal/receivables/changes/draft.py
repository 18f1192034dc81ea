"""A new Change, of two parts: what its form says, and what the verb adds once it has looked at the thing."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Required, TypedDict

from arportal.receivables.changes import deferring
from arportal.receivables.changes.limits import first_state
from arportal.receivables.models import Change
from arportal.stores.models import Membership


class Content(TypedDict, total=False):
    """The part by which a form that comes again is the same Change. Its fields are those of the model."""

    target_id: int | None
    credit_id: int | None
    payload: Required[dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Draft:
    """The rest of a new Change. `before` and `after` are JSON; `amount` is what approval limits look at;
    `needs_approval` is a rule of the verb's own that asks for a second person."""

    company_id: int
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    amount: Decimal | None = None
    currency: str = ""
    needs_approval: bool = False


def new_change(
    actor: Membership,
    change_id: uuid.UUID,
    verb: Change.Verb,
    content: Content,
    draft: Draft,
    batch: uuid.UUID | None = None,
) -> Change:
    """A Change that is not written down yet.

    What moves money names it (`amount`, `currency`): above the store's limit it waits for a second person, as does
    what `needs_approval` whatever it moves.
    """
    state = first_state(actor.store, draft.amount, draft.currency)
    if draft.needs_approval:
        state = Change.State.WAITING
    return Change(
        id=change_id,
        store=actor.store,
        actor=actor,
        verb=verb,
        state=state,
        is_deferred=deferring.is_deferred() and batch is None,  # A batch waits in any case.
        batch=batch,
        company_id=draft.company_id,
        target_id=content.get("target_id"),
        credit_id=content.get("credit_id"),
        payload=content["payload"],
        before=draft.before,
        after=draft.after,
        amount=draft.amount,
        currency=draft.currency,
    )
