"""The inside of an invoice: what was bought, what it costs, where it went. Read on demand, it is large."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Self

from arportal.b2b import reading
from arportal.b2b.money import Money
from arportal.b2b.postal import Address


@dataclass(frozen=True, slots=True)
class CostLine:
    """A line of the summary: Subtotal, Freight, Sales Tax and whatever else makes up the total."""

    description: str
    amount: Money | None

    @classmethod
    def parse(cls, raw: Mapping[str, Any]) -> Self:
        return cls(reading.text(raw, "description"), reading.money_or_none(raw, "amount"))


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """A product on the invoice. `unit_discount` is an amount off each unit."""

    sku: str
    type: str
    description: str
    comments: str
    quantity: Decimal | None
    unit_price: Money | None
    unit_discount: Money | None
    custom_fields: Mapping[str, Any] = field(compare=False)

    @classmethod
    def parse(cls, raw: Mapping[str, Any]) -> Self:
        return cls(
            sku=reading.text(raw, "sku"),
            type=reading.text(raw, "type"),
            description=reading.text(raw, "description"),
            comments=reading.text(raw, "comments"),
            quantity=reading.amount_or_none(raw, "quantity"),
            unit_price=reading.money_or_none(raw, "unitPrice"),
            unit_discount=reading.money_or_none(raw, "unitDiscount"),
            custom_fields=reading.record(raw, "customFields"),
        )


@dataclass(frozen=True, slots=True)
class Shipment:
    """All text, as the store wrote it; `address_index` counts into the shipping addresses."""

    address_index: str
    ship_date: str
    ship_via: str
    tracking_number: str
    comments: str

    @classmethod
    def parse(cls, raw: Mapping[str, Any]) -> Self:
        return cls(
            address_index=reading.text(raw, "addressIndex"),
            ship_date=reading.text(raw, "shipDate"),
            ship_via=reading.text(raw, "shipVia"),
            tracking_number=reading.text(raw, "trackingNumber"),
            comments=reading.text(raw, "comments"),
        )


@dataclass(frozen=True, slots=True)
class InvoiceDetails:
    """Every part may be missing: then it is empty or None. Amounts have as many decimals as were stored."""

    type: str
    order_date: datetime | None
    cost_lines: tuple[CostLine, ...]
    lines: tuple[InvoiceLine, ...]
    shipments: tuple[Shipment, ...]
    billing_address: Address | None
    shipping_addresses: tuple[Address, ...]
    customer_fields: Mapping[str, Any] = field(compare=False)

    @classmethod
    def parse(cls, raw: Mapping[str, Any]) -> Self:
        header, inner = reading.record(raw, "header"), reading.record(raw, "details")
        billing = reading.record(header, "billingAddress")
        return cls(
            type=reading.text(raw, "type"),
            order_date=reading.time(header, "orderDate"),
            cost_lines=tuple(map(CostLine.parse, reading.records(header, "costLines"))),
            lines=tuple(map(InvoiceLine.parse, reading.records(inner, "lineItems"))),
            shipments=tuple(map(Shipment.parse, reading.records(inner, "shipments"))),
            billing_address=Address.parse(billing) if billing else None,
            shipping_addresses=tuple(map(Address.parse, reading.records(header, "shippingAddresses"))),
            customer_fields=reading.record(header, "customerFields"),
        )
