"""A Change that was asked for, without the verb that would check it."""

import uuid
from typing import Any

from arportal.receivables.changes import changes
from arportal.receivables.changes.draft import Content, Draft, new_change
from arportal.receivables.models import Change
from arportal.stores.models import Membership

CONTENT = Content.__annotations__


def ask(
    actor: Membership, change_id: uuid.UUID, verb: Change.Verb, batch: uuid.UUID | None = None, **values: Any
) -> Change:
    content: Any = {"payload": {}} | {name: value for name, value in values.items() if name in CONTENT}
    draft = Draft(**{name: value for name, value in values.items() if name not in CONTENT})
    change = new_change(actor, change_id, verb, content, draft, batch)
    changes.write_down([change])
    return change
