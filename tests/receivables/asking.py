"""A Change that was asked for, without the verb that would check it."""

import uuid
from typing import Any

from arportal.receivables.changes import changes
from arportal.receivables.models import Change
from arportal.stores.models import Membership


def ask(actor: Membership, change_id: uuid.UUID, verb: Change.Verb, **content: Any) -> Change:
    change = changes.new(actor, change_id, verb, **content)
    changes.write_down([change])
    return change
