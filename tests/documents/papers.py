"""Invoices of any kind for documents, not saved: as the mirror would hold them."""

import datetime as dt
from decimal import Decimal

from arportal.b2b import minor_digits
from arportal.mirror.models import Invoice
from arportal.stores.models import Store
from tests.days import with_days

ISSUED = dt.datetime(2026, 11, 2, 9, 30, tzinfo=dt.UTC)
GOODS = (
    "Pallet jack, 2.5 t, nylon rollers",
    "Shelf, bolted, 5 levels, 2000 x 1000 x 500 mm, galvanised",
    "Packing tape, brown, 50 mm x 66 m, case of 36",
    "Safety boots S3, size 43",
)
HOME = {"street1": "Mill Lane 4", "city": "Leeds", "zipCode": "LS1 4AB", "country": "United Kingdom"}


def a_line(number: int, currency: str = "USD", **more) -> dict:
    price = Decimal(number * 7 + 13).scaleb(-minor_digits(currency)) + number
    line = {
        "sku": f"WH-{number:04}",
        "description": GOODS[number % len(GOODS)],
        "quantity": str(number % 9 + 1),
        "unitPrice": {"code": currency, "value": f"{price:f}"},
    }
    return line | more


def an_invoice(store: Store, lines: int | list[dict] = 3, currency: str = "USD", **more) -> Invoice:
    """`more`: columns of the row, or `raw` parts beside details: `terms`, `extra`, `address`, `shipping`, `costs`."""
    items = lines if isinstance(lines, list) else [a_line(number, currency) for number in range(1, lines + 1)]
    header = {
        "billingAddress": more.pop("address", HOME),
        "shippingAddresses": more.pop("shipping", []),
        "costLines": more.pop(
            "costs", [_cost("Subtotal", "1190", currency), _cost("VAT 20 %", "238", currency)]
        ),
    }
    raw = {
        "details": {
            "header": header,
            "details": {"lineItems": items, "shipments": more.pop("shipments", [])},
        },
        "termsConditions": more.pop("terms", ""),
        "extraFields": more.pop("extra", []),
    }
    row = {
        **{"api_id": 7, "company_id": 70, "company_name": "Aldgate Supplies Ltd", "number": "2026-0715"},
        **{"status": 0, "type": "Invoice", "original_balance": Decimal(1428), "open_balance": Decimal(1428)},
        **{"issued_at": ISSUED, "due_at": ISSUED + dt.timedelta(days=30), "purchase_order_number": "4500017"},
    }
    made = with_days(store, row | more)
    return Invoice(store=store, currency=currency, raw=raw, **made)


def _cost(description: str, value: str, currency: str) -> dict:
    return {"description": description, "amount": {"code": currency, "value": value}}
