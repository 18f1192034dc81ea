"""The reconciliation: every payment at the store that carries an id of ours is compared with the Change of that id.

The exactly-once promise holds while the store is no slower than the quarantine is long. Reconciliation is
for the rest: it names what is there twice, unasked for, other than asked for, or gone. Suspects are looked for in the
mirror, once that is fresh; each is then read again from the API, and only what the API says is found.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator
from contextlib import suppress
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext as _

from arportal.b2b.errors import B2BError, InvalidResponse, NotFound
from arportal.mirror.api.connections import background, client_for
from arportal.mirror.api.error_messages import error_message
from arportal.mirror.models import Payment, PaymentLine
from arportal.mirror.sync.sync import SyncUnderWay, sync
from arportal.receivables.changes.clock import database_now
from arportal.receivables.models import Change, Discrepancy, Reconciliation, WebhookKind
from arportal.receivables.reconciliation.discrepancies import (
    Held,
    Kind,
    Recorded,
    compare,
    is_another,
    looks_like_ours,
    recorded_by,
)
from arportal.receivables.webhooks.events import tell
from arportal.receivables.webhooks.things import discrepancy
from arportal.stores.models import Membership, Store

CHUNK = 1000
# No Change is unclear for so long while the store answers at all.
STUCK_AFTER = dt.timedelta(hours=1)
KEPT = dt.timedelta(days=30)
Resolution, Verb, State = Discrepancy.Resolution, Change.Verb, Change.State
Suspects = dict[UUID, set[int]]
# Who resolved it, and why, goes as well: it would stand beside the next resolution.
UNRESOLVED: dict[str, Any] = {"resolved_at": None, "resolution": "", "resolved_by": None, "note": ""}


def reconcile_store(store: Store, asked_for_by: Membership | None = None) -> Reconciliation:
    """Compares everything. Whatever stops it is told in words in the answer's `problem`."""
    this = Reconciliation.objects.create(store=store, asked_by=asked_for_by)
    try:
        with background():
            with suppress(SyncUnderWay):  # Then another process freshens the mirror.
                this.problem = sync(store, sparing=True).problem
            this.compared, suspects = _suspects(store)
            for external_id, payment_ids in suspects.items():
                try:
                    reconcile(store, external_id, payment_ids)
                except InvalidResponse as unreadable:  # It must not keep the others from being looked at.
                    this.problem = error_message(unreadable)
            _look_for_stuck(store)
    except B2BError as error:
        this.problem = error_message(error)
    except BaseException:
        this.problem = _(
            "It was stopped before it was done, by hand or by a fault of ours; the log says more."
        )
        raise
    finally:
        this.finished_at = database_now()
        this.save()
    Reconciliation.objects.filter(store=store, started_at__lt=this.finished_at - KEPT).delete()
    return this


def reconcile(store: Store, external_id: UUID, payment_ids: Collection[int]) -> None:
    """Reads again, from the API, the payments with this id, those known and any other; writes down what is wrong
    with them, or that nothing is any longer. Raises B2BError."""
    before = _recorded(store, external_id)
    held = _held(store, external_id, payment_ids)
    recorded = _recorded(store, external_id)
    if recorded != before:
        return  # Somebody is at it; the next reconciliation will see what has become of it.
    kind = compare(recorded, held)
    others = Discrepancy.objects.open().filter(store=store, external_id=external_id).exclude(kind=Kind.STUCK)
    others.exclude(kind=kind or "").update(resolved_at=database_now(), resolution=Resolution.GONE)
    if kind is not None:
        _write_down(store, kind, external_id, recorded, held)
    elif is_another(recorded, held):
        Change.objects.filter(pk=external_id).update(target_id=held[0].payment_id)


def _suspects(store: Store) -> tuple[int, Suspects]:
    """The count of payments compared; the ids with which something may be wrong, and the payments that carry them."""
    suspects: Suspects = {
        known.external_id: set(known.payment_ids)
        for known in Discrepancy.objects.open().filter(store=store).exclude(kind=Kind.STUCK)
    }
    compared = 0
    for changes in _in_chunks(store):
        held = _mirrored(store, {str(change.pk) for change in changes})
        for change_id, recorded in recorded_by(changes).items():
            its = held[str(change_id)]
            compared += len(its)
            if compare(recorded, its) or is_another(recorded, its):
                suspects.setdefault(change_id, set()).update(each.payment_id for each in its)
    # Payments that carry our mark, and an id that no Change has.
    by_text = Change.objects.filter(store=store).annotate(text=Cast("pk", CharField()))
    marked = Payment.objects.filter(store=store, gone_at=None, memo__contains="[").exclude(external_id="")
    for payment in marked.filter(~Exists(by_text.filter(text=OuterRef("external_id")))).defer("raw"):
        if looks_like_ours(payment.external_id, payment.memo):
            suspects.setdefault(UUID(payment.external_id), set()).add(payment.api_id)
    return compared, suspects


def _in_chunks(store: Store) -> Iterator[list[Change]]:
    """The store's recordings. By id, not by an open cursor: with a pooler that needs a transaction, which would be
    open until all of them are compared."""
    recordings = Change.objects.filter(store=store, verb=Verb.RECORD_PAYMENT).order_by("pk")
    chunk = list(recordings[:CHUNK])
    while chunk:
        yield chunk
        chunk = list(recordings.filter(pk__gt=chunk[-1].pk)[:CHUNK])


def _mirrored(store: Store, external_ids: Collection[str]) -> dict[str, list[Held]]:
    rows = Payment.objects.filter(store=store, gone_at=None, external_id__in=external_ids).defer("raw")
    payments = list(rows.order_by("api_id"))
    lines = defaultdict(list)
    its_lines = PaymentLine.objects.filter(store=store, payment_id__in=[each.api_id for each in payments])
    for line in its_lines.order_by("position"):
        lines[line.payment_id].append(line)
    held: dict[str, list[Held]] = defaultdict(list)
    for payment in payments:
        held[payment.external_id].append(Held.mirrored(payment, lines[payment.api_id]))
    return held


def _recorded(store: Store, external_id: UUID) -> Recorded | None:
    changes = Change.objects.filter(store=store, pk=external_id, verb=Verb.RECORD_PAYMENT)
    return recorded_by(list(changes)).get(external_id)


def _held(store: Store, external_id: UUID, payment_ids: Collection[int]) -> list[Held]:
    """The payments as the API has them now, oldest first. What its search does not show is asked for by number."""
    payments = client_for(store).payments
    by_id = {each.payment_id: each for each in payments.with_external_id(str(external_id))}
    for payment_id in set(payment_ids) - by_id.keys():
        with suppress(NotFound):
            by_id[payment_id] = payments.get(payment_id)
    held = map(Held.of, by_id.values())
    return sorted(
        (each for each in held if each.external_id == str(external_id)), key=lambda each: each.payment_id
    )


def _write_down(
    store: Store, kind: Discrepancy.Kind, external_id: UUID, recorded: Recorded | None, held: Collection[Held]
) -> None:
    """Once; what somebody has left as it is stays left, unless it has changed since."""
    now = {
        "payment_ids": [each.payment_id for each in held],
        "details": {"asked": recorded and recorded.as_json(), "held": [each.as_json() for each in held]},
        "company_id": recorded.company_id if recorded else next(each.company_id for each in held),
    }
    with transaction.atomic():
        row, is_new = Discrepancy.objects.get_or_create(
            store=store,
            kind=kind,
            external_id=external_id,
            defaults={**now, "change_id": external_id if recorded else None},
        )
        is_same = row.details == now["details"]
        if not is_new and is_same and (row.is_open or row.resolution == Resolution.LEFT):
            return
        if not is_new:
            again = {} if row.is_open else {"found_at": database_now(), **UNRESOLVED}
            Discrepancy.objects.filter(pk=row.pk).update(**now, **again)
            row.refresh_from_db()
        tell(store, WebhookKind.DISCREPANCY, lambda: [discrepancy(row)])


def _look_for_stuck(store: Store) -> None:
    """Changes of any verb whose outcome has been unclear for long: no request is spent on them here."""
    since = Coalesce("approved_at", "asked_at")
    unclear = Change.objects.under_way().filter(store=store, attempts__gt=0).annotate(since=since)
    stuck = {each.pk: each for each in unclear.filter(since__lt=database_now() - STUCK_AFTER)}
    known = Discrepancy.objects.filter(store=store, kind=Kind.STUCK)
    gone = known.open().exclude(external_id__in=stuck)
    gone.update(resolved_at=database_now(), resolution=Resolution.GONE)
    for change_id in stuck.keys() - set(known.values_list("external_id", flat=True)):
        change = stuck[change_id]
        with transaction.atomic():
            row = Discrepancy.objects.create(
                store=store,
                kind=Kind.STUCK,
                external_id=change_id,
                change=change,
                company_id=change.company_id,
            )
            tell(store, WebhookKind.DISCREPANCY, lambda: [discrepancy(row)])  # noqa: B023 - called at once
