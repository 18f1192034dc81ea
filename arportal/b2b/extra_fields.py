"""Extra fields: the fields a merchant adds to invoices, orders, companies and users."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from arportal.b2b.http.paging import Listing
from arportal.b2b.http.resources import Resource
from arportal.b2b.values import reading
from arportal.b2b.values.enums import ExtraFieldConfigType, ExtraFieldType


@dataclass(frozen=True, slots=True)
class ExtraField:
    """The setup of one extra field. `choices` are a dropdown's; the limits are None where they do not apply."""

    id: int | None
    uuid: str
    name: str
    label: str
    type: ExtraFieldType
    config_type: ExtraFieldConfigType
    is_required: bool
    is_unique: bool
    is_visible_to_buyers: bool
    default_value: str
    maximum_length: int | None
    number_of_rows: int | None
    maximum_value: int | None
    choices: tuple[str, ...]
    raw: Mapping[str, Any] = field(repr=False, compare=False)

    @classmethod
    def parse(cls, raw: Mapping[str, Any]) -> Self:
        return cls(
            id=reading.integer_or_none(raw, "id"),
            uuid=reading.text(raw, "uuid"),
            name=reading.text(raw, "fieldName"),
            label=reading.text(raw, "labelName"),
            type=ExtraFieldType(reading.state(raw, "fieldType")),
            config_type=ExtraFieldConfigType(reading.state(raw, "configType")),
            is_required=reading.flag(raw, "isRequired"),
            is_unique=reading.flag(raw, "isUnique"),
            is_visible_to_buyers=reading.flag(raw, "visibleToEnduser"),
            default_value=reading.text(raw, "defaultValue"),
            maximum_length=reading.integer_or_none(raw, "maximumLength"),
            number_of_rows=reading.integer_or_none(raw, "numberOfRows"),
            maximum_value=reading.integer_or_none(raw, "maximumValue"),
            # The orders' description of this call spells it in the plural.
            choices=reading.texts(raw, "listOfValue") or reading.texts(raw, "listOfValues"),
            raw=raw,
        )


@dataclass(frozen=True, slots=True)
class ExtraFieldValue:
    """The value of one record in an extra field; companies alone tell its label and type as well.

    `type` is given twice, as fieldType and as dataType; some stores send but one of them.
    """

    name: str
    value: str
    label: str
    is_required: bool
    type: ExtraFieldType | None

    @classmethod
    def parse(cls, raw: Mapping[str, Any]) -> Self:
        given = reading.integer_or_none(raw, "fieldType")
        kind = reading.integer_or_none(raw, "dataType") if given is None else given
        return cls(
            name=reading.text(raw, "fieldName"),
            value=reading.text(raw, "fieldValue"),
            label=reading.text(raw, "labelName"),
            is_required=reading.flag(raw, "isRequired"),
            type=None if kind is None else ExtraFieldType(kind),
        )


class WithExtraFields(Resource):
    """A resource whose records the merchant may have extended."""

    extra_fields_path: str

    def extra_fields(self, *, page_size: int = 200) -> Listing[ExtraField]:
        """GET …/extra-fields: how the extra fields of this kind of record are set up. Changes rarely: cache it."""
        return self._listing(
            self.extra_fields_path,
            ExtraField.parse,
            key=lambda field: field.name,
            page_size=page_size,
            query={},
        )
