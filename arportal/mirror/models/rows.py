"""The columns of every mirrored row, and who sees it."""

from collections.abc import Iterable
from typing import Any, Self, TypeVar

from django.db import models

from arportal.mirror.raw import pack, unpack
from arportal.stores.models import Membership, OfCompanyQuerySet, Store

Row = TypeVar("Row", bound="MirrorRow", covariant=True)


class MirrorQuerySet(OfCompanyQuerySet[Row]):
    def visible_to(self, actor: Membership) -> Self:
        """The rows of the actor's store and companies that the API still has."""
        return super().visible_to(actor).filter(gone_at=None)

    def by_api_id(self, api_ids: Iterable[int]) -> "dict[int, Row]":
        """API id → row, in one query; the rows must be of one store."""
        return {row.api_id: row for row in self.filter(api_id__in=set(api_ids))}


class RawField(models.Field):  # type: ignore[type-arg]  # generic in the stubs only
    """A record of the API, here as Python, in the row as bytes: `mirror/raw.py` says how and why."""

    def db_type(self, connection: Any) -> str:
        return "bytea"

    def from_db_value(self, value: bytes | None, _expression: Any, _connection: Any) -> Any:
        return None if value is None else unpack(value)

    def get_prep_value(self, value: Any) -> bytes:
        return pack(value)


class MirrorRow(models.Model):
    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="+", db_index=False)
    api_id = models.BigIntegerField()
    # The API's answer as it came; a JSON number with a fraction is kept as a string of the same digits. What is
    # to be searched or sorted by needs a column of its own.
    raw = RawField(default=dict)
    # When we noticed that the API no longer has it.
    gone_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True


class MoneyField(models.DecimalField):  # type: ignore[type-arg]  # generic in the stubs only
    """An amount in the row's currency, with the API's four decimals."""

    def __init__(self, *, null: bool = False) -> None:
        super().__init__(max_digits=20, decimal_places=4, null=null)

    def deconstruct(self) -> tuple[str, str, list[object], dict[str, object]]:
        name, path, args, _options = super().deconstruct()
        return name, path, list(args), {"null": True} if self.null else {}
