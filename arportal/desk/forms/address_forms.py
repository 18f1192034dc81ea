"""A postal address in a form, and as invoices carry it."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _lazy

from arportal.desk.forms.widgets import Input
from arportal.mirror.models import Company, Invoice

# Part of the form → the API's name for it on an invoice.
PARTS: dict[str, tuple[str, Any]] = {
    "first_name": ("firstName", _lazy("First name")),
    "last_name": ("lastName", _lazy("Last name")),
    "street1": ("street1", _lazy("Street")),
    "street2": ("street2", _lazy("Street, second line")),
    "city": ("city", _lazy("City")),
    "state": ("state", _lazy("State")),
    "zip_code": ("zipCode", _lazy("ZIP code")),
    "country": ("country", _lazy("Country")),
}


def address_fields(prefix: str) -> Iterator[tuple[str, forms.Field]]:
    for part, (_name, label) in PARTS.items():
        field = forms.CharField(label=label, max_length=200, required=False, widget=Input())
        yield f"{prefix}-{part}", field


def parts_in(cleaned: Mapping[str, Any], prefix: str) -> dict[str, str]:
    """Part → text, of a valid form."""
    return {part: cleaned.get(f"{prefix}-{part}") or "" for part in PARTS}


def as_sent(parts: Mapping[str, str]) -> dict[str, str]:
    """The parts by the API's names."""
    return {PARTS[part][0]: text for part, text in parts.items()}


def from_sent(address: Mapping[str, Any]) -> dict[str, str]:
    return {part: str(address.get(name) or "") for part, (name, _label) in PARTS.items()}


def usual_address(company: Company, newest: Invoice | None) -> dict[str, str]:
    """The address to which the company's newest invoice went, else the company's own."""
    header = ((newest.raw.get("details") or {}).get("header") or {}) if newest else {}
    if any((header.get("billingAddress") or {}).values()):
        return from_sent(header["billingAddress"])
    raw = company.raw
    return {
        "first_name": "",
        "last_name": company.name,
        "street1": str(raw.get("addressLine1") or ""),
        "street2": str(raw.get("addressLine2") or ""),
        "city": company.city,
        "state": str(raw.get("state") or ""),
        "zip_code": str(raw.get("zipCode") or ""),
        "country": company.country,
    }
