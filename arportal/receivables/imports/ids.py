"""The ids of an import's Changes, made of what a line says: the same line in another file is the same Change."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from arportal.receivables.models import Change

_OURS = uuid.UUID("3a2d9b3e-6c1f-4b86-9f55-0c7d2c5c8f10")


@dataclass(frozen=True, slots=True)
class Claim:
    """The Change a line is or would be. `change`: it was asked for before, and was not refused."""

    change_id: uuid.UUID
    change: Change | None


def claims(store_id: int, keys: Iterable[str]) -> dict[str, Claim]:
    """Key of a line → its Change. What the store has refused may be asked for again, under the next id."""
    claimed: dict[str, Claim] = {}
    number, left = 0, set(keys)
    while left:
        ids = {uuid.uuid5(_OURS, f"{store_id}/{key}/{number}"): key for key in left}
        changes = Change.objects.filter(store_id=store_id).in_bulk(list(ids))
        left = set()
        for change_id, key in ids.items():
            change = changes.get(change_id)
            if change is not None and change.state == Change.State.REFUSED:
                left.add(key)
            else:
                claimed[key] = Claim(change_id, change)
        number += 1
    return claimed
