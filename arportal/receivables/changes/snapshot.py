"""One thing as a person was shown it, on its way through their form and back."""

from dataclasses import dataclass
from typing import Any, Self

from django.core import signing


class NotSealed(ValueError):
    """The text was not sealed by us, or is about something else."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """`kind` and `api_id` name the thing, `values` are JSON: whatever must still be so when the change is sent."""

    kind: str
    api_id: int
    values: Any

    def seal(self) -> str:
        """A text for a hidden field, signed: nobody can be made to agree to something they did not see."""
        return signing.dumps([self.api_id, self.values], salt=f"{self.kind} as shown", compress=True)

    @classmethod
    def unseal(cls, sealed: str, kind: str, api_id: int) -> Self:
        """Raises NotSealed."""
        try:
            sealed_id, values = signing.loads(sealed, salt=f"{kind} as shown")
        except signing.BadSignature as broken:
            raise NotSealed from broken
        if sealed_id != api_id:
            raise NotSealed
        return cls(kind, api_id, values)
