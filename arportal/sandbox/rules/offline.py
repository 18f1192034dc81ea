"""Reads the body of an offline payment (rule 19): every check before anything is stored."""

from dataclasses import dataclass
from typing import Any

from arportal.sandbox.models import Company, Invoice
from arportal.sandbox.requests import amounts, params, quirks, refusals
from arportal.sandbox.rules.invoice_bodies import choice, known_company

NEEDED = ("lineItems", "currency", "details", "customerId")
SETTABLE = (1, 2, 3, 4)
DEFAULT_PAYER = "Store offline payment"


@dataclass(frozen=True)
class OfflinePayment:
    """A payment as asked for; every line is an invoice of the company and an amount in ten-thousandths."""

    company: Company
    currency: str
    lines: list[tuple[Invoice, int]]
    details: dict[str, Any]
    external_id: str | None
    external_customer_id: str | None
    payer_name: str
    payer_customer_id: str
    processing_status: int


def read(body: dict[str, Any], *, extra: tuple[str, ...] = ()) -> OfflinePayment:
    _require(body, NEEDED + extra)
    company = known_company(body["customerId"])
    lines = [_line(item, company) for item in body["lineItems"]]
    currency = body["currency"]
    if currency not in amounts.CURRENCIES or any(invoice.currency != currency for invoice, _ in lines):
        raise refusals.worded(422, "Invalid currency code", refusals.PARAMETER)
    for invoice, _ in lines if quirks.on("reject_overpayment") else ():
        # One invoice may stand on several lines.
        if sum(amount for other, amount in lines if other.pk == invoice.pk) > invoice.open:
            raise refusals.by_field({"lineItems": ["The amount is above the open balance."]})
    return OfflinePayment(
        company=company,
        currency=str(currency),
        lines=lines,
        details=body["details"],
        external_id=_text(body, "externalId"),
        external_customer_id=_text(body, "externalCustomerId"),
        payer_name=_text(body, "payerName") or DEFAULT_PAYER,
        payer_customer_id=_text(body, "payerCustomerId") or str(company.pk),
        processing_status=choice(body, "processingStatus", SETTABLE, default=3),
    )


def _require(body: dict[str, Any], names: tuple[str, ...]) -> None:
    gaps: dict[str, Any] = {name: [refusals.REQUIRED] for name in names if body.get(name) in (None, "", [])}
    if "details" not in gaps and (not isinstance(body["details"], dict) or "memo" not in body["details"]):
        gaps["details"] = {"memo": [refusals.REQUIRED]}
    if "lineItems" not in gaps and not isinstance(body["lineItems"], list):
        gaps["lineItems"] = ["Expected a list of items but got another type."]
    if gaps:
        raise refusals.by_field(gaps)


def _line(item: object, company: Company) -> tuple[Invoice, int]:
    if not isinstance(item, dict) or "invoiceId" not in item or "amount" not in item:
        raise refusals.by_field({"lineItems": [refusals.REQUIRED]})
    amount = amounts.units(item["amount"])
    if amount is None or amount <= 0:
        raise refusals.by_field(
            {"lineItems": ["A valid amount above 0 with at most 4 decimals is required."]}
        )
    invoice = Invoice.objects.filter(pk=params.whole(item["invoiceId"]) or 0, company=company).first()
    if invoice is None:
        raise refusals.missing("Invoice")
    return invoice, amount


def _text(body: dict[str, Any], name: str) -> str | None:
    value = body.get(name)
    return None if value is None else str(value)
