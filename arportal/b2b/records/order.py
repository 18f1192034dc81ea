"""One order, and its products. Prices of products and addresses are not in this API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Self

from arportal.b2b.http.envelope import decode
from arportal.b2b.values import reading
from arportal.b2b.values.enums import InvoiceStatus, OrderStatus
from arportal.b2b.values.money import Money


@dataclass(frozen=True, slots=True)
class CurrencyFormat:
    """The store's way of writing amounts in the order's currency."""

    token: str
    location: str
    decimal_token: str
    thousands_token: str
    decimal_places: int | None

    @classmethod
    def parse(cls, raw: Mapping[str, Any]) -> Self:
        return cls(
            token=_first(raw, "currencyToken", "currency_token"),
            location=_first(raw, "currencyLocation", "currency_location"),
            decimal_token=_first(raw, "decimalToken", "decimal_token"),
            thousands_token=_first(raw, "thousandsToken", "thousands_token"),
            decimal_places=reading.integer_or_none(
                raw, "decimalPlaces" if "decimalPlaces" in raw else "decimal_places"
            ),
        )


@dataclass(frozen=True, slots=True)
class Order:
    """`order_id` is the B2B order, `bc_order_id` BigCommerce's; only creating an invoice takes the former.

    `company_id` is None for guests and private customers. `total` includes tax; it is None without a currency.
    What is known of an invoice is in the detail only, addresses and extra fields are in lists only if asked for.
    """

    order_id: int
    bc_order_id: int
    company_id: int | None
    total: Money | None
    usd_total: Decimal | None
    currency_format: CurrencyFormat | None
    po_number: str
    status: str
    custom_status: str
    status_code: OrderStatus
    cart_id: str | None
    item_count: int | None
    is_archived: bool
    channel_id: int | None
    channel_name: str
    is_invoice_order: bool
    invoice_id: int | None
    invoice_number: str | None
    invoice_status: InvoiceStatus | None
    extra_fields: tuple[Mapping[str, Any], ...]
    created_at: datetime | None
    updated_at: datetime | None
    raw: Mapping[str, Any] = field(repr=False, compare=False)

    @classmethod
    def parse(cls, raw: Mapping[str, Any]) -> Self:
        invoice_status = reading.integer_or_none(raw, "invoiceStatus")
        return cls(
            order_id=reading.integer(raw, "id"),
            bc_order_id=reading.integer(raw, "bcOrderId"),
            company_id=reading.integer_or_none(raw, "companyId") or None,
            total=_total(raw),
            usd_total=reading.amount_or_none(raw, "usdIncTax"),
            currency_format=CurrencyFormat.parse(money) if (money := _object(raw.get("money"))) else None,
            po_number=reading.text(raw, "poNumber"),
            status=reading.text(raw, "status"),
            custom_status=reading.text(raw, "customStatus"),
            status_code=OrderStatus(reading.state(raw, "statusCode")),
            cart_id=reading.text_or_none(raw, "cartId"),
            item_count=reading.integer_or_none(raw, "items"),
            is_archived=reading.flag(raw, "isArchived"),
            channel_id=reading.integer_or_none(raw, "channelId"),
            channel_name=reading.text(raw, "channelName"),
            is_invoice_order=reading.flag(raw, "isInvoiceOrder"),
            invoice_id=reading.integer_or_none(raw, "invoiceId"),
            # Text even where it comes as a number: others begin with zeros.
            invoice_number=reading.text_or_none(raw, "invoiceNumber"),
            invoice_status=None if invoice_status is None else InvoiceStatus(invoice_status),
            extra_fields=reading.records(raw, "extraFields"),
            created_at=reading.time(raw, "createdAt"),
            updated_at=reading.time(raw, "updatedAt"),
            raw=raw,
        )

    @property
    def billing_address_id(self) -> int | None:
        """An id of the company's address book, read from `raw` at each call; InvalidResponse if unreadable."""
        return self._address_id("billingAddressId")

    @property
    def shipping_address_id(self) -> int | None:
        """An id of the company's address book, read from `raw` at each call; InvalidResponse if unreadable."""
        return self._address_id("shippingAddressId")

    def _address_id(self, key: str) -> int | None:
        return reading.integer_or_none(_object(self.raw.get("extraInfo")) or {}, key)


@dataclass(frozen=True, slots=True)
class ProductOption:
    """A choice made about a product, in the shopper's words: Size, 20 m."""

    name: str
    value: str

    @classmethod
    def parse(cls, raw: Mapping[str, Any]) -> Self:
        return cls(
            name=_first(raw, "displayName", "displayNameCustomer", "display_name", "name"),
            value=_first(raw, "displayValue", "displayValueCustomer", "display_value", "value"),
        )


@dataclass(frozen=True, slots=True)
class OrderProduct:
    """A product on an order; this API tells no price."""

    id: int
    product_id: int | None
    variant_id: int | None
    sku: str
    name: str
    brand_name: str
    quantity: int | None
    options: tuple[ProductOption, ...]
    raw: Mapping[str, Any] = field(repr=False, compare=False)

    @classmethod
    def parse(cls, raw: Mapping[str, Any]) -> Self:
        return cls(
            id=reading.integer(raw, "id"),
            product_id=reading.integer_or_none(raw, "productId"),
            variant_id=reading.integer_or_none(raw, "variantId"),
            # Spelled both ways.
            sku=_first(raw, "variantSku", "variantSKU"),
            name=reading.text(raw, "productName"),
            brand_name=reading.text(raw, "productBrandName"),
            quantity=reading.integer_or_none(raw, "quantity"),
            options=tuple(
                map(
                    ProductOption.parse,
                    reading.records({"options": _unpacked(raw.get("options"))}, "options"),
                )
            ),
            raw=raw,
        )


def _total(raw: Mapping[str, Any]) -> Money | None:
    currency = reading.text(raw, "currencyCode").strip().upper()
    if not currency:
        return None
    amount = reading.amount_or_none(raw, "totalIncTax")
    return None if amount is None else Money(amount, currency)


def _object(value: Any) -> Mapping[str, Any] | None:
    """An object, the first of a list of them, or either as JSON in a string."""
    value = _unpacked(value)
    if isinstance(value, list) and value:
        value = value[0]
    return value if isinstance(value, dict) else None


def _unpacked(value: Any) -> Any:
    """Some orders carry JSON inside a string; text that is not JSON is as good as absent."""
    if not isinstance(value, str):
        return value
    try:
        return decode(value.encode())
    except ValueError:
        return None


def _first(raw: Mapping[str, Any], *names: str) -> str:
    """The text under the first of `names` that has one."""
    return next((text for name in names if (text := reading.text(raw, name))), "")
