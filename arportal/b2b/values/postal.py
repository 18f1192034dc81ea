"""Postal addresses as invoices carry them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from arportal.b2b.values import reading


@dataclass(frozen=True, slots=True)
class Address:
    """Any part may be ""."""

    first_name: str = ""
    last_name: str = ""
    street1: str = ""
    street2: str = ""
    city: str = ""
    state: str = ""
    zip_code: str = ""
    country: str = ""
    custom_fields: Mapping[str, Any] = field(default_factory=dict, compare=False)

    @classmethod
    def parse(cls, raw: Mapping[str, Any]) -> Self:
        return cls(
            first_name=reading.text(raw, "firstName"),
            last_name=reading.text(raw, "lastName"),
            street1=reading.text(raw, "street1"),
            street2=reading.text(raw, "street2"),
            city=reading.text(raw, "city"),
            state=reading.text(raw, "state"),
            zip_code=reading.text(raw, "zipCode"),
            country=reading.text(raw, "country"),
            custom_fields=reading.record(raw, "customFields"),
        )

    def body(self) -> dict[str, Any]:
        """The address in the form that is sent: every key is required, even where it is empty."""
        return {
            "firstName": self.first_name,
            "lastName": self.last_name,
            "street1": self.street1,
            "street2": self.street2,
            "city": self.city,
            "state": self.state,
            "zipCode": self.zip_code,
            "country": self.country,
            "customFields": self.custom_fields,
        }
