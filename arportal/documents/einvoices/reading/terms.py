"""A document out of the business terms that the package factur-x reads from a file: `writing/terms.py` turned round.

Files come from anywhere: what is missing or no figure is empty or None, and the official rules say so.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from contextlib import suppress
from decimal import Decimal, InvalidOperation
from typing import Any

from arportal.documents.einvoices.document import (
    NOTHING,
    Charge,
    Delivery,
    Document,
    Line,
    Payment,
    TaxSum,
    Totals,
)
from arportal.documents.einvoices.facts import Address, Party, Tax
from arportal.documents.einvoices.text import day_of

Terms = Mapping[str, Any]
MOST_CHARACTERS = 5000
# In the order of the fields of Totals and Payment.
TOTALS = ("BT-106", "BT-107", "BT-108", "BT-109", "BT-110", "BT-112", "BT-113", "BT-115", "BT-114")
PAYMENT = ("BT-81", "BT-84", "BT-86", "BT-85", "BT-83")


def document_from(terms: Terms) -> Document:
    delivery = Delivery("", Address(), _day(terms, "BT-72"))
    if "BG-13" in terms:
        place = _group(terms, "BG-13")
        delivery = Delivery(_text(place, "name"), _address(place), delivery.date)
    return Document(
        number=_text(terms, "BT-1"),
        kind=_text(terms, "BT-3"),
        issued_on=_day(terms, "BT-2"),
        due_on=_day(terms, "BT-9"),
        currency=_text(terms, "BT-5"),
        terms=_text(terms, "BT-20"),
        buyer_reference=_text(terms, "BT-10"),
        purchase_order=_text(terms, "BT-13"),
        sales_order=_text(terms, "BT-14"),
        seller=_party(_group(terms, "BG-4")),
        buyer=_party(_group(terms, "BG-7")),
        delivery=delivery if delivery.date or "BG-13" in terms else None,
        payment=Payment(*(_text(terms, name) for name in PAYMENT)) if "BT-81" in terms else None,
        lines=tuple(map(_line, _groups(terms, "BG-25"))),
        charges=(
            *(_charge(group, is_discount=True) for group in _groups(terms, "BG-20")),
            *(_charge(group, is_discount=False) for group in _groups(terms, "BG-21")),
        ),
        taxes=tuple(map(_tax_sum, _groups(terms, "BG-23"))),
        totals=Totals(*(_number(terms, name) or NOTHING for name in TOTALS)),
    )


def _line(terms: Terms) -> Line:
    notes = (_text(note, "BT-127") for note in _groups(terms, "BT-127-00"))
    return Line(
        number=_text(terms, "BT-126"),
        name=_text(terms, "BT-153"),
        sku=_text(terms, "BT-155"),
        note="\n".join(filter(None, notes)),
        quantity=_number(terms, "BT-129"),
        price=_number(terms, "BT-146"),
        gross_price=_number(terms, "BT-148"),
        net=_number(terms, "BT-131"),
        tax=_tax(terms, "BT-151", "BT-152"),
        unit=_text(terms, "BT-130"),
    )


def _charge(terms: Terms, *, is_discount: bool) -> Charge:
    tax = _tax(terms, "vat_category_code", "vat_rate")
    return Charge(_text(terms, "reason"), _number(terms, "amount"), tax, is_discount)


def _tax_sum(terms: Terms) -> TaxSum:
    rate = _number(terms, "BT-119") or NOTHING
    tax = Tax(_text(terms, "BT-118"), rate, _text(terms, "BT-121"), _text(terms, "BT-120"))
    return TaxSum(tax, _number(terms, "BT-116"), _number(terms, "BT-117"))


def _tax(terms: Terms, category: str, rate: str) -> Tax | None:
    return Tax(_text(terms, category), _number(terms, rate) or NOTHING) if _text(terms, category) else None


def _party(terms: Terms) -> Party:
    contact = next(iter(_groups(terms, "contacts")), {})
    return Party(
        name=_text(terms, "name"),
        address=_address(terms),
        trading_name=_text(terms, "biz_name"),
        vat_id=_text(terms, "vat_identifier"),
        tax_number=_text(terms, "tax_identifier"),
        registration_id=_text(terms, "legal_identifier"),
        registration_scheme=_text(terms, "legal_identifier_schemeid"),
        endpoint_id=_text(terms, "einvoicing_addr"),
        endpoint_scheme=_text(terms, "einvoicing_addr_schemeid"),
        contact_name=_text(contact, "name"),
        contact_phone=_text(contact, "phone"),
        contact_email=_text(contact, "email"),
    )


def _address(terms: Terms) -> Address:
    names = ("addr_l1", "addr_l2", "city", "postcode", "country_subdivision", "country_code")
    return Address(*(_text(terms, name) for name in names))


def _text(terms: Terms, name: str) -> str:
    """The first where a file says a thing several times that can be said once."""
    value = terms.get(name)
    value = next(iter(value), "") if isinstance(value, list) else value
    return value.strip()[:MOST_CHARACTERS] if isinstance(value, str) else ""


def _number(terms: Terms, name: str) -> Decimal | None:
    with suppress(InvalidOperation):
        number = Decimal(_text(terms, name))
        # As many digits as money has anywhere: more would take long to add, and NaN adds to nothing.
        if number.is_finite() and abs(number.adjusted()) < 30 and len(number.as_tuple().digits) < 30:
            return number
    return None


def _day(terms: Terms, name: str) -> dt.date | None:
    return day_of(_text(terms, name))


def _group(terms: Terms, name: str) -> Terms:
    value = terms.get(name)
    return value if isinstance(value, dict) else {}


def _groups(terms: Terms, name: str) -> list[Terms]:
    value = terms.get(name)
    return [group for group in value if isinstance(group, dict)] if isinstance(value, list) else []
