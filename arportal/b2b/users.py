"""Users: the people who buy for a company."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self, TypedDict, Unpack

from arportal.b2b.errors import InvalidRequest
from arportal.b2b.extra_fields import WithExtraFields
from arportal.b2b.http.address import path_id
from arportal.b2b.http.paging import Listing, Page
from arportal.b2b.http.resources import ORDER_BY, Names, bit, digits, each, field_values, spelled
from arportal.b2b.values import reading
from arportal.b2b.values.enums import UserRole
from arportal.b2b.values.times import unix


@dataclass(frozen=True, slots=True)
class User:
    """`customer_id` is the person as BigCommerce's customer; now and then the API leaves it out."""

    user_id: int
    customer_id: int | None
    company_id: int | None
    first_name: str
    last_name: str
    email: str
    phone_number: str
    role: UserRole
    company_role_id: int | None
    company_role_name: str
    uuid: str
    channels: tuple[Mapping[str, Any], ...]
    extra_fields: tuple[Mapping[str, Any], ...]
    created_at: datetime | None
    updated_at: datetime | None
    raw: Mapping[str, Any] = field(repr=False, compare=False)

    @classmethod
    def parse(cls, raw: Mapping[str, Any]) -> Self:
        return cls(
            user_id=reading.integer(raw, "id"),
            customer_id=reading.integer_or_none(raw, "customerId"),
            company_id=reading.integer_or_none(raw, "companyId"),
            first_name=reading.text(raw, "firstName"),
            last_name=reading.text(raw, "lastName"),
            email=reading.text(raw, "email"),
            phone_number=reading.text(raw, "phoneNumber"),
            role=UserRole(reading.state(raw, "role")),
            company_role_id=reading.integer_or_none(raw, "companyRoleId"),
            company_role_name=reading.text(raw, "companyRoleName"),
            uuid=reading.text(raw, "uuid"),
            channels=reading.records(raw, "channelList"),
            extra_fields=reading.records(raw, "extraFields"),
            created_at=reading.time(raw, "createdAt"),
            updated_at=reading.time(raw, "updatedAt"),
            raw=raw,
        )


@dataclass(frozen=True, slots=True)
class NewUser:
    """The answer to creating a user; `customer_id` is the person as BigCommerce's customer."""

    user_id: int
    customer_id: int | None

    @classmethod
    def parse(cls, raw: Mapping[str, Any]) -> Self:
        return cls(reading.integer(raw, "userId"), reading.integer_or_none(raw, "bcId"))


class UserFields(TypedDict, total=False):
    """The optional fields of a new user. `uuid` is the store's own mark, which need not be unique."""

    role: UserRole | None
    company_role_id: int | None
    phone_number: str | None
    uuid: str | None
    channel_ids: Sequence[int] | None
    extra_fields: Mapping[str, str] | None


class UserChanges(TypedDict, total=False):
    """The fields that may be set on a known user; None leaves a field out. The company cannot be changed, and a
    `company_role_id` overrides the role."""

    first_name: str | None
    last_name: str | None
    email: str | None
    phone_number: str | None
    role: UserRole | None
    company_role_id: int | None
    channel_ids: Sequence[int] | None
    extra_fields: Mapping[str, str] | None


class UserQuery(TypedDict, total=False):
    """Filters of the user list. `email` is exact; `q` is looked for in company, e-mail and name."""

    q: str | None
    company_id: int | None
    email: str | None
    roles: Iterable[UserRole] | None
    channel_id: int | None
    min_created: datetime | int | None
    max_created: datetime | int | None
    min_modified: datetime | int | None
    max_modified: datetime | int | None
    include_extra_fields: bool | None
    order_by: str | None


_NAMES: Names = {
    "q": ("q", str),
    "company_id": ("companyId", digits),
    "email": ("email", str),
    "roles": ("roles", each),
    "channel_id": ("channelId", digits),
    "min_created": ("minCreated", unix),
    "max_created": ("maxCreated", unix),
    "min_modified": ("minModified", unix),
    "max_modified": ("maxModified", unix),
    "include_extra_fields": ("isIncludeExtraFields", bit),
    "order_by": ORDER_BY,
}
_FIELDS: Names = {
    "company_id": ("companyId", int),
    "first_name": ("firstName", str),
    "last_name": ("lastName", str),
    "email": ("email", str),
    "phone_number": ("phoneNumber", str),
    "uuid": ("uuid", str),
    "role": ("role", int),
    "company_role_id": ("companyRoleId", int),
    "channel_ids": ("channelIds", list),
    "extra_fields": ("extraFields", field_values),
}
_PATH = "/users"


class Users(WithExtraFields):
    """`/users`."""

    extra_fields_path = f"{_PATH}/extra-fields"

    def list(self, *, page_size: int = 200, **query: Unpack[UserQuery]) -> Listing[User]:
        """GET /users, all pages; users of another company or address than asked are dropped.

        Errors: Refused for a role the API does not know.
        """
        company_id, email = query.get("company_id"), query.get("email")
        return self._listing(
            _PATH,
            User.parse,
            key=lambda user: user.user_id,
            page_size=page_size,
            query=spelled(query, _NAMES),
            keep=lambda user: (
                company_id in (None, user.company_id)
                and (email is None or email.casefold() == user.email.casefold())
            ),
        )

    def page(self, *, offset: int = 0, limit: int = 200, **query: Unpack[UserQuery]) -> Page[User]:
        """GET /users, one page of at most 250."""
        return self._page(_PATH, User.parse, offset, limit, spelled(query, _NAMES))

    def get(self, user_id: int) -> User:
        """GET /users/{userId}, with extra fields. Errors: NotFound."""
        return self._transport.get(f"{_PATH}/{path_id(user_id)}").one(User.parse)

    def of_customer(self, customer_id: int) -> User:
        """GET /users/customer/{customerId}: from a BigCommerce customer to the company. Errors: NotFound."""
        return self._transport.get(f"{_PATH}/customer/{path_id(customer_id)}").one(User.parse)

    def create(
        self,
        *,
        company_id: int,
        first_name: str,
        last_name: str,
        email: str,
        **fields: Unpack[UserFields],
    ) -> NewUser:
        """POST /users: a new buyer of the company, with a `role` or a `company_role_id`.

        Errors: InvalidRequest without either, Refused (e.g. a required extra field), Ambiguous: look for the e-mail
        before repeating.
        """
        if fields.get("role") is None and fields.get("company_role_id") is None:
            raise InvalidRequest("a user needs a role or a company_role_id")
        person = {"company_id": company_id, "first_name": first_name, "last_name": last_name, "email": email}
        return self._transport.send("POST", _PATH, spelled({**person, **fields}, _FIELDS)).one(NewUser.parse)

    def update(self, user_id: int, **fields: Unpack[UserChanges]) -> User:
        """PUT /users/{userId}: change what is not None, and see what it became. Errors: NotFound, Refused."""
        body = spelled(fields, _FIELDS)
        if not body:
            raise InvalidRequest("name at least one change")
        return self._transport.send("PUT", f"{_PATH}/{path_id(user_id)}", body).one(User.parse)

    def delete(self, user_id: int) -> int:
        """DELETE /users/{userId}: the id that is gone; the person stays a customer of BigCommerce.

        Errors: NotFound, Refused (the last user of a company stays), Ambiguous.
        """
        return self._transport.send("DELETE", f"{_PATH}/{path_id(user_id)}").identifier("userId")
