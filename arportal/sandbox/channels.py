"""Channels: H1 and H2 of the contract, and how other records name theirs."""

from functools import cache
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from arportal.sandbox.models import Channel
from arportal.sandbox.requests import quirks, refusals
from arportal.sandbox.requests.endpoint import Endpoint, success

DEFAULT = 1
NOT_ENABLED = "Multi storefront is not enabled"


@cache
def names() -> dict[int, str]:
    """BigCommerce channel id to name; no call ever changes a channel."""
    return dict(Channel.objects.values_list("bc_channel_id", "name"))


def tag(channel_id: int | None) -> dict[str, Any]:
    """channelId and channelName as invoices and payments carry them."""
    if channel_id is None:
        return {"channelId": None, "channelName": None}
    shown = channel_id if quirks.on("channel_id_as_int") else str(channel_id)
    return {"channelId": shown, "channelName": names().get(channel_id, "")}


def present(channel: Channel) -> dict[str, Any]:
    return {
        "id": channel.pk,
        "channelId": channel.bc_channel_id,
        "name": channel.name,
        "type": channel.type,
        "platform": channel.platform,
        "status": channel.status,
        "site": channel.site,
        "isVisible": True,
        "isEnabled": True,
        "b2bEnabled": True,
        "allowGlobalLogins": True,
        "iconUrl": "",
        "createdAt": str(channel.created_at),
        "updatedAt": str(channel.updated_at),
    }


class _Channels(Endpoint):
    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not quirks.on("multi_storefront"):
            if quirks.on("channels_422"):
                raise refusals.worded(422, NOT_ENABLED, refusals.PARAMETER)
            raise refusals.bare(403, NOT_ENABLED)


class Channels(_Channels):
    def get(self, request: Request) -> Response:
        return success([present(channel) for channel in Channel.objects.order_by("pk")])


class OneChannel(_Channels):
    def get(self, request: Request, channel_id: int) -> Response:
        channel = Channel.objects.filter(bc_channel_id=channel_id).first()
        if channel is None:
            raise refusals.bare(404, "Channel does not exist")
        return success(present(channel))
