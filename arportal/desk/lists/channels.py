"""Channels in lists of what came through one: the filter, and the column."""

from collections.abc import Sequence
from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _lazy

from arportal.desk.forms.widgets import Select
from arportal.desk.lists.tables import Column, Viewer
from arportal.mirror.models import Channel


class ChannelFilter(django_filters.ChoiceFilter):  # type: ignore[misc]
    """Rows of one of the store's channels, which are asked for when the field is made: most pages never do."""

    def __init__(self) -> None:
        super().__init__("channel_id", label=_lazy("Channel"), empty_label=_lazy("Any"), widget=Select)

    @property
    def field(self) -> Any:
        channels = Channel.objects.filter(store_id=self.parent.viewer.actor.store_id, gone_at=None)
        self.extra["choices"] = [(channel.api_id, str(channel)) for channel in channels.order_by("name")]
        return super().field


def with_channel_names(rows: Sequence[Any], viewer: Viewer) -> None:
    """Adds the channel's name to each row; its number where it has none."""
    known = Channel.objects.filter(store_id=viewer.actor.store_id).values_list("api_id", "name")
    names = dict(known)
    for row in rows:
        row.channel_name = names.get(row.channel_id) or row.channel_id


CHANNEL: Column[Any] = Column(
    "channel",
    _lazy("Channel"),
    lambda row, viewer: row.channel_name,
    sort="channel_id",
    css="text p4",
    optional=True,
    reads=("channel_id",),
    prepare=with_channel_names,
)
