"""The section of a company's page about collections: what is agreed, to be done, said, and could be done."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from arportal.desk.format.formats import formatter
from arportal.desk.format.showing import is_showing
from arportal.desk.site.links import link
from arportal.desk.site.pages import DeskRequest
from arportal.mirror.models import Invoice
from arportal.receivables.collections.judging import judge_promises
from arportal.receivables.collections.suggestions import Action, Suggestion, suggestions
from arportal.receivables.models import CollectionEvent, Dispute, Note, PromiseToPay
from arportal.stores.access import Permission, may
from arportal.stores.models import Membership

MOST = 30


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the history: what happened, and what was said with it."""

    event: CollectionEvent
    details: list[str]


@dataclass(frozen=True, slots=True)
class Suggested:
    """Something that could be done, with the reasons in words; `url` is "" for somebody who may not."""

    words: str
    reasons: list[str]
    url: str


def bring_promises_up_to_date(request: DeskRequest, company_id: int | None = None) -> None:
    """Brings promises to this moment, before somebody reads them: all of one company's, of all companies' those that
    are over. What else has changed of these is found every ten minutes."""
    if not is_showing():  # Then nothing can be written.
        judge_promises(request.store, timezone.now(), company_id, only_over=company_id is None)


def collections_of(actor: Membership, company_id: int, today: dt.date) -> dict[str, Any]:
    """The context of templates/collections/_company.html."""
    promises = PromiseToPay.objects.visible_to(actor).filter(company_id=company_id).order_by("pay_by")
    disputes = Dispute.objects.visible_to(actor).filter(company_id=company_id, resolved_at=None)
    notes = Note.objects.visible_to(actor).filter(
        company_id=company_id, action_on__isnull=False, done_at=None
    )
    events = CollectionEvent.objects.visible_to(actor).filter(company_id=company_id)
    latest = events.select_related("actor__user", "note__person__user", "promise", "dispute")
    shown = list(latest.order_by("-at", "-pk")[:MOST])
    open_promises = list(promises.filter(state=PromiseToPay.State.OPEN))
    open_disputes = list(disputes.order_by("at"))
    told = [event.promise or event.dispute for event in shown]
    subjects: list[PromiseToPay | Dispute | None] = [*open_promises, *open_disputes, *told]
    ids = {invoice_id for subject in subjects if subject for invoice_id in subject.invoice_ids}
    numbers = Invoice.objects.filter(store_id=actor.store_id).numbers(ids)
    return {
        "promises": [(promise, _named(promise.invoice_ids, numbers)) for promise in open_promises],
        "disputes": [(dispute, _named(dispute.invoice_ids, numbers)) for dispute in open_disputes],
        "actions": list(notes.select_related("person__user").order_by("action_on")),
        "said": [Line(event, list(_details(event, numbers))) for event in shown],
        "suggested": [_suggested(actor, company_id, each) for each in suggestions(actor, company_id, today)],
        "may_collect": may(actor, Permission.COLLECT),
        "today": today,
    }


def _named(invoice_ids: Iterable[int], numbers: dict[int, str]) -> str:
    return ", ".join(numbers.get(invoice_id, f"#{invoice_id}") for invoice_id in invoice_ids)


def _details(event: CollectionEvent, numbers: dict[int, str]) -> Iterator[str]:
    write = formatter()
    if promise := event.promise:
        what = {"amount": write.amount(promise.money), "day": write.date(promise.pay_by)}
        words = _("%(amount)s by %(day)s") % what
        yield f"{words} · {_named(promise.invoice_ids, numbers)}" if promise.invoice_ids else words
        if event.what == CollectionEvent.What.PROMISED:
            yield promise.text
    if dispute := event.dispute:
        yield f"{_named(dispute.invoice_ids, numbers)} · {write.amount(dispute.money)}"
        if event.what == CollectionEvent.What.DISPUTED:
            yield from (str(dispute.get_reason_display()), dispute.text)
        if event.what == CollectionEvent.What.RESOLVED:
            yield str(dispute.get_outcome_display())
    if note := event.note:
        yield note.text
        if note.action_on and event.what == CollectionEvent.What.NOTE:
            person = note.person.user if note.person else _("anybody")
            yield _("To do on %(day)s: %(person)s") % {"day": write.date(note.action_on), "person": person}
    yield event.text


def _suggested(actor: Membership, company_id: int, made: Suggestion) -> Suggested:
    write, today = formatter(), actor.store.today(timezone.now())
    reasons = [
        _("%(amount)s overdue, %(late)s")
        % {"amount": write.amount(row.overdue_money), "late": write.days_late(row.days_late(today))}
        for row in made.late
    ]
    for promise in made.broken:
        what = {"amount": write.amount(promise.money), "day": write.date(promise.pay_by)}
        reasons.append(_("%(amount)s promised for %(day)s did not come") % what)
    if made.action is Action.HOLD_CREDIT:
        url = link("credit_hold", actor.store.slug, company_id)
        return Suggested(_("Put credit on hold"), reasons, url if may(actor, Permission.HOLD_CREDIT) else "")
    words = _("Switch off what lets it order now and pay later: %(methods)s") % {
        "methods": ", ".join(made.methods)
    }
    url = "#methods-title" if may(actor, Permission.SWITCH_METHODS) else ""
    return Suggested(words, reasons, url)
