"""Payment methods: which exist in the store, and which a company may use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self, TypedDict, Unpack

from arportal.b2b.errors import InvalidRequest
from arportal.b2b.http.address import path_id
from arportal.b2b.http.paging import Listing, Page
from arportal.b2b.http.resources import ORDER_BY, Names, Resource, digits, one_of, spelled
from arportal.b2b.values import reading


@dataclass(frozen=True, slots=True)
class Method:
    """A payment method of the store. The codes are an open set, e.g. cheque, bankdeposit, braintree."""

    id: int
    code: str
    title: str

    @classmethod
    def parse(cls, raw: Mapping[str, Any]) -> Self:
        return cls(
            reading.integer(raw, "id"), reading.text(raw, "paymentCode"), reading.text(raw, "paymentTitle")
        )


@dataclass(frozen=True, slots=True)
class CompanyMethod:
    """A payment method as one company has it, on or off."""

    payment_id: int
    code: str
    title: str
    is_enabled: bool

    @classmethod
    def parse(cls, raw: Mapping[str, Any]) -> Self:
        return cls(
            payment_id=reading.integer(raw, "paymentId"),
            # The documentation has it by either name.
            code=reading.text(raw, "code") or reading.text(raw, "paymentCode"),
            title=reading.text(raw, "paymentTitle"),
            is_enabled=reading.flag(raw, "isEnabled"),
        )


@dataclass(frozen=True, slots=True)
class EnabledMethod:
    """A payment method that is on for a company; those that are off are not listed."""

    company_id: int
    payment_id: int
    code: str
    title: str
    created_at: datetime | None
    updated_at: datetime | None

    @classmethod
    def parse(cls, raw: Mapping[str, Any]) -> Self:
        return cls(
            company_id=reading.integer(raw, "companyId"),
            payment_id=reading.integer(raw, "paymentId"),
            code=reading.text(raw, "paymentMethodCode"),
            title=reading.text(raw, "paymentMethodTitle"),
            created_at=reading.time(raw, "createdAt"),
            updated_at=reading.time(raw, "updatedAt"),
        )


class EnabledQuery(TypedDict, total=False):
    """`q` is looked for anywhere in code and title."""

    company_id: int | None
    q: str | None
    sort_by: str | None
    order_by: str | None


_NAMES: Names = {
    "company_id": ("companyId", digits),
    "q": ("q", str),
    "sort_by": ("sortBy", one_of("updatedAt", "createdAt")),
    "order_by": ORDER_BY,
}
_ENABLED = "/company-payment-methods"


class Methods(Resource):
    """`/payments` (the catalogue), `/companies/{id}/payments` and `/company-payment-methods`."""

    def list(self) -> tuple[Method, ...]:
        """GET /payments: the store's catalogue, in one answer."""
        return self._transport.get("/payments").many(Method.parse)

    def of_company(self, company_id: int) -> tuple[CompanyMethod, ...]:
        """GET /companies/{companyId}/payments: every method, on or off. Errors: NotFound."""
        return self._transport.get(_of_company(company_id)).many(CompanyMethod.parse)

    def update_of_company(self, company_id: int, enabled: Mapping[str, bool]) -> None:
        """PUT /companies/{companyId}/payments: switch the named methods, leave the others.

        Errors: NotFound for a company or code that does not exist, Refused.
        """
        if not enabled:
            raise InvalidRequest("name at least one payment method")
        payments = [{"code": code, "isEnabled": bool(is_on)} for code, is_on in enabled.items()]
        self._transport.send("PUT", _of_company(company_id), {"payments": payments})

    def list_enabled(self, *, page_size: int = 200, **query: Unpack[EnabledQuery]) -> Listing[EnabledMethod]:
        """GET /company-payment-methods, all pages; other companies' than asked are dropped."""
        company_id = query.get("company_id")
        return self._listing(
            _ENABLED,
            EnabledMethod.parse,
            key=lambda method: (method.company_id, method.payment_id),
            page_size=page_size,
            query=self._spelled(query),
            keep=lambda method: company_id in (None, method.company_id),
        )

    def page_enabled(
        self, *, offset: int = 0, limit: int = 200, **query: Unpack[EnabledQuery]
    ) -> Page[EnabledMethod]:
        """GET /company-payment-methods, one page."""
        return self._page(_ENABLED, EnabledMethod.parse, offset, limit, self._spelled(query))

    def _spelled(self, query: EnabledQuery) -> dict[str, Any]:
        return spelled({"sort_by": "updatedAt", "order_by": "DESC", **query}, _NAMES)


def _of_company(company_id: int) -> str:
    return f"/companies/{path_id(company_id)}/payments"
