"""Offline payments on the way out: the body the API wants, checked before anything is sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypedDict, Unpack

from arportal.b2b.errors import InvalidRequest
from arportal.b2b.records.payment import Payment
from arportal.b2b.values import reading
from arportal.b2b.values.currencies import CURRENCIES
from arportal.b2b.values.enums import ProcessingStatus

_MOST_DECIMALS = 4  # the API keeps four


@dataclass(frozen=True, slots=True)
class OfflineLine:
    """`amount` of a payment, in the payment's currency, going to one invoice."""

    invoice_id: int
    amount: Decimal

    def body(self) -> dict[str, Any]:
        if not isinstance(self.amount, Decimal) or not self.amount.is_finite() or self.amount <= 0:
            raise InvalidRequest("an amount must be a Decimal above zero")
        exponent = self.amount.normalize().as_tuple().exponent
        if isinstance(exponent, int) and exponent < -_MOST_DECIMALS:
            raise InvalidRequest(f"{self.amount:f} has more than {_MOST_DECIMALS} decimals")
        return {"invoiceId": int(self.invoice_id), "amount": f"{self.amount:f}"}


def offline_body(
    *,
    company_id: int,
    currency: str,
    lines: Sequence[OfflineLine],
    memo: str,
    processing_status: ProcessingStatus | None,
    channel_id: int | None,
    **texts: str | None,
) -> dict[str, Any]:
    """The body of POST and PUT /ip/payments/offline; what is None is left to the API's defaults."""
    if currency not in CURRENCIES:
        raise InvalidRequest(f"{currency[:10]!r} is not an ISO 4217 currency code")
    if not lines:
        raise InvalidRequest("a payment needs at least one line")
    optional = {
        **texts,
        "processingStatus": None if processing_status is None else settable(processing_status),
        "channelId": channel_id,
    }
    return {
        "customerId": str(int(company_id)),
        "currency": currency,
        "lineItems": [line.body() for line in lines],
        "details": {"memo": memo},
        **{name: value for name, value in optional.items() if value is not None},
    }


class OfflineChanges(TypedDict, total=False):
    """Changes of an offline payment; what is left out or None stays as it is."""

    lines: Sequence[OfflineLine] | None
    memo: str | None
    external_id: str | None
    payer_name: str | None
    processing_status: ProcessingStatus | None


def merged_body(payment: Payment, **changes: Unpack[OfflineChanges]) -> dict[str, Any]:
    """The whole body of a PUT: the payment as it is, with the changes. The API takes no partial update.

    `details` is replaced whole by the API, so whatever else it holds beside the memo goes back with it.
    """
    now = OfflineChanges(
        lines=[OfflineLine(line.invoice_id, line.amount.amount) for line in payment.lines],
        memo=payment.memo,
        external_id=payment.external_id,
        payer_name=payment.payer_name,
        processing_status=payment.processing_status,
    )
    given: dict[str, Any] = {**now, **{name: value for name, value in changes.items() if value is not None}}
    body = offline_body(
        company_id=payment.company_id,
        currency=payment.total.currency,
        lines=given["lines"],
        memo=given["memo"],
        processing_status=given["processing_status"],
        channel_id=None,
        externalId=given["external_id"],
        externalCustomerId=payment.external_customer_id,
        payerName=given["payer_name"],
        payerCustomerId=payment.payer_customer_id or str(payment.company_id),
    )
    return {**body, "details": {**reading.record(payment.raw, "details"), **body["details"]}}


def settable(status: ProcessingStatus) -> int:
    """A status the API lets us set: any known one but INCOMPLETE."""
    if status not in list(ProcessingStatus)[1:]:
        raise InvalidRequest(f"a payment cannot be set to {ProcessingStatus(status).name}")
    return int(status)
