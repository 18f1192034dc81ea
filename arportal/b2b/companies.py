"""Companies: the customers who owe."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypedDict, Unpack

from arportal.b2b.errors import InvalidRequest
from arportal.b2b.extra_fields import WithExtraFields
from arportal.b2b.http.address import path_id
from arportal.b2b.http.paging import Listing, Page
from arportal.b2b.http.resources import ORDER_BY, Names, bit, digits, field_values, one_of, spelled
from arportal.b2b.records.company import Company, NewCompany
from arportal.b2b.values.enums import CompanyStatus
from arportal.b2b.values.times import unix


class CompanyFields(TypedDict, total=False):
    """The fields that may be set on a company, new or known; None leaves a field out."""

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


class CreationFields(CompanyFields, total=False):
    """`admin_phone_number` is the first user's; the two switches say which e-mails that user gets.

    With a `group_id` stores approve a company at once.
    """

    admin_phone_number: str | None
    accept_creation_email: bool | None
    accept_welcome_email: bool | None
    origin_channel_id: int | None


class CompanyChanges(CompanyFields, total=False):
    """`price_lists`: channel id → price list id, all of them; read-only where companies are independent."""

    price_lists: Mapping[int, int] | None


class CompanyQuery(TypedDict, total=False):
    """Filters of the company list. `q` searches names; `customer_id` is a BigCommerce customer (a person).

    `extra_fields`: name → text in its value, or the whole value with the `extra_field_filter_type` exact-match.
    """

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
    extra_fields: Mapping[str, str] | None
    extra_field_filter_type: str | None
    sort_by: str | None
    order_by: str | None


_EXACT = "exact-match"


def _pairs(values: Mapping[str, str]) -> list[str]:
    """Pairs as name:value; the API takes a comma for the end of a pair, so neither may hold one."""
    if any("," in name + value or ":" in name for name, value in values.items()):
        raise InvalidRequest("the API cannot search extra fields for a comma, nor a name with a colon")
    return [f"{name}:{value}" for name, value in values.items()]


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
    "extra_fields": ("extraFields", _pairs),
    "extra_field_filter_type": ("extraFieldFilterType", one_of("search", _EXACT)),
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
_CREATION: Names = {
    **_FIELDS,
    "admin_first_name": ("adminFirstName", str),
    "admin_last_name": ("adminLastName", str),
    "admin_email": ("adminEmail", str),
    "admin_phone_number": ("adminPhoneNumber", str),
    "accept_creation_email": ("acceptCreationEmail", bool),
    "accept_welcome_email": ("acceptWelcomeEmail", bool),
    "origin_channel_id": ("originChannelId", int),
}
_CHANGES: Names = {
    **_FIELDS,
    "price_lists": (
        "priceListAssign",
        lambda lists: [{"channelId": channel, "priceListId": number} for channel, number in lists.items()],
    ),
}
_PATH = "/companies"


class Companies(WithExtraFields):
    """`/companies`: companies of every status, newest change first unless sorted otherwise."""

    extra_fields_path = f"{_PATH}/extra-fields"

    def list(self, *, page_size: int = 200, **query: Unpack[CompanyQuery]) -> Listing[Company]:
        """GET /companies, all pages; companies of another status or other extra fields than asked are dropped."""
        if query.get("extra_fields"):
            query["include_extra_fields"] = True
        return self._listing(
            _PATH,
            Company.parse,
            key=lambda company: company.company_id,
            page_size=page_size,
            query=self._spelled(query),
            keep=_exactly(query),
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
        **fields: Unpack[CreationFields],
    ) -> NewCompany:
        """POST /companies, with its first user. `name`, `email`, `phone` and `country` are needed too.

        Errors: Refused (e.g. an e-mail address already in use), Ambiguous.
        """
        missing = [name for name in ("name", "email", "phone", "country") if not fields.get(name)]
        if missing:
            raise InvalidRequest(f"a company needs {', '.join(missing)}")
        admin = {
            "admin_first_name": admin_first_name,
            "admin_last_name": admin_last_name,
            "admin_email": admin_email,
        }
        body = spelled({**fields, **admin}, _CREATION)
        return self._transport.send("POST", _PATH, body).one(NewCompany.parse)

    def update(self, company_id: int, **fields: Unpack[CompanyChanges]) -> int:
        """PUT /companies/{companyId}: the company's id. Errors: NotFound, Refused, Ambiguous."""
        body = spelled(fields, _CHANGES)
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
        # The order without asking is not documented, so one is always asked for.
        return spelled({"sort_by": "updatedAt", "order_by": "DESC", **query}, _NAMES)


def _exactly(query: CompanyQuery) -> Callable[[Company], bool]:
    """The filters whose meaning is exact, applied again: the API may have ignored them."""
    status, wanted = query.get("status"), query.get("extra_fields") or {}
    is_exact = query.get("extra_field_filter_type") == _EXACT

    def has(company: Company, name: str, value: str) -> bool:
        fields = [field for field in company.extra_fields if field.get("fieldName") == name]
        texts = [str(field.get("fieldValue") or "") for field in fields]
        return value in texts if is_exact else any(value.casefold() in text.casefold() for text in texts)

    return lambda company: (
        status in (None, company.status) and all(has(company, *pair) for pair in wanted.items())
    )
