"""The parts of documents, as they are written: every figure already text."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from arportal import b2b
from arportal.b2b import Address, CostLine, InvoiceLine, Shipment
from arportal.documents.figures import amount, quantity


@dataclass(frozen=True, slots=True)
class Party:
    """The one to whom a document goes, or its goods: a title, and the lines of an address."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """`less`: what is taken off each unit. `total` is empty where the invoice does not say enough."""

    sku: str
    description: str
    comments: str
    quantity: str
    unit_price: str
    less: str
    total: str


@dataclass(frozen=True, slots=True)
class Sum:
    """A line of the summary; `is_result` for the one that a reader looks for."""

    label: str
    figure: str
    is_result: bool = False


def line_of(line: InvoiceLine, currency: str) -> Line:
    return Line(
        sku=line.sku,
        description=line.description or line.sku,
        comments=line.comments,
        quantity="" if line.quantity is None else quantity(line.quantity),
        unit_price="" if line.unit_price is None else amount(line.unit_price, currency),
        less=amount(line.unit_discount, currency) if line.unit_discount else "",
        total="" if line.total is None else amount(line.total, currency),
    )


def cost_of(cost: CostLine, currency: str) -> Sum:
    return Sum(cost.description, "" if cost.amount is None else amount(cost.amount, currency))


def address_lines(address: Address) -> tuple[str, ...]:
    town = " ".join(filter(None, (", ".join(filter(None, (address.city, address.state))), address.zip_code)))
    person = f"{address.first_name} {address.last_name}".strip()
    return tuple(filter(None, (person, address.street1, address.street2, town, address.country)))


def shipment_words(shipment: Shipment) -> str:
    parts = (shipment.ship_date, shipment.ship_via, shipment.tracking_number, shipment.comments)
    return ", ".join(filter(None, parts))


def company_lines(raw: Mapping[str, Any]) -> tuple[str, ...]:
    """The address of a company as the API has it."""
    company = b2b.Company.parse(raw)
    return address_lines(
        Address(
            street1=company.address_line1,
            street2=company.address_line2,
            city=company.city,
            state=company.state,
            country=company.country,
            zip_code=company.zip_code,
        )
    )


def has_address(invoice: Mapping[str, Any]) -> bool:
    """True if an invoice, as the API has it, says where its company is; asked of every invoice, so looked up
    without reading the rest."""
    inside = invoice
    for part in ("details", "header", "billingAddress"):
        inside = inside.get(part) or {}
        if not isinstance(inside, dict):
            return False
    return any(isinstance(value, str) and value for value in inside.values())
