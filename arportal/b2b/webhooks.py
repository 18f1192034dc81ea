"""Webhooks of the store. They belong to BigCommerce's own API, not to B2B Edition's, but take the same token."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from arportal.b2b.errors import InvalidRequest
from arportal.b2b.http.address import path_id
from arportal.b2b.http.resources import Resource
from arportal.b2b.values import reading

COMPANY_SCOPES = ("store/company/created", "store/company/updated", "store/company/deleted")
COMPANY_STATUS = "store/company/statusUpdated"
USER_SCOPES = ("store/company/user/created", "store/company/user/updated", "store/company/user/deleted")
ORDER_SCOPES = ("store/order/*",)


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address to which the store sends messages of one scope. An inactive one was given up by the sender."""

    id: int
    scope: str
    destination: str
    is_active: bool
    raw: Mapping[str, Any] = field(repr=False, compare=False)

    @classmethod
    def parse(cls, raw: Mapping[str, Any]) -> Self:
        return cls(
            id=reading.integer(raw, "id"),
            scope=reading.text(raw, "scope"),
            destination=reading.text(raw, "destination"),
            is_active=reading.flag(raw, "is_active"),
            raw=raw,
        )


class Webhooks(Resource):
    """`/stores/{store_hash}/v3/hooks`, at the address of BigCommerce's API."""

    def list(self) -> tuple[Webhook, ...]:
        """GET /v3/hooks: those of the app that the token belongs to."""
        return self._transport.get("/v3/hooks").many(Webhook.parse)

    def create(self, scope: str, destination: str) -> Webhook:
        """POST /v3/hooks. `destination` is https on port 443. Errors: Refused, Ambiguous."""
        if not destination.startswith("https://"):
            raise InvalidRequest("webhooks are delivered to https addresses only")
        body = {"scope": scope, "destination": destination, "is_active": True}
        return self._transport.send("POST", "/v3/hooks", body).one(Webhook.parse)

    def activate(self, webhook_id: int) -> Webhook:
        """PUT /v3/hooks/{id}: take up again one that was given up. Errors: NotFound, Refused, Ambiguous."""
        path = f"/v3/hooks/{path_id(webhook_id)}"
        return self._transport.send("PUT", path, {"is_active": True}).one(Webhook.parse)
