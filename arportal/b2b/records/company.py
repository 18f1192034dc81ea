"""One company: a customer who owes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

from arportal.b2b.extra_fields import ExtraFieldValue
from arportal.b2b.values import reading
from arportal.b2b.values.enums import CompanyStatus


@dataclass(frozen=True, slots=True)
class PriceList:
    """The price list a company buys by on one channel."""

    channel_id: int | None
    channel_name: str
    price_list_id: int | None
    name: str

    @classmethod
    def parse(cls, raw: Mapping[str, Any]) -> Self:
        return cls(
            channel_id=reading.integer_or_none(raw, "channelId"),
            channel_name=reading.text(raw, "channelName"),
            price_list_id=reading.integer_or_none(raw, "priceListId"),
            name=reading.text(raw, "priceListName"),
        )


@dataclass(frozen=True, slots=True)
class Company:
    """A company as list and detail give it; the address is often absent and then ""."""

    company_id: int
    name: str
    email: str
    phone: str
    status: CompanyStatus
    group_id: int | None
    group_name: str
    parent_id: int | None
    parent_name: str
    uuid: str
    catalog_id: str
    catalog_name: str
    address_line1: str
    address_line2: str
    city: str
    state: str
    country: str
    zip_code: str
    extra_fields: tuple[Mapping[str, Any], ...]
    created_at: datetime | None
    updated_at: datetime | None
    raw: Mapping[str, Any] = field(repr=False, compare=False)

    @property
    def price_lists(self) -> tuple[PriceList, ...]:
        """The price list of each channel, read from `raw` at each call; InvalidResponse if unreadable."""
        return tuple(map(PriceList.parse, reading.records(self.raw, "priceListAssign")))

    @property
    def extra_field_values(self) -> tuple[ExtraFieldValue, ...]:
        """`extra_fields` with label and type, read at each call; InvalidResponse if unreadable."""
        return tuple(map(ExtraFieldValue.parse, self.extra_fields))

    @classmethod
    def parse(cls, raw: Mapping[str, Any]) -> Self:
        parent = reading.record(raw, "parentCompany")
        return cls(
            company_id=reading.integer(raw, "companyId"),
            name=reading.text(raw, "companyName"),
            email=reading.text(raw, "companyEmail"),
            phone=reading.text(raw, "companyPhone"),
            status=CompanyStatus(reading.state(raw, "companyStatus")),
            group_id=reading.integer_or_none(raw, "bcGroupId"),
            group_name=reading.text(raw, "bcGroupName"),
            parent_id=reading.integer_or_none(parent, "id"),
            parent_name=reading.text(parent, "name"),
            uuid=reading.text(raw, "uuid"),
            catalog_id=reading.text(raw, "catalogId"),
            catalog_name=reading.text(raw, "catalogName"),
            address_line1=reading.text(raw, "addressLine1"),
            address_line2=reading.text(raw, "addressLine2"),
            city=reading.text(raw, "city"),
            state=reading.text(raw, "state"),
            country=reading.text(raw, "country"),
            zip_code=reading.text(raw, "zipCode"),
            extra_fields=reading.records(raw, "extraFields"),
            created_at=reading.time(raw, "createdAt"),
            updated_at=reading.time(raw, "updatedAt"),
            raw=raw,
        )


@dataclass(frozen=True, slots=True)
class NewCompany:
    """The answer to creating a company; `customer_id` is its first user's BigCommerce customer."""

    company_id: int
    customer_id: int | None
    group_id: int | None

    @classmethod
    def parse(cls, raw: Mapping[str, Any]) -> Self:
        return cls(
            company_id=reading.integer(raw, "companyId"),
            customer_id=reading.integer_or_none(raw, "customerId"),
            group_id=reading.integer_or_none(raw, "customerGroupId"),
        )
