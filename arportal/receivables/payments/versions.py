"""A payment as a person was shown it, and the conflict when it has changed since."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self

from django.utils.translation import gettext as _

from arportal.b2b import Money
from arportal.mirror import figures
from arportal.mirror.models import Payment
from arportal.receivables.changes.errors import Conflict
from arportal.receivables.payments.status_history import status_changes, status_since
from arportal.receivables.payments.statuses import payment_words


@dataclass(frozen=True, slots=True)
class Version:
    """Two payments of the same version look the same, and the store says that nothing happened in between."""

    status: int
    total: Money
    updated_at: dt.datetime | None

    @classmethod
    def of(cls, payment: Payment) -> Self:
        return cls(payment.processing_status, payment.total_money, payment.updated_at)

    @classmethod
    def of_before(cls, before: Mapping[str, Any]) -> Self:
        """The version that `as_before` wrote down: in a Change, a form or an ETag."""
        shown = before["shown"]
        moment = shown["updated_at"]
        total = Money(Decimal(shown["total"]), shown["currency"])
        return cls(before["status"], total, dt.datetime.fromisoformat(moment) if moment else None)

    def as_before(self) -> dict[str, Any]:
        shown = {
            "total": f"{self.total.amount:f}",
            "currency": self.total.currency,
            "updated_at": self.updated_at.isoformat() if self.updated_at else None,
        }
        return {"status": self.status, "shown": shown}

    def __str__(self) -> str:
        """`Processing, 120.00 USD`."""
        return f"{payment_words(self.status)}, {figures.amount(self.total)}"


class StatusConflict(Conflict):
    """A payment that is no longer as it was shown. `seen` is a Version, `now` the payment as the store has it, `who`
    the person who gave it its status, where that is what has changed and it was done here."""

    def __init__(self, seen: Version, now: Payment) -> None:
        self.who = ""
        if seen.status != now.processing_status:
            changes = status_changes(now.store, [now.api_id]).get(now.api_id, [])
            self.who = str(status_since(now, changes).by or "")
        super().__init__(difference(seen, now, self.who), seen=seen, now=now)

    @property
    def is_from_the_store(self) -> bool:
        """True if the status was changed there; of other differences we cannot tell."""
        return not self.who and self.seen.status != self.now.processing_status


def difference(shown: Version, now: Payment, who: str) -> str:
    """Both versions and the change between them, in words that can be kept."""
    when = _("at an unknown time")
    if now.updated_at is not None:
        when = f"{now.updated_at.astimezone(now.store.zone):%Y-%m-%d %H:%M}"
    words = {"shown": shown, "now": Version.of(now), "when": when, "who": who}
    if who:
        return _("It was shown as: %(shown)s. Now: %(now)s, changed %(when)s by %(who)s.") % words
    if shown.status != now.processing_status:
        return _("It was shown as: %(shown)s. Now: %(now)s, changed %(when)s at the store.") % words
    return _("It was shown as: %(shown)s. Now: %(now)s, changed %(when)s.") % words
