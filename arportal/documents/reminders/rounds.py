"""A round of reminders: company by company a mail is made and queued, or it is written down why not.

Killed at any point it goes on where it was: the id of each mail follows from the round and the company. What is due
is chosen again with the company locked, so that two rounds never remind of the same level twice.
"""

import datetime as dt
import uuid
from collections.abc import Sequence
from contextlib import suppress

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from arportal.documents.branding.letterheads import Letterhead, letterhead_of
from arportal.documents.reminders.compose import details_of, reminder_mail
from arportal.documents.reminders.preview import chosen
from arportal.receivables.changes.changes import lock_company
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.collections.choosing import Level
from arportal.receivables.collections.judging import judge_promises
from arportal.receivables.collections.plans import is_due_by_itself, levels_of, plan_of, plans_of
from arportal.receivables.ledger.build import built_ledger
from arportal.receivables.mails.queue import queue_mail
from arportal.receivables.models import Mail, ReminderPlan, ReminderRun
from arportal.stores.access import NotAllowed, Permission, require
from arportal.stores.activity import Kind, record
from arportal.stores.models import Membership, Store

TASK = "arportal.documents.tasks.work_on_reminders"


def begin(
    actor: Membership, run_id: uuid.UUID, currency: str, company_ids: Sequence[int], day: dt.date
) -> ReminderRun:
    """A round of the companies that a person chose from the preview of that day. The same form again is the same
    round. Raises NotAllowed and Invalid."""
    for company_id in company_ids:
        require(actor, Permission.SEND_MAIL, company_id=company_id)
    known = ReminderRun.objects.filter(pk=run_id).first()
    if known is not None and (known.store_id, known.actor_id) == (actor.store_id, actor.pk):
        return known
    now = timezone.now()
    problem = _problem(actor.store, currency, company_ids, day, now)
    if known is not None or problem:
        raise Invalid({"": [problem or _("This form was already used for something else. Start again.")]})
    with transaction.atomic():
        run = ReminderRun.objects.create(
            id=run_id,
            store=actor.store,
            currency=currency,
            day=day,
            actor=actor,
            company_ids=sorted(set(company_ids)),
            started_at=now,
        )
        _record(run)
        start(run)
    return run


def _record(run: ReminderRun) -> None:
    words = _("Round of reminders in %(currency)s: %(count)d companies")
    record(
        run.actor or run.store,
        Kind.REMINDERS,
        words % {"currency": run.currency, "count": len(run.company_ids)},
        details={"round": str(run.pk)},
    )


def _problem(store: Store, currency: str, company_ids: Sequence[int], day: dt.date, now: dt.datetime) -> str:
    plan = plan_of(store, currency)
    if plan is None or not plan.is_on:
        return _("Reminders in %(currency)s are switched off.") % {"currency": currency}
    if not company_ids:
        return _("Choose at least one company.")
    if day != store.today(now):
        return _("This preview is of another day: look at it again.")
    return ""


def begin_by_itself(plan: ReminderPlan, now: dt.datetime) -> None:
    """Today's round of a plan whose hour has come, once a day."""
    store, day = plan.store, plan.store.today(now)
    rounds = ReminderRun.objects.filter(store=store, currency=plan.currency, day=day, actor=None)
    if not is_due_by_itself(plan, now) or built_ledger(store) is None or rounds.exists():
        return
    judge_promises(store, now)
    due = [
        row.company.api_id for row in chosen(store, plan.currency, levels_of(plan), day) if row.choice.lines
    ]
    with transaction.atomic():
        run, is_new = ReminderRun.objects.get_or_create(
            store=store,
            currency=plan.currency,
            day=day,
            actor=None,
            defaults={"id": uuid.uuid4(), "company_ids": due, "started_at": now},
        )
        if is_new:
            _record(run)
            start(run)


def begin_every_round(now: dt.datetime) -> None:
    for store in Store.objects.connected():
        for plan in plans_of(store).values():
            begin_by_itself(plan, now)
    for run in ReminderRun.objects.filter(finished_at=None):
        start(run)


def start(run: ReminderRun) -> None:
    """Has a worker work on it; asking twice does no harm."""
    lock = f"reminders-{run.store_id}"
    task = app.configure_task(TASK, allow_unknown=False, lock=lock, queueing_lock=f"reminders-{run.pk}")
    with suppress(AlreadyEnqueued), transaction.atomic():
        task.defer(run_id=str(run.pk))


def work(run: ReminderRun) -> None:
    """Brings the round to its end. Each company is a transaction."""
    judge_promises(run.store, timezone.now())
    levels = levels_of(plan_of(run.store, run.currency))
    letterhead = letterhead_of(run.store)
    has_mail = set(Mail.objects.filter(batch=run.pk).values_list("company_id", flat=True))
    for company_id in run.company_ids:
        if company_id not in has_mail and str(company_id) not in run.left_out:
            _remind(run, company_id, levels, letterhead)
    run.finished_at = timezone.now()
    run.save(update_fields=["finished_at"])


@transaction.atomic
def _remind(run: ReminderRun, company_id: int, levels: list[Level], letterhead: Letterhead) -> None:
    lock_company(run.store_id, company_id)
    today = run.store.today(timezone.now())
    row = next(iter(chosen(run.store, run.currency, levels, today, [company_id])), None)
    if row is None or not row.choice.lines:
        why = row.choice.why_held if row else _("Nothing is overdue any more.")
        return _leave_out(run, company_id, why)
    composed = reminder_mail(letterhead, row.company.name, row.choice, levels, today)
    try:
        queue_mail(
            run.actor,
            run.store,
            uuid.uuid5(run.pk, str(company_id)),
            company_id=company_id,
            kind=Mail.Kind.REMINDER,
            subject=composed.subject,
            text=composed.text,
            html=composed.html,
            addresses=row.addresses,
            batch=run.pk,
            invoice_ids=row.choice.invoice_ids,
            details=details_of(row.choice),
        )
    except (Invalid, NotAllowed) as refused:
        _leave_out(run, company_id, str(refused))
    return None


def _leave_out(run: ReminderRun, company_id: int, reason: str) -> None:
    run.left_out[str(company_id)] = reason
    run.save(update_fields=["left_out"])
