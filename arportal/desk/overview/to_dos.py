"""The work that waits for the reader of the overview."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Model, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from arportal.b2b import ProcessingStatus
from arportal.desk.format.formats import formatter
from arportal.desk.ledger.unexplained import lately
from arportal.desk.lists.counting import COUNT_CAP, count_each
from arportal.desk.site.links import change_link, link, on_account_link
from arportal.mirror.models import Payment
from arportal.receivables.changes import approvals
from arportal.receivables.models import Change, Note, OnAccount, PromiseToPay
from arportal.receivables.reconciliation.repairing import to_repair
from arportal.stores.access import Permission, may
from arportal.stores.models import Membership

# For so long a promise that was not kept is news.
LATELY = dt.timedelta(days=14)


@dataclass(slots=True)
class ToDo:
    """Things of one kind that wait, as `rows`; those beyond a cap are not counted."""

    rows: QuerySet[Model]
    words: str
    icon: str
    url: str
    count: int = 0

    @property
    def number(self) -> str:
        capped = self.count > COUNT_CAP
        number = formatter().number(min(self.count, COUNT_CAP))
        return f"{number}+" if capped else number


def to_dos(actor: Membership) -> list[ToDo]:
    """The work that waits for somebody; also that of which there is none."""
    today = actor.store.today(timezone.now())
    unexplained, address = lately(actor, today)
    moved = ToDo(
        unexplained,
        _("Balances that moved without an explanation in the last 30 days"),
        "circle-question-mark",
        address,
    )
    collecting = _collections(actor, today) if may(actor, Permission.COLLECT) else ()
    kinds = [*_payments_to_do(actor), moved, *collecting, *_changes(actor)]
    for kind, count in zip(kinds, count_each([kind.rows for kind in kinds]), strict=True):
        kind.count = count
    return kinds


def _payments_to_do(actor: Membership) -> Iterator[ToDo]:
    slug = actor.store.slug
    queue = link("payments", slug)
    if may(actor, Permission.RECORD_PAYMENT):
        yield ToDo(approvals.waiting(actor), _("Changes to approve"), "user-check", link("approvals", slug))
    yield ToDo(
        _payments(actor, ProcessingStatus.AWAITING_PROCESSING),
        _("Payments awaiting processing"),
        "hourglass",
        f"{queue}?status={ProcessingStatus.AWAITING_PROCESSING:d}",
    )
    yield ToDo(
        _payments(actor, ProcessingStatus.PROCESSING),
        _("Payments being processed"),
        "loader",
        f"{queue}?status={ProcessingStatus.PROCESSING:d}",
    )
    left = OnAccount.objects.visible_to(actor).unapplied()
    yield ToDo(left, _("Amounts on account, to be applied"), "piggy-bank", on_account_link(slug))


def _changes(actor: Membership) -> Iterator[ToDo]:
    slug = actor.store.slug
    being_confirmed = Change.objects.visible_to(actor).under_way().order_by("-asked_at")
    if newest := being_confirmed.first():  # It opens, the rest follow one by one.
        yield ToDo(
            being_confirmed,
            _("Changes being confirmed"),
            "refresh-cw",
            change_link(slug, newest.pk),
        )
    if may(actor, Permission.REPAIR):
        yield ToDo(to_repair(actor), _("Payments to repair"), "wrench", link("repairs", slug))


def _collections(actor: Membership, today: dt.date) -> Iterator[ToDo]:
    slug = actor.store.slug
    actions = Note.objects.visible_to(actor).filter(action_on__lte=today, done_at=None)
    # Those of others are theirs to do.
    actions = actions.filter(Q(person=actor) | Q(person=None))
    promises = PromiseToPay.objects.visible_to(actor)
    yield ToDo(
        actions,
        _("Next actions for today"),
        "bell",
        f"{link('actions', slug)}?state=to-do&day_to={today}",
    )
    due = promises.filter(state=PromiseToPay.State.OPEN, pay_by=today)
    yield ToDo(
        due,
        _("Promises for today"),
        "handshake",
        f"{link('promises', slug)}?state=open&by_from={today}&by_to={today}",
    )
    broken = promises.filter(state__in=PromiseToPay.NOT_KEPT, pay_by__gte=today - LATELY)
    yield ToDo(
        broken,
        _("Promises of the last 14 days that were not kept"),
        "circle-x",
        f"{link('promises', slug)}?state=not-kept&by_from={today - LATELY}",
    )


def _payments(actor: Membership, status: ProcessingStatus) -> QuerySet[Payment]:
    return Payment.objects.visible_to(actor).filter(processing_status=status)
