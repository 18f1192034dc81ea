"""Closing a store's months, one after the other, and opening the last one again."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from arportal.receivables.ageing.ageing import Aged, AsOf, ageing
from arportal.receivables.ageing.snapshots import is_to_keep, keep_month_end
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.changes.periods import day_in_words, lock_periods
from arportal.receivables.changes.reasons import check_reason
from arportal.receivables.ledger.build import built_ledger
from arportal.receivables.models import Change
from arportal.stores.access import NotAllowed, Permission, require
from arportal.stores.activity import Kind, record
from arportal.stores.models import Membership, Store

# Of a payload, the days that its Change is dated by.
DAYS = ("received_on", "issued_on", "due_on")
ONE_DAY = dt.timedelta(days=1)
# Of what is under way, so much is named.
MOST = 100


@dataclass(frozen=True)
class Outlook:
    """The outcome of closing all up to `until`: the balances at its end, as they are known now, and the Changes dated
    into it that have not come to their end. `figures` is None where the ledger does not reach back."""

    until: dt.date
    figures: Sequence[Aged] | None
    under_way: Sequence[Change]


def next_to_close(store: Store, today: dt.date) -> dt.date | None:
    """The end of the month that comes next; of a store that has closed none, that of the last month that is over."""
    last = today.replace(day=1) - ONE_DAY
    if store.closed_until is None:
        return last
    # The first of the month after the next, and back a day.
    following = (store.closed_until + dt.timedelta(days=32)).replace(day=1) - ONE_DAY
    return following if following <= last else None


def outlook(actor: Membership, until: dt.date, today: dt.date) -> Outlook:
    """The outlook of the whole store. Raises NotAllowed unless the actor sees all of it, and may close."""
    _require(actor, Permission.CLOSE_MONTH)
    figures = ageing(actor, AsOf(until, today)) if built_ledger(actor.store) else None
    dated = reduce(or_, (Q((f"payload__{name}__lte", str(until))) for name in DAYS))
    under_way = Change.objects.unfinished().filter(dated, store=actor.store).order_by("asked_at")
    return Outlook(until, figures, list(under_way.select_related("store", "actor__user")[:MOST]))


def close_month(actor: Membership, until: dt.date) -> None:
    """Nothing is dated into the month any more, nor into those before; its month-end is kept, if it is not yet.

    Raises NotAllowed; Invalid where another month comes next, or something dated into it is under way.
    """
    _require(actor, Permission.CLOSE_MONTH)
    with transaction.atomic():
        store, today = _locked(actor)
        if until != next_to_close(store, today):
            raise Invalid({"": [_("This month cannot be closed now: look at the list again.")]})
        before = outlook(actor, until, today)
        if before.under_way:
            words = _("%(count)d changes that are dated into it have not come to their end yet.")
            raise Invalid({"": [words % {"count": len(before.under_way)}]})
        store.closed_until = until
        store.save(update_fields=["closed_until"])
        if is_to_keep(store, until):
            keep_month_end(store, until, today)
        figures = {
            row.currency: {"open": f"{row.open.amount:f}", "credit": f"{row.credit_amount:f}"}
            for row in before.figures or ()
        }
        words = _("Closed up to %(day)s") % {"day": day_in_words(until)}
        record(actor, Kind.PERIOD, words, details={"until": str(until), "figures": figures})


def reopen_month(actor: Membership, until: dt.date, reason: str) -> None:
    """Opens the last closed month, `until` being its end; those before stay closed. Raises NotAllowed, Invalid."""
    _require(actor, Permission.REOPEN_MONTH)
    check_reason(reason)
    with transaction.atomic():
        store, _today = _locked(actor)
        if store.closed_until != until:
            raise Invalid({"": [_("It is not the last closed month any more: look at the list again.")]})
        store.closed_until = until.replace(day=1) - ONE_DAY
        store.save(update_fields=["closed_until"])
        words = _("Opened %(month)s again: %(reason)s")
        month = {"month": until.strftime("%Y-%m"), "reason": reason.strip()}
        record(
            actor,
            Kind.PERIOD,
            words % month,
            details={"until": str(store.closed_until), "reason": reason.strip()},
        )


def _require(actor: Membership, permission: Permission) -> None:
    require(actor, permission)
    if not actor.all_companies:
        raise NotAllowed(_("Months are closed by those who see every company."))


def _locked(actor: Membership) -> tuple[Store, dt.date]:
    """The store as it is now, and its day: nobody writes down a day meanwhile, nor closes another month."""
    lock_periods(actor.store)
    store = Store.objects.get(pk=actor.store_id)
    return store, store.today(timezone.now())
