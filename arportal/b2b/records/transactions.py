"""The payment gateway's report about a payment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from arportal.b2b.values import reading


@dataclass(frozen=True, slots=True)
class Card:
    type: str
    last4: str
    expiry_month: int | None
    expiry_year: int | None

    @classmethod
    def parse(cls, raw: Mapping[str, Any]) -> Self:
        return cls(
            type=reading.text(raw, "type"),
            last4=reading.text(raw, "last4"),
            expiry_month=reading.integer_or_none(raw, "expiryMonth"),
            expiry_year=reading.integer_or_none(raw, "expiryYear"),
        )


@dataclass(frozen=True, slots=True)
class Transaction:
    """`type` says which parts to expect: OfflineTransaction a memo, CreditCardTransaction gateway and card.

    What else a gateway adds stays in `raw`.
    """

    type: str
    memo: str
    gateway: str
    transaction_id: str
    auth_code: str
    event: str
    card: Card | None
    raw: Mapping[str, Any] = field(repr=False, compare=False)

    @classmethod
    def parse(cls, raw: Mapping[str, Any]) -> Self:
        card = reading.record(raw, "card")
        return cls(
            type=reading.text(raw, "type"),
            memo=reading.text(raw, "memo"),
            gateway=reading.text(raw, "gateway"),
            transaction_id=reading.text(raw, "transactionId"),
            auth_code=reading.text(raw, "authCode"),
            event=reading.text(raw, "event"),
            card=Card.parse(card) if card else None,
            raw=raw,
        )
