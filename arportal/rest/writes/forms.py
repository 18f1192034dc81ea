"""The body of a write: one serializer a verb. Its fields are those of the verb, unless `build` says otherwise."""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from rest_framework import serializers

from arportal.receivables.changes.verb import Verb
from arportal.rest import etags
from arportal.rest.problems import Problem
from arportal.stores.models import Membership

LARGEST_ID = 2**63 - 1
LONGEST = 5_000


@dataclass(frozen=True)
class WriteRequest:
    """A request: who asks, under which key, and the ETag of what they saw; "" for none."""

    actor: Membership
    change_id: uuid.UUID
    etag: str

    def seen(self, kind: str, api_id: int) -> Any:
        """The snapshot that If-Match names. Raises Problem."""
        if not self.etag:
            words = _("This needs If-Match: the ETag of the %(kind)s, as a GET of it answered.") % {
                "kind": kind
            }
            raise Problem(428, "if-match-needed", words)
        return etags.unsealed(self.etag, kind, api_id)


class ApiId(serializers.IntegerField):
    def __init__(self, **more: Any) -> None:
        super().__init__(min_value=1, max_value=LARGEST_ID, **more)


class Amount(serializers.DecimalField):
    """An amount as text. How many decimals its currency has, the verb knows.

    With more digits, a price times a quantity would have more than a Decimal can be rounded to.
    """

    def __init__(self, **more: Any) -> None:
        super().__init__(max_digits=18, decimal_places=4, **more)


class Words(serializers.CharField):
    def __init__(self, **more: Any) -> None:
        super().__init__(max_length=LONGEST, allow_blank=True, **more)


def reason_field() -> serializers.CharField:
    return serializers.CharField(max_length=LONGEST, help_text="Kept in the history.")


class Texts(serializers.DictField):
    """Texts by name."""

    def __init__(self, **more: Any) -> None:
        super().__init__(child=serializers.CharField(max_length=LONGEST, allow_blank=True), **more)

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping) and not all(str(name).isprintable() for name in data):
            raise serializers.ValidationError(_("A name holds a character that is none."))
        return super().to_internal_value(data)


class Day(serializers.DateField):
    def to_internal_value(self, value: Any) -> dt.date:
        day = super().to_internal_value(value)
        if not 1970 <= day.year <= 2200:
            raise serializers.ValidationError(_("Give a day from 1970 to 2200."))
        return day


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses fields that it does not know: a misspelt one would be left out without a word."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping) and (unknown := sorted(set(map(str, data)) - set(self.fields.keys()))):
            words = _("There is no such field.")
            raise serializers.ValidationError({name[:100]: [words] for name in unknown[:20]})
        return super().to_internal_value(data)


class VerbForm(StrictSerializer):
    """The form of one verb. `kind` is that of the thing whose ETag has to come as If-Match, and `of` the field that
    names it; both "" where a verb needs none. `example` is a body that the document shows."""

    verb: ClassVar[type[Verb[Any]]]
    kind: ClassVar[str] = ""
    of: ClassVar[str] = ""
    example: ClassVar[Mapping[str, Any]] = {}

    def build(self, request: WriteRequest) -> Verb[Any]:
        """The verb filled in. Raises Problem, and DoesNotExist."""
        seen = {"seen": self.seen(request)} if self.kind else {}
        return self.verb(actor=request.actor, change_id=request.change_id, **self.values, **seen)

    def seen(self, request: WriteRequest) -> Any:
        return request.seen(self.kind, self.values[self.of])

    @property
    def values(self) -> dict[str, Any]:
        values: dict[str, Any] = self.validated_data
        return values
