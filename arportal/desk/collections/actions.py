"""The list of next actions, and the button that says that one is done."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import django_filters
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.desk.collections.filter import OfCompanyFilter
from arportal.desk.forms.widgets import Select
from arportal.desk.ledger.entries import COMPANY, company_cell
from arportal.desk.lists import cells
from arportal.desk.lists.filters import DateFilter
from arportal.desk.lists.list_page import answer, list_page
from arportal.desk.lists.lists import List
from arportal.desk.lists.tables import Column, Viewer, date_column
from arportal.desk.site.links import link
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import SeeOther
from arportal.receivables.collections.notes import finish_action
from arportal.receivables.models import Note
from arportal.stores.access import Permission

MINE, ANYBODY = "me", "anybody"
TO_DO, DONE = "to-do", "done"


class ActionFilter(OfCompanyFilter):
    state = django_filters.ChoiceFilter(
        method="in_state",
        label=_lazy("State"),
        choices=[(TO_DO, _lazy("To do")), (DONE, _lazy("Done"))],
        empty_label=_lazy("All"),
        widget=Select,
    )
    person = django_filters.ChoiceFilter(
        method="of_person",
        label=_lazy("Person"),
        choices=[(MINE, _lazy("Me")), (ANYBODY, _lazy("Not assigned"))],
        empty_label=_lazy("Everybody"),
        widget=Select,
    )
    day_to = DateFilter("action_on", "lte", label=_lazy("Until"))

    class Meta:
        model = Note
        fields: tuple[str, ...] = ()

    def in_state(self, rows: QuerySet[Note], name: str, state: str) -> QuerySet[Note]:
        return rows.filter(done_at__isnull=state == TO_DO)

    def of_person(self, rows: QuerySet[Note], name: str, who: str) -> QuerySet[Note]:
        return rows.filter(person=self.viewer.actor if who == MINE else None)


def with_people(rows: Sequence[Any], viewer: Viewer) -> None:
    known = Note.objects.filter(pk__in=[row.pk for row in rows]).select_related(
        "person__user", "done_by__user"
    )
    people = known.in_bulk()
    for row in rows:
        row.person, row.done_by = people[row.pk].person, people[row.pk].done_by


def day_cell(note: Any, viewer: Viewer) -> SafeString:
    day = viewer.format.date(note.action_on)
    return cells.late(day) if note.is_to_do and note.action_on < viewer.today else cells.markup("{}", day)


def done_cell(note: Any, viewer: Viewer) -> SafeString | str:
    if note.is_to_do:
        token = {"csrfmiddlewaretoken": viewer.csrf_token}
        done = cells.button("done", "yes", _("Done"), "btn btn-plain btn-sm", note.text[:80])
        return cells.plain_form(link("action_done", viewer.slug, note.pk), token, done)
    by = {"day": viewer.format.day(note.done_at), "person": note.done_by.user}
    return cells.muted(_("Done on %(day)s by %(person)s") % by)


ACTIONS = List(
    columns=(
        date_column("day", _lazy("Day"), "action_on"),
        replace(
            COMPANY,
            cell=lambda note, viewer: cells.with_narrow_lines(company_cell(note, viewer), [note.text[:120]]),
            css="",
        ),
        Column("text", _lazy("What"), lambda note, viewer: note.text, css="text p2"),
        Column(
            "person",
            _lazy("Person"),
            lambda note, viewer: str(note.person.user) if note.person else "",
            css="p2",
        ),
        Column(
            "done",
            _lazy("Done"),
            lambda note, viewer: viewer.format.day(note.done_at),
            done_cell,
            needs=Permission.COLLECT,
        ),
    ),
    filter=ActionFilter,
    rows=lambda actor: Note.objects.visible_to(actor).filter(action_on__isnull=False),
    sort="day",
    caption=_lazy("Next actions"),
    empty=_lazy("Nothing is planned"),
    reads=("company_id", "text", "action_on", "done_at"),
    prepare=with_people,
    id_field="id",
)


@page(Permission.READ)
def actions(request: DeskRequest) -> HttpResponse:
    return answer(request, "collections/actions.html", list_page(ACTIONS, request))


@page(Permission.COLLECT, methods=("POST",))
def action_done(request: DeskRequest, note_id: int) -> HttpResponse:
    """Back to the company with `to`, else to the list."""
    try:
        note = finish_action(request.actor, note_id, timezone.now())
    except Note.DoesNotExist:
        raise Http404(_("There is no such action.")) from None
    messages.success(request, _("Marked as done."))
    if request.POST.get("to") == "company":
        return SeeOther(f"{link('company', request.store.slug, note.company_id)}#collections")
    return SeeOther(f"{link('actions', request.store.slug)}?state={TO_DO}")
