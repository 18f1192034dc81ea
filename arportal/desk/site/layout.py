"""The layout around every page of a store: navigation, the other stores, how fresh the figures are."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.desk.format.formats import formatter
from arportal.desk.site.links import link
from arportal.mirror.sync.freshness import (
    COMPANIES,
    ORDERS,
    RECEIPTS,
    Freshness,
    freshness,
    has_changed_since,
)
from arportal.receivables.changes import deferring
from arportal.receivables.changes.approvals import waiting
from arportal.receivables.reconciliation.repairing import to_repair
from arportal.stores.access import Permission, may
from arportal.stores.models import Membership, Store

STALE_AFTER = dt.timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Entry:
    """A page of the navigation. With a `count` it is there only while there is something to count.

    `shows` are lists of the store that it and the pages below it show besides invoices and payments. Entries of a
    `group` stand together below its name.
    """

    page: str
    label: Promise
    icon: str
    needs: Permission = Permission.READ
    count: Callable[[Membership], int] | None = None
    shows: tuple[str, ...] = ()
    group: str | Promise = ""
    # Of no use to who sees some companies only.
    for_every_company: bool = False


COLLECTIONS = _lazy("Collections")
NAVIGATION = (
    Entry("overview", _lazy("Overview"), "layout-dashboard"),
    Entry("ageing", _lazy("Ageing"), "calendar-clock"),
    Entry("invoices", _lazy("Invoices"), "file-text"),
    Entry("payments", _lazy("Payments"), "inbox"),
    Entry("on_account", _lazy("On account"), "piggy-bank"),
    Entry("bank", _lazy("Bank"), "landmark", needs=Permission.MATCH_BANK, for_every_company=True),
    Entry(
        "approvals",
        _lazy("To approve"),
        "user-check",
        needs=Permission.RECORD_PAYMENT,
        count=lambda actor: waiting(actor).count(),
    ),
    Entry(
        "repairs",
        _lazy("Repairs"),
        "wrench",
        needs=Permission.REPAIR,
        count=lambda actor: to_repair(actor).count(),
    ),
    Entry("receipts", _lazy("Receipts"), "receipt", shows=RECEIPTS),
    Entry("orders", _lazy("Orders"), "package", shows=ORDERS),
    Entry("imports", _lazy("Imports"), "file-up", needs=Permission.RECORD_PAYMENT),
    Entry("companies", _lazy("Companies"), "building-2", shows=COMPANIES),
    Entry("worklist", _lazy("Worklist"), "list-checks", group=COLLECTIONS),
    Entry("promises", _lazy("Promises & disputes"), "handshake", group=COLLECTIONS),
    Entry("reminders", _lazy("Reminders"), "bell-ring", group=COLLECTIONS),
    Entry("statements", _lazy("Statements"), "files", group=COLLECTIONS),
    Entry("mails", _lazy("Mail log"), "mail", group=COLLECTIONS),
    Entry("activity", _lazy("Activity"), "history"),
    Entry("sync", _lazy("Sync"), "refresh-cw"),
    Entry("people", _lazy("People"), "users", needs=Permission.MANAGE_PEOPLE),
    Entry("settings", _lazy("Settings"), "settings", needs=Permission.CONFIGURE),
)


@dataclass(frozen=True, slots=True)
class Place:
    label: str
    icon: str
    url: str
    is_current: bool
    count: int | None = None
    group: str = ""


@dataclass(frozen=True, slots=True)
class Chip:
    """The age of the figures, in short and at length. `css_class` is a class of layout.css; `as_of`, and `synced_at`
    of the sync after which the page was made, are in ISO or ""."""

    words: str
    title: str
    css_class: str
    icon: str
    as_of: str = ""
    synced_at: str = ""


class Layout:
    def __init__(self, actor: Membership, path: str) -> None:
        self.actor, self.path = actor, path

    @property
    def store(self) -> Store:
        return self.actor.store

    @property
    def now(self) -> dt.datetime:
        """Printed pages say when they were made."""
        return timezone.now()

    @property
    def places(self) -> Iterator[Place]:
        """The pages of the navigation that this person may open, but for those with nothing to do."""
        for entry in NAVIGATION:
            if not may(self.actor, entry.needs) or (entry.for_every_company and not self.actor.all_companies):
                continue
            count = entry.count(self.actor) if entry.count else None
            if count != 0:
                url = link(entry.page, self.store.slug)
                is_current = self._is_in(entry, self.path)
                yield Place(str(entry.label), entry.icon, url, is_current, count, str(entry.group))

    def _is_in(self, entry: Entry, path: str) -> bool:
        """True if the path is that page or one below it."""
        url = link(entry.page, self.store.slug)
        return path == url or (entry.page != "overview" and path.startswith(url))

    @property
    def busy(self) -> int:
        """Seconds until the store has room, when what this page was to do has met it without; else 0."""
        return deferring.busy()

    @property
    def density(self) -> str:
        return self.actor.user.density

    @property
    def initials(self) -> str:
        return "".join(word[0] for word in str(self.actor.user).split()[:2]).upper()

    @property
    def search_url(self) -> str:
        return link("invoices", self.store.slug)

    @property
    def may_record(self) -> bool:
        return may(self.actor, Permission.RECORD_PAYMENT)

    @property
    def may_edit_mail_texts(self) -> bool:
        return may(self.actor, Permission.EDIT_MAIL_TEXTS)

    @property
    def may_administer(self) -> bool:
        return may(self.actor, Permission.ADMINISTER_COMPANY)

    @property
    def may_brand(self) -> bool:
        return may(self.actor, Permission.BRAND)

    @property
    def may_send_mail(self) -> bool:
        return may(self.actor, Permission.SEND_MAIL)

    @cached_property
    def other_stores(self) -> list[Store]:
        stores = Store.objects.filter(
            memberships__user=self.actor.user_id, memberships__is_active=True
        ).exclude(pk=self.store.pk)
        return list(stores.order_by("name"))

    @cached_property
    def fresh(self) -> Chip:
        return _chip(self._freshness(self.path), timezone.now())

    def fresh_of(self, path: str, shown: dt.datetime | None, as_of: dt.datetime | None) -> Chip:
        """The pill of a page that has been open since the sync of `shown`, and was as of `as_of`: what came later
        is not on it."""
        now, fresh = timezone.now(), self._freshness(path)
        if shown is None or not has_changed_since(self.store, shown):
            return _chip(fresh, now)
        as_of = as_of or shown
        chip = _chip(replace(fresh, as_of=as_of), now)
        words = _("As of %(time)s") % {"time": formatter().time(as_of)}
        return replace(chip, words=words, title=f"{chip.title} {_('There are newer ones: reload the page.')}")

    def _freshness(self, path: str) -> Freshness:
        shows = (entry.shows for entry in NAVIGATION if self._is_in(entry, path))
        return freshness(self.store, next(shows, ()))


def _chip(fresh: Freshness, now: dt.datetime) -> Chip:
    if fresh.as_of is None:
        return Chip(_("Not synced yet"), fresh.problem, "is-broken", "triangle-alert")
    as_of = fresh.as_of.isoformat()
    synced_at = fresh.synced_at.isoformat() if fresh.synced_at else ""
    title = _("Figures as of %(moment)s.") % {"moment": formatter().moment(fresh.as_of)}
    if fresh.problem:
        words = _("As of %(time)s") % {"time": formatter().time(fresh.as_of)}
        return Chip(words, f"{title} {fresh.problem}", "is-broken", "triangle-alert", as_of, synced_at)
    words = _("Synced %(age)s") % {"age": formatter().age(fresh.as_of, now)}
    if now - fresh.as_of > STALE_AFTER:
        return Chip(words, title, "is-stale", "clock", as_of, synced_at)
    return Chip(words, title, "", "refresh-cw", as_of, synced_at)
