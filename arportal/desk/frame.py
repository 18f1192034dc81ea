"""What stands around every page of a store: navigation, the other stores, how fresh the figures are."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.desk.formats import writer
from arportal.desk.links import link
from arportal.mirror.freshness import freshness
from arportal.stores.access import Permission, may
from arportal.stores.models import Membership, Store

STALE_AFTER = dt.timedelta(minutes=10)
NAVIGATION = (
    ("overview", _lazy("Overview"), "layout-dashboard"),
    ("invoices", _lazy("Invoices"), "file-text"),
    ("payments", _lazy("Payments"), "inbox"),
    ("companies", _lazy("Companies"), "building-2"),
    ("sync", _lazy("Sync"), "refresh-cw"),
)


@dataclass(frozen=True, slots=True)
class Place:
    label: str
    icon: str
    url: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Chip:
    """How old the figures are, in short and at length. `look` is a class of frame.css."""

    words: str
    title: str
    look: str
    icon: str


class Frame:
    def __init__(self, actor: Membership, path: str) -> None:
        self.actor, self.path = actor, path

    @property
    def store(self) -> Store:
        return self.actor.store

    @property
    def places(self) -> Iterator[Place]:
        for page, label, icon in NAVIGATION:
            url = link(page, self.store.slug)
            is_here = self.path == url or (page != "overview" and self.path.startswith(url))
            yield Place(str(label), icon, url, is_here)

    @property
    def initials(self) -> str:
        return "".join(word[0] for word in str(self.actor.user).split()[:2]).upper()

    @property
    def search_url(self) -> str:
        return link("invoices", self.store.slug)

    @property
    def may_record(self) -> bool:
        return may(self.actor, Permission.RECORD_PAYMENT)

    @cached_property
    def other_stores(self) -> list[Store]:
        stores = Store.objects.filter(memberships__user=self.actor.user_id).exclude(pk=self.store.pk)
        return list(stores.order_by("name"))

    @cached_property
    def fresh(self) -> Chip:
        return _chip(freshness(self.store), timezone.now())


def _chip(fresh: Any, now: dt.datetime) -> Chip:
    if fresh.as_of is None:
        return Chip(_("Not synced yet"), fresh.problem, "is-broken", "triangle-alert")
    title = _("Figures as of %(moment)s.") % {"moment": writer().moment(fresh.as_of)}
    if fresh.problem:
        words = _("As of %(time)s") % {"time": writer().time(fresh.as_of)}
        return Chip(words, f"{title} {fresh.problem}", "is-broken", "triangle-alert")
    is_stale = now - fresh.as_of > STALE_AFTER
    words = _("Synced %(age)s") % {"age": writer().age(fresh.as_of, now)}
    return Chip(words, title, "is-stale" if is_stale else "", "clock" if is_stale else "refresh-cw")
