"""Companies: the customers who owe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self, TypedDict, Unpack

from arportal.b2b import reading
from arportal.b2b.address import path_id
from arportal.b2b.enums import CompanyStatus
from arportal.b2b.errors import InvalidRequest
from arportal.b2b.extra_fields import WithExtraFields
from arportal.b2b.paging import Listing, Page
from arportal.b2b.resources import ORDER_BY, Names, bit, digits, field_values, one_of, spelled
from arportal.b2b.times import unix


@dataclass(frozen=True, slots=True)
class Company:
    """A company as list and detail give it; the address is often absent and then ""."""

    company_id: int
    name: str
    email: str
    phone: str
    status: CompanyStatus
    group_id: int | None
    group_name: str
    parent_id: int | None
    parent_name: str
    uuid: str
    catalog_id: str
    catalog_name: str
    address_line1: str
    address_line2: str
    city: str
    state: str
    country: str
    zip_code: str
    extra_fields: tuple[Mapping[str, Any], ...]
    created_at: datetime | None
    updated_at: datetime | None
    raw: Mapping[str, Any] = field(repr=False, compare=False)

    @classmethod
    def parse(cls, raw: Mapping[str, Any]) -> Self:
        parent = reading.record(raw, "parentCompany")
        return cls(
            company_id=reading.integer(raw, "companyId"),
            name=reading.text(raw, "companyName"),
            email=reading.text(raw, "companyEmail"),
            phone=reading.text(raw, "companyPhone"),
            status=CompanyStatus(reading.state(raw, "companyStatus")),
            group_id=reading.integer_or_none(raw, "bcGroupId"),
            group_name=reading.text(raw, "bcGroupName"),
            parent_id=reading.integer_or_none(parent, "id"),
            parent_name=reading.text(parent, "name"),
            uuid=reading.text(raw, "uuid"),
            catalog_id=reading.text(raw, "catalogId"),
            catalog_name=reading.text(raw, "catalogName"),
            address_line1=reading.text(raw, "addressLine1"),
            address_line2=reading.text(raw, "addressLine2"),
            city=reading.text(raw, "city"),
            state=reading.text(raw, "state"),
            country=reading.text(raw, "country"),
            zip_code=reading.text(raw, "zipCode"),
            extra_fields=reading.records(raw, "extraFields"),
            created_at=reading.time(raw, "createdAt"),
            updated_at=reading.time(raw, "updatedAt"),
            raw=raw,
        )


@dataclass(frozen=True, slots=True)
class NewCompany:
    """What creating a company answers; `customer_id` is its first user's BigCommerce customer."""

    company_id: int
    customer_id: int | None
    group_id: int | None

    @classmethod
    def parse(cls, raw: Mapping[str, Any]) -> Self:
        return cls(
            company_id=reading.integer(raw, "companyId"),
            customer_id=reading.integer_or_none(raw, "customerId"),
            group_id=reading.integer_or_none(raw, "customerGroupId"),
        )


class CompanyFields(TypedDict, total=False):
    """What may be set on a company; None leaves a field out."""

    name: str | None
    email: str | None
    phone: str | None
    address_line1: str | None
    address_line2: str | None
    city: str | None
    state: str | None
    zip_code: str | None
    country: str | None
    group_id: int | None
    uuid: str | None
    extra_fields: Mapping[str, str] | None


class CompanyQuery(TypedDict, total=False):
    """Filters of the company list. `q` searches names; `customer_id` is a BigCommerce customer (a person)."""

    q: str | None
    status: CompanyStatus | None
    customer_id: int | None
    bc_order_id: int | None
    group_id: int | None
    min_created: datetime | int | None
    max_created: datetime | int | None
    min_modified: datetime | int | None
    max_modified: datetime | int | None
    include_extra_fields: bool | None
    sort_by: str | None
    order_by: str | None


_NAMES: Names = {
    "q": ("q", str),
    "status": ("companyStatus", digits),
    "customer_id": ("customerId", digits),
    "bc_order_id": ("bcOrderId", digits),
    "group_id": ("bcGroupId", digits),
    "min_created": ("minCreated", unix),
    "max_created": ("maxCreated", unix),
    "min_modified": ("minModified", unix),
    "max_modified": ("maxModified", unix),
    "include_extra_fields": ("isIncludeExtraFields", bit),
    "sort_by": ("sortBy", one_of("updatedAt", "companyName")),
    "order_by": ORDER_BY,
}
_FIELDS: Names = {
    "name": ("companyName", str),
    "email": ("companyEmail", str),
    "phone": ("companyPhone", str),
    "address_line1": ("addressLine1", str),
    "address_line2": ("addressLine2", str),
    "city": ("city", str),
    "state": ("state", str),
    "zip_code": ("zipCode", str),
    "country": ("country", str),
    "group_id": ("customerGroupId", int),
    "uuid": ("uuid", str),
    "extra_fields": ("extraFields", field_values),
}
_PATH = "/companies"


class Companies(WithExtraFields):
    """`/companies`: companies of every status, newest change first unless sorted otherwise."""

    extra_fields_path = f"{_PATH}/extra-fields"

    def list(self, *, page_size: int = 200, **query: Unpack[CompanyQuery]) -> Listing[Company]:
        """GET /companies, all pages; companies of another status than asked are dropped."""
        status = query.get("status")
        return self._listing(
            _PATH,
            Company.parse,
            key=lambda company: company.company_id,
            page_size=page_size,
            query=self._spelled(query),
            keep=lambda company: status in (None, company.status),
        )

    def page(self, *, offset: int = 0, limit: int = 200, **query: Unpack[CompanyQuery]) -> Page[Company]:
        """GET /companies, one page."""
        return self._page(_PATH, Company.parse, offset, limit, self._spelled(query))

    def get(self, company_id: int) -> Company:
        """GET /companies/{companyId}, with extra fields. Errors: NotFound."""
        return self._transport.get(f"{_PATH}/{path_id(company_id)}").one(Company.parse)

    def create(
        self,
        *,
        admin_first_name: str,
        admin_last_name: str,
        admin_email: str,
        **fields: Unpack[CompanyFields],
    ) -> NewCompany:
        """POST /companies, with its first user. `name`, `email`, `phone` and `country` are needed too.

        Errors: Refused (e.g. an e-mail address already in use), Ambiguous.
        """
        missing = [name for name in ("name", "email", "phone", "country") if not fields.get(name)]
        if missing:
            raise InvalidRequest(f"a company needs {', '.join(missing)}")
        admin = {
            "adminFirstName": admin_first_name,
            "adminLastName": admin_last_name,
            "adminEmail": admin_email,
        }
        body = {**spelled(fields, _FIELDS), **admin}
        return self._transport.send("POST", _PATH, body).one(NewCompany.parse)

    def update(self, company_id: int, **fields: Unpack[CompanyFields]) -> int:
        """PUT /companies/{companyId}: the company's id. Errors: NotFound, Refused, Ambiguous."""
        body = spelled(fields, _FIELDS)
        if not body:
            raise InvalidRequest("name at least one change")
        return self._transport.send("PUT", f"{_PATH}/{path_id(company_id)}", body).identifier(
            "companyId", "id"
        )

    def set_status(self, company_id: int, status: CompanyStatus) -> int:
        """PUT /companies/{companyId}/status: the company's id. Errors: NotFound, Refused, Ambiguous."""
        if not CompanyStatus(status).is_known:
            raise InvalidRequest(f"nobody knows company status {int(status)}")
        path = f"{_PATH}/{path_id(company_id)}/status"
        return self._transport.send("PUT", path, {"companyStatus": int(status)}).identifier("companyId", "id")

    def _spelled(self, query: CompanyQuery) -> dict[str, Any]:
        return spelled({"sort_by": "updatedAt", "order_by": "DESC", **query}, _NAMES)
