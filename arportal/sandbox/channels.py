"""Channels of the store, as every record names them."""

from functools import cache
from typing import Any

from arportal.sandbox import quirks
from arportal.sandbox.models import Channel


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
