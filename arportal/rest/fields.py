"""Fields of answers: amounts as text in their currency, moments in UTC, and what an address may choose of them."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from arportal.b2b import Money
from arportal.rest.problems import Problem

AMOUNT = {"type": "string", "pattern": r"^-?\d+(\.\d+)?$", "examples": ["120.50"]}


@extend_schema_field(AMOUNT)
class Amount(serializers.Field):  # type: ignore[type-arg]
    """An amount in the row's `currency`, as text; null where there is none."""

    def __init__(self, **more: Any) -> None:
        super().__init__(read_only=True, **more)

    def get_attribute(self, instance: Any) -> Money | None:
        amount = super().get_attribute(instance)
        if amount is None or isinstance(amount, Money):
            return amount
        return Money(Decimal(amount), instance.currency)

    def to_representation(self, value: Money) -> str:
        return value.plain()


class RowSerializer(serializers.Serializer[Any]):
    """A row of a list. `reads` are the fields of the model that its computed ones need."""

    reads: tuple[str, ...] = ()

    @property
    def today(self) -> dt.date:
        today: dt.date = self.context["viewer"].today
        return today

    def choose(self, names: Iterable[str]) -> None:
        """Keeps these fields only. Raises Problem for one that there is not."""
        chosen = set(names)
        if unknown := sorted(chosen - set(self.fields.keys())):
            words = _("There is no field %(names)s.") % {"names": ", ".join(unknown)}
            raise Problem(400, "unknown-field", words, {"fields": [words]})
        for left_out in set(self.fields.keys()) - chosen:
            self.fields.pop(left_out)

    def columns(self, model: type[models.Model]) -> set[str]:
        """The fields of the model that have to be fetched."""
        known = {field.name for field in model._meta.concrete_fields}
        sources = {str(field.source) for field in self.fields.values()}
        return (sources | set(self.reads)) & known


def string(**more: Any) -> serializers.CharField:
    return serializers.CharField(read_only=True, **more)


def integer(**more: Any) -> serializers.IntegerField:
    return serializers.IntegerField(read_only=True, **more)


def day(source: str | None = None, *, null: bool = True) -> serializers.DateField:
    return serializers.DateField(read_only=True, source=source, allow_null=null)


def moment(source: str | None = None, *, null: bool = True) -> serializers.DateTimeField:
    return serializers.DateTimeField(read_only=True, source=source, allow_null=null, default_timezone=dt.UTC)
