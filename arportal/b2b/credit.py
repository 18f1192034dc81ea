"""Credit and payment terms: how much a company may owe, and for how long."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self

from arportal.b2b.errors import InvalidRequest
from arportal.b2b.http.address import path_id
from arportal.b2b.http.resources import Names, Resource, spelled
from arportal.b2b.values import reading
from arportal.b2b.values.currencies import CURRENCIES
from arportal.b2b.values.money import Money

TERMS_DAYS = (0, 5, 15, 30, 45, 60)


@dataclass(frozen=True, slots=True)
class Credit:
    """`available` is None when the store tells no amount or no currency; nothing documented ties it to invoices
    or payments.

    `limits_purchases` stops purchases above it, `is_on_hold` all purchases on credit.
    """

    is_enabled: bool
    available: Money | None
    limits_purchases: bool
    is_on_hold: bool

    @classmethod
    def parse(cls, raw: Mapping[str, Any]) -> Self:
        currency = reading.text(raw, "creditCurrency").strip().upper()
        # Without a currency the number means nothing, whatever it is.
        available = reading.amount_or_none(raw, "availableCredit") if currency else None
        return cls(
            is_enabled=reading.flag(raw, "creditEnabled"),
            available=None if available is None else Money(available, currency),
            limits_purchases=reading.flag(raw, "limitPurchases"),
            is_on_hold=reading.flag(raw, "creditHold"),
        )


@dataclass(frozen=True, slots=True)
class PaymentTerms:
    """`days` to pay, None when the store tells none; when not enabled for the company, the store's default."""

    is_enabled: bool
    days: int | None

    @classmethod
    def parse(cls, raw: Mapping[str, Any]) -> Self:
        return cls(reading.flag(raw, "isEnabled"), reading.integer_or_none(raw, "paymentTerms"))


_CREDIT: Names = {
    "is_enabled": ("creditEnabled", bool),
    "currency": ("creditCurrency", str),
    "available": ("availableCredit", Decimal),
    "limits_purchases": ("limitPurchases", bool),
    "is_on_hold": ("creditHold", bool),
}


class Credits(Resource):
    """`/companies/{companyId}/credit` and `/companies/{companyId}/payment-terms`."""

    def get(self, company_id: int) -> Credit:
        """GET /companies/{companyId}/credit. Errors: Refused when the store has credit switched off."""
        return self._transport.get(f"/companies/{path_id(company_id)}/credit").one(Credit.parse)

    def update(
        self,
        company_id: int,
        *,
        is_enabled: bool | None = None,
        currency: str | None = None,
        available: Decimal | None = None,
        limits_purchases: bool | None = None,
        is_on_hold: bool | None = None,
    ) -> Credit:
        """PUT /companies/{companyId}/credit: change what is not None, and see what it became.

        Errors: InvalidRequest without any change (the API's answer to that is undefined), Refused.
        """
        if currency is not None and currency not in CURRENCIES:
            raise InvalidRequest(f"{currency[:10]!r} is not an ISO 4217 currency code")
        changes = {
            "is_enabled": is_enabled,
            "currency": currency,
            "available": available,
            "limits_purchases": limits_purchases,
            "is_on_hold": is_on_hold,
        }
        body = spelled(changes, _CREDIT)
        if not body:
            raise InvalidRequest("name at least one change")
        return self._transport.send("PUT", f"/companies/{path_id(company_id)}/credit", body).one(Credit.parse)

    def terms(self, company_id: int) -> PaymentTerms:
        """GET /companies/{companyId}/payment-terms."""
        return self._transport.get(_terms(company_id)).one(PaymentTerms.parse)

    def set_terms(self, company_id: int, *, is_enabled: bool, days: int) -> PaymentTerms:
        """PUT /companies/{companyId}/payment-terms. `days` is one of TERMS_DAYS. Errors: Refused."""
        if days not in TERMS_DAYS:
            raise InvalidRequest(f"payment terms are one of {', '.join(map(str, TERMS_DAYS))} days")
        body = {"isEnabled": is_enabled, "paymentTerms": days}
        return self._transport.send("PUT", _terms(company_id), body).one(PaymentTerms.parse)


def _terms(company_id: int) -> str:
    return f"/companies/{path_id(company_id)}/payment-terms"
