"""Channels: the storefronts of a store that has several."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

from arportal.b2b.errors import Forbidden, Refused
from arportal.b2b.http.address import path_id
from arportal.b2b.http.resources import Resource
from arportal.b2b.values import reading


@dataclass(frozen=True, slots=True)
class Channel:
    """`channel_id` is BigCommerce's and the one everything else refers to; `internal_id` is B2B Edition's own."""

    channel_id: int
    internal_id: int | None
    name: str
    type: str
    platform: str
    status: str
    site: str
    icon_url: str
    is_visible: bool
    is_enabled: bool
    is_b2b_enabled: bool
    allows_global_logins: bool
    created_at: datetime | None
    updated_at: datetime | None
    raw: Mapping[str, Any] = field(repr=False, compare=False)

    @classmethod
    def parse(cls, raw: Mapping[str, Any]) -> Self:
        return cls(
            channel_id=reading.integer(raw, "channelId"),
            internal_id=reading.integer_or_none(raw, "id"),
            name=reading.text(raw, "name") or reading.text(raw, "channelName"),
            type=reading.text(raw, "type"),
            platform=reading.text(raw, "platform"),
            status=reading.text(raw, "status"),
            site=reading.text(raw, "site"),
            icon_url=reading.text(raw, "iconUrl"),
            is_visible=reading.flag(raw, "isVisible"),
            is_enabled=reading.flag(raw, "isEnabled"),
            is_b2b_enabled=reading.flag(raw, "b2bEnabled"),
            allows_global_logins=reading.flag(raw, "allowGlobalLogins"),
            created_at=reading.time(raw, "createdAt"),
            updated_at=reading.time(raw, "updatedAt"),
            raw=raw,
        )


class Channels(Resource):
    """`/channels`."""

    def list(self) -> tuple[Channel, ...]:
        """GET /channels; empty for a store with a single storefront, which has no channels to speak of."""
        try:
            return self._transport.get("/channels").many(Channel.parse)
        except (Forbidden, Refused) as error:
            # The same status also means a wrong token; only these words tell the two apart.
            if "storefront" in error.message.lower():
                return ()
            raise

    def get(self, channel_id: int) -> Channel:
        """GET /channels/{channel_id}, by BigCommerce's channel id.

        Errors: NotFound; Forbidden or Refused for a store with a single storefront.
        """
        return self._transport.get(f"/channels/{path_id(channel_id)}").one(Channel.parse)
