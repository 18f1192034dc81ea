"""Offline payments on the way out: the body the API wants, checked before anything is sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from arportal.b2b.currencies import CURRENCIES
from arportal.b2b.enums import ProcessingStatus
from arportal.b2b.errors import InvalidRequest
from arportal.b2b.payment import Payment

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


def merged_body(
    payment: Payment,
    lines: Sequence[OfflineLine] | None,
    changes: Mapping[str, str | None],
    processing_status: ProcessingStatus | None,
) -> dict[str, Any]:
    """The whole body of a PUT: the payment as it is, with the changes. The API takes no partial update."""
    given = {name: value for name, value in changes.items() if value is not None}
    kept = [OfflineLine(line.invoice_id, line.amount.amount) for line in payment.lines]
    return offline_body(
        company_id=payment.company_id,
        currency=payment.total.currency,
        lines=kept if lines is None else lines,
        memo=given.pop("memo", payment.memo),
        processing_status=payment.processing_status if processing_status is None else processing_status,
        channel_id=None,
        externalId=given.get("externalId", payment.external_id),
        externalCustomerId=payment.external_customer_id,
        payerName=given.get("payerName", payment.payer_name),
        payerCustomerId=payment.payer_customer_id or str(payment.company_id),
    )


def settable(status: ProcessingStatus) -> int:
    """A status the API lets us set: any known one but INCOMPLETE."""
    if status not in list(ProcessingStatus)[1:]:
        raise InvalidRequest(f"a payment cannot be set to {ProcessingStatus(status).name}")
    return int(status)
