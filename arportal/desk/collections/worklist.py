"""The worklist: whom to chase first, with the reasons beside each row."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import django_filters
from django.db.models import F, QuerySet
from django.http import HttpResponse, QueryDict
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from arportal.b2b import Money
from arportal.desk.collections.filter import OfCompanyFilter
from arportal.desk.companies.collections import bring_promises_up_to_date
from arportal.desk.forms.widgets import Select
from arportal.desk.ledger.entries import COMPANY, company_cell
from arportal.desk.lists import cells
from arportal.desk.lists.filters import CurrencyFilter
from arportal.desk.lists.list_page import answer, list_page
from arportal.desk.lists.lists import List, ListQuery
from arportal.desk.lists.tables import Column, Computed, Kind, Total, Viewer, money_column
from arportal.desk.site.pages import DeskRequest, page
from arportal.mirror.models.rows import MoneyField
from arportal.receivables.collections.worklist import QUIET, in_order_of_worth, with_actions_of
from arportal.receivables.ledger.build import built_ledger
from arportal.receivables.models import CompanyBalance, Note
from arportal.stores.access import Permission

TODAY, LATER, NONE = "today", "later", "none"
MINE = "me"


class WorklistFilter(OfCompanyFilter):
    action = django_filters.ChoiceFilter(
        method="with_action",
        label=_lazy("Next action"),
        choices=[
            (TODAY, _lazy("Today or earlier")),
            (LATER, _lazy("Later")),
            (NONE, _lazy("None planned")),
        ],
        empty_label=_lazy("Any"),
        widget=Select,
    )
    person = django_filters.ChoiceFilter(
        method="of_person",
        label=_lazy("Whose action"),
        choices=[(MINE, _lazy("Mine"))],
        empty_label=_lazy("Anybody's"),
        widget=Select,
    )
    currency = CurrencyFilter()

    class Meta:
        model = CompanyBalance
        fields: tuple[str, ...] = ()

    def __init__(self, data: QueryDict, queryset: Any, *, viewer: Viewer) -> None:
        rows = in_order_of_worth(queryset, viewer.today, timezone.now())
        super().__init__(data, rows, viewer=viewer)

    def with_action(self, rows: Any, name: str, when: str) -> QuerySet[CompanyBalance]:
        if when == NONE:
            without: QuerySet[CompanyBalance] = rows.filter(action_on=None)
            return without
        if when == TODAY:
            return with_actions_of(rows, action_on__lte=self.viewer.today)
        return with_actions_of(rows, action_on__gt=self.viewer.today)

    def of_person(self, rows: QuerySet[CompanyBalance], name: str, who: str) -> QuerySet[CompanyBalance]:
        return with_actions_of(rows, person=self.viewer.actor)


def with_next_actions(rows: Sequence[Any], viewer: Viewer) -> None:
    """Adds to each row the next thing to do about the company."""
    notes = Note.objects.visible_to(viewer.actor).filter(company_id__in=[row.company_id for row in rows])
    to_do = notes.filter(action_on__isnull=False, done_at=None).select_related("person__user")
    first = {note.company_id: note for note in to_do.order_by("-action_on", "-pk")}
    for row in rows:
        row.next_action = first.get(row.company_id)


def reasons(row: Any, viewer: Viewer) -> Iterator[str]:
    """The reasons, beside the amount, why the company stands where it does."""
    write = viewer.format
    if row.broken_on:
        yield _("Promise for %(day)s not kept") % {"day": write.date(row.broken_on)}
    yield write.days_late(row.days_late(viewer.today))
    if row.contacted_at is None:
        yield _("No contact written down yet")
    elif timezone.now() - row.contacted_at >= QUIET:
        days = (timezone.now() - row.contacted_at).days
        words = ngettext("No contact for %(days)d day", "No contact for %(days)d days", days)
        yield words % {"days": days}
    if row.promised:
        yield _("%(amount)s promised") % {"amount": write.amount(Money(row.promised, row.currency))}
    if row.disputed:
        yield _("%(amount)s in dispute") % {"amount": write.amount(Money(row.disputed, row.currency))}


def reasons_cell(row: Any, viewer: Viewer) -> SafeString:
    first, *others = reasons(row, viewer)
    worst = cells.late(first) if row.broken_on else cells.markup("{}", first)
    return cells.lines([worst] + [cells.markup("{}", words) for words in others])


def name_cell(row: Any, viewer: Viewer) -> SafeString | str:
    """The company, on phones with the reasons, for which they have no column."""
    return cells.with_narrow_lines(company_cell(row, viewer), reasons(row, viewer))


def action_cell(row: Any, viewer: Viewer) -> SafeString | str:
    note = row.next_action
    if note is None:
        return ""
    day = viewer.format.date(note.action_on)
    shown = cells.late(day) if note.action_on < viewer.today else cells.markup("{}", day)
    return cells.with_under(shown, str(note.person.user) if note.person else _("anybody"))


def notes(listed: ListQuery) -> Iterator[str]:
    if built_ledger(listed.viewer.actor.store) is None:
        yield _(
            "Nothing is listed yet: the ledger of this store is still being built. The Sync page says how far it is."
        )


WORKLIST = List(
    columns=(
        replace(COMPANY, cell=name_cell, css=""),
        money_column(
            "overdue",
            _lazy("Overdue"),
            lambda row: row.overdue_money,
            sort="overdue",
            totals=(Total("overdue"),),
        ),
        Column(
            "worth",
            _lazy("Why now"),
            lambda row, viewer: ", ".join(reasons(row, viewer)),
            reasons_cell,
            sort=Computed(lambda viewer: F("score"), MoneyField()),
            css="p2",
            # Of one currency at a time, as all amounts are put in order.
            kind=Kind.MONEY,
            exported=False,
        ),
        Column(
            "action",
            _lazy("Next action"),
            lambda row, viewer: row.next_action.action_on if row.next_action else None,
            action_cell,
            css="nowrap p2",
            kind=Kind.DATE,
        ),
        Column(
            "contact",
            _lazy("Last contact"),
            lambda row, viewer: row.contacted_at,
            lambda row, viewer: viewer.format.day(row.contacted_at),
            css="nowrap p3",
            kind=Kind.MOMENT,
        ),
    ),
    filter=WorklistFilter,
    rows=lambda actor: CompanyBalance.objects.visible_to(actor),
    sort="-worth",
    caption=_lazy("Worklist"),
    empty=_lazy("Nothing is overdue"),
    reads=("company_id", "currency", "overdue", "oldest_due_on"),
    prepare=with_next_actions,
    notes=notes,
    name="worklist",
    id_field="id",
)


@page(Permission.READ)
def worklist(request: DeskRequest) -> HttpResponse:
    bring_promises_up_to_date(request)
    return answer(request, "collections/worklist.html", list_page(WORKLIST, request))
