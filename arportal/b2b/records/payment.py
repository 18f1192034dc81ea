"""One payment received: what came in, for which invoices, and where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

from arportal.b2b.records.transactions import Transaction
from arportal.b2b.values import reading
from arportal.b2b.values.enums import AppliedStatus, PaymentOperation, ProcessingStatus
from arportal.b2b.values.money import Money

OFFLINE_MODULE = "payments_offline"


@dataclass(frozen=True, slots=True)
class PaymentLine:
    """The part of a payment that goes to one invoice; some stores leave the number out."""

    payment_id: int | None
    invoice_id: int
    invoice_number: str
    amount: Money

    @classmethod
    def parse(cls, raw: Mapping[str, Any]) -> Self:
        return cls(
            payment_id=reading.integer_or_none(raw, "paymentId"),
            invoice_id=reading.integer(raw, "invoiceId"),
            invoice_number=reading.text(raw, "invoiceNumber"),
            amount=reading.money(raw, "amount"),
        )


@dataclass(frozen=True, slots=True)
class Payment:
    """`company_id` is the wire's `customerId`. `funding_status` is an undocumented number; show it to nobody.

    `allowed_statuses` are those the payment may be set to now; read them afresh before setting one.
    """

    payment_id: int
    company_id: int
    company_name: str
    payer_name: str
    payer_customer_id: str | None
    external_id: str | None
    external_customer_id: str | None
    memo: str
    module_name: str
    processing_status: ProcessingStatus
    applied_status: AppliedStatus
    funding_status: int | None
    total: Money
    lines: tuple[PaymentLine, ...]
    transactions: tuple[Transaction, ...]
    allowed_statuses: tuple[ProcessingStatus, ...]
    allowed_operations: tuple[PaymentOperation, ...]
    bc_order_id: int | None
    channel_id: int | None
    channel_name: str
    created_at: datetime | None
    updated_at: datetime | None
    raw: Mapping[str, Any] = field(repr=False, compare=False)

    @property
    def is_offline(self) -> bool:
        return self.module_name == OFFLINE_MODULE

    @classmethod
    def parse(cls, raw: Mapping[str, Any]) -> Self:
        module = reading.record(raw, "moduleData")
        return cls(
            payment_id=reading.integer(raw, "id"),
            company_id=reading.integer(raw, "customerId"),
            company_name=reading.text(raw, "customerName"),
            payer_name=reading.text(raw, "payerName"),
            payer_customer_id=reading.text_or_none(raw, "payerCustomerId"),
            external_id=reading.text_or_none(raw, "externalId"),
            external_customer_id=reading.text_or_none(raw, "externalCustomerId"),
            memo=reading.text(reading.record(raw, "details"), "memo"),
            module_name=reading.text(raw, "moduleName"),
            processing_status=ProcessingStatus(reading.state(raw, "processingStatus")),
            applied_status=AppliedStatus(reading.state(raw, "appliedStatus")),
            funding_status=reading.integer_or_none(raw, "fundingStatus"),
            total=reading.money(raw, "total"),
            lines=tuple(map(PaymentLine.parse, reading.records(raw, "lineItems"))),
            transactions=tuple(map(Transaction.parse, reading.records(module, "transactions"))),
            allowed_statuses=tuple(map(ProcessingStatus, reading.integers(raw, "allowedStatuses"))),
            allowed_operations=tuple(map(PaymentOperation, reading.integers(raw, "allowedOperations"))),
            bc_order_id=reading.integer_or_none(module, "orderId"),
            channel_id=reading.integer_or_none(raw, "channelId"),
            channel_name=reading.text(raw, "channelName"),
            created_at=reading.time(raw, "createdAt"),
            updated_at=reading.time(raw, "updatedAt"),
            raw=raw,
        )


@dataclass(frozen=True, slots=True)
class AllowedNow:
    """The operations and statuses that a payment allows at this moment."""

    operations: tuple[PaymentOperation, ...]
    statuses: tuple[ProcessingStatus, ...]

    @classmethod
    def parse(cls, raw: Mapping[str, Any]) -> Self:
        return cls(
            operations=tuple(map(PaymentOperation, reading.integers(raw, "allowedOperations"))),
            statuses=tuple(map(ProcessingStatus, reading.integers(raw, "allowedStatuses"))),
        )
