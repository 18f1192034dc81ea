"""The inside of an invoice: what was bought, what it costs, where it went. Read on demand, it is large."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Self

from arportal.b2b.values import reading
from arportal.b2b.values.money import Money
from arportal.b2b.values.postal import Address
from arportal.b2b.values.times import unix

STANDARD = "StandardInvoiceDetails"


@dataclass(frozen=True, slots=True)
class CostLine:
    """A line of the summary: Subtotal, Freight, Sales Tax and whatever else makes up the total."""

    description: str
    amount: Money | None

    @classmethod
    def parse(cls, raw: Mapping[str, Any]) -> Self:
        return cls(reading.text(raw, "description"), reading.money_or_none(raw, "amount"))

    def body(self) -> dict[str, Any]:
        return _sent(description=self.description, amount=self.amount)


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """A product on the invoice. `unit_discount` is an amount off each unit; sending needs quantity and price.

    `product_id` is BigCommerce's, on lines that came of an order.
    """

    sku: str
    description: str
    quantity: Decimal | None
    unit_price: Money | None
    unit_discount: Money | None = None
    type: str = ""
    comments: str = ""
    custom_fields: Mapping[str, Any] = field(default_factory=dict, compare=False)
    product_id: int | None = None

    @classmethod
    def parse(cls, raw: Mapping[str, Any]) -> Self:
        return cls(
            sku=reading.text(raw, "sku"),
            description=reading.text(raw, "description"),
            quantity=reading.amount_or_none(raw, "quantity"),
            unit_price=reading.money_or_none(raw, "unitPrice"),
            unit_discount=reading.money_or_none(raw, "unitDiscount"),
            type=reading.text(raw, "type"),
            comments=reading.text(raw, "comments"),
            custom_fields=reading.record(raw, "customFields"),
            product_id=reading.integer_or_none(raw, "productId"),
        )

    @property
    def total(self) -> Money | None:
        """Quantity times the discounted unit price; None where the line does not say enough.

        A discount in another currency says too little: nothing is guessed, and nothing is added over currencies.
        """
        if self.quantity is None or self.unit_price is None:
            return None
        unit = self.unit_price
        if self.unit_discount is not None:
            if self.unit_discount.currency != unit.currency:
                return None
            unit = unit - self.unit_discount
        return Money(unit.amount * self.quantity, unit.currency).quantized()

    def body(self) -> dict[str, Any]:
        return _sent(
            sku=self.sku,
            type=self.type,
            description=self.description,
            comments=self.comments,
            quantity=self.quantity,
            unitPrice=self.unit_price,
            unitDiscount=self.unit_discount,
            customFields=self.custom_fields,
            productId=self.product_id,
        )


@dataclass(frozen=True, slots=True)
class Shipment:
    """All text, as the store wrote it; `address_index` counts into the shipping addresses."""

    address_index: str = ""
    ship_date: str = ""
    ship_via: str = ""
    tracking_number: str = ""
    comments: str = ""
    custom_fields: Mapping[str, Any] = field(default_factory=dict, compare=False)

    @classmethod
    def parse(cls, raw: Mapping[str, Any]) -> Self:
        return cls(
            address_index=reading.text(raw, "addressIndex"),
            ship_date=reading.text(raw, "shipDate"),
            ship_via=reading.text(raw, "shipVia"),
            tracking_number=reading.text(raw, "trackingNumber"),
            comments=reading.text(raw, "comments"),
            custom_fields=reading.record(raw, "customFields"),
        )

    def body(self) -> dict[str, Any]:
        return {
            "addressIndex": self.address_index,
            "shipDate": self.ship_date,
            "shipVia": self.ship_via,
            "trackingNumber": self.tracking_number,
            "comments": self.comments,
            "customFields": self.custom_fields,
        }


@dataclass(frozen=True, slots=True)
class InvoiceDetails:
    """Every part may be missing: then it is empty or None. Amounts have as many decimals as were stored.

    `dataclasses.replace` changes one part; an update sends the whole, because the API replaces the whole.
    """

    type: str = STANDARD
    order_date: datetime | None = None
    cost_lines: tuple[CostLine, ...] = ()
    lines: tuple[InvoiceLine, ...] = ()
    shipments: tuple[Shipment, ...] = ()
    billing_address: Address | None = None
    shipping_addresses: tuple[Address, ...] = ()
    customer_fields: Mapping[str, Any] = field(default_factory=dict, compare=False)

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

    def body(self) -> dict[str, Any]:
        """The details in the form that is sent: amounts and quantities as text."""
        header: dict[str, Any] = {
            "costLines": [line.body() for line in self.cost_lines],
            "shippingAddresses": [address.body() for address in self.shipping_addresses],
            "customerFields": self.customer_fields,
        }
        if self.order_date:
            header["orderDate"] = unix(self.order_date)
        if self.billing_address:
            header["billingAddress"] = self.billing_address.body()
        inner = {
            "lineItems": [line.body() for line in self.lines],
            "shipments": [shipment.body() for shipment in self.shipments],
        }
        return {"type": self.type or STANDARD, "header": header, "details": inner}


def _sent(**parts: Any) -> dict[str, Any]:
    """The parts there are, in the types the API documents inside details: money and quantities as text."""
    sent = {name: value for name, value in parts.items() if value is not None}
    for name, value in sent.items():
        if isinstance(value, Money):
            sent[name] = value.body_as_text()
        elif isinstance(value, Decimal):
            sent[name] = f"{value:f}"
    return sent
