"""Starting, working through and cancelling an import: its lines become Changes, some at a time, each by itself."""

import datetime as dt
from collections.abc import Iterator
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from arportal.mirror.models import Company
from arportal.receivables.changes import batches, verb
from arportal.receivables.changes.approvals import take_back
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.imports import invoices, jobs, payments
from arportal.receivables.imports.fields import PERMISSIONS
from arportal.receivables.imports.files import require_own
from arportal.receivables.imports.mapping import Mapping
from arportal.receivables.models import Change, Import, ImportFile, ImportRow
from arportal.stores.access import NotAllowed, Permission, may
from arportal.stores.activity import Kind, record
from arportal.stores.models import Membership

# More would crowd the Changes that each of them is checked against; it takes the store most of a minute.
CHUNK = 100
# A file that was brought and not imported is kept for so long.
KEPT = dt.timedelta(days=7)
State = Import.State


def start(actor: Membership, checked: Import, *, with_doubtful: bool) -> None:
    """Has a worker begin, `with_doubtful` also with what looks like known payments. Raises NotAllowed, Invalid."""
    require_own(actor, checked)
    rows = ImportRow.objects.filter(of=checked)
    with transaction.atomic():
        if with_doubtful:
            rows.filter(state=ImportRow.State.DOUBTFUL).update(state=ImportRow.State.READY)
        count = rows.filter(state=ImportRow.State.READY).count()
        if not count:
            raise Invalid({"": [_("There is no line to import.")]})
        ready = Import.objects.filter(pk=checked.pk, state=State.CHECKED)
        if not ready.update(state=State.RUNNING):
            raise Invalid({"": [_("It is under way already.")]})
        checked.refresh_from_db()
        # The lines are kept; the file held more than is needed.
        ImportFile.objects.filter(of=checked).delete()
        words = _("%(count)d %(what)s from %(file)s")
        names = {"count": count, "what": checked.get_of_display(), "file": checked.file_name}
        record(actor, Kind.IMPORT, words % names, details={"import": str(checked.pk)})
        jobs.ask_for_work(checked)


def ask_in_chunks(running: Import) -> Iterator[UUID]:
    """Asks for some lines at a time, and yields the batch for their sending. Ends when nothing is left, when it was
    cancelled, or while what was asked for before could not be sent."""
    mapping = Mapping.of_json(running.mapping)
    names = dict(Company.objects.visible_to(running.actor).values_list("api_id", "name"))
    if batches.to_send(running.pk).exists():
        yield running.pk  # An interrupted run has asked for these.
    while _is_running(running) and not batches.to_send(running.pk).exists():
        rows = list(
            ImportRow.objects.filter(of=running, state=ImportRow.State.READY).order_by("line")[:CHUNK]
        )
        if not rows:
            done = Import.objects.filter(pk=running.pk, state=State.RUNNING)
            done.update(state=State.DONE, finished_at=timezone.now())
            return
        _ask(running, rows, mapping, names)
        if not _is_running(running):
            _take_back(running.actor, running)
            return
        yield running.pk


def cancel(actor: Membership, running: Import) -> None:
    """Ends the import: nothing more of it is sent. Raises NotAllowed; Invalid when it is over."""
    if not may_cancel(actor, running):
        raise NotAllowed(_("Only %(who)s or a controller can cancel this.") % {"who": running.actor.user})
    over = (State.DONE, State.CANCELLED)
    with transaction.atomic():
        if (
            not Import.objects.filter(pk=running.pk)
            .exclude(state__in=over)
            .update(state=State.CANCELLED, finished_at=timezone.now())
        ):
            raise Invalid({"": [_("It is no longer under way.")]})
        ImportFile.objects.filter(of=running).delete()
    _take_back(actor, running)


def forget_abandoned(now: dt.datetime) -> None:
    """Files that nobody went on with are not kept for ever."""
    waiting = Import.objects.filter(state__in=[State.UPLOADED, State.CHECKED], uploaded_at__lt=now - KEPT)
    ImportFile.objects.filter(of__in=waiting).delete()
    waiting.update(state=State.CANCELLED, finished_at=now)


def may_cancel(actor: Membership, running: Import) -> bool:
    own = actor.pk == running.actor_id or may(actor, Permission.APPROVE)
    return own and may(actor, PERMISSIONS[running.of])


def _is_running(running: Import) -> bool:
    return Import.objects.filter(pk=running.pk, state=State.RUNNING).exists()


def _ask(running: Import, rows: list[ImportRow], mapping: Mapping, names: dict[int, str]) -> None:
    """Asks for these lines, each by itself. Those of an interrupted run are known again by their ids."""
    before = Change.objects.in_bulk([row.change_id for row in rows if row.change_id])
    for row in rows:
        row.of = running
        row.state = ImportRow.State.ASKED
        change = before.get(row.change_id) if row.change_id else None
        try:
            if change is None and running.of == Import.Of.PAYMENTS:
                verb.ask(payments.verb_of(running.actor, row, mapping, names), running.pk)
            elif change is None:
                verb.ask(invoices.verb_of(running.actor, row), running.pk)
            elif change.batch != running.pk:
                row.state = ImportRow.State.THERE
                row.reason = _("It was requested by another import meanwhile.")
        except (Invalid, NotAllowed) as refused:
            row.state, row.reason = ImportRow.State.REFUSED, str(refused)
        except ObjectDoesNotExist:
            row.state, row.reason = ImportRow.State.REFUSED, _("The company is no longer at the store.")
    ImportRow.objects.bulk_update(rows, ["state", "reason"])


def _take_back(actor: Membership, running: Import) -> None:
    # A payment that waits for a second person could still be approved, and sent.
    unsent = (Change.State.ASKED, Change.State.WAITING)
    take_back(actor, Change.objects.filter(batch=running.pk, state__in=unsent), lambda _actor, _change: True)
