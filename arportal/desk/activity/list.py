"""The activity of a store: every change somebody asked for, and all else that people did."""

import re
from collections.abc import Sequence
from typing import Any, ClassVar

import django_filters
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.desk.changes.facts import facts
from arportal.desk.format import statuses
from arportal.desk.forms.widgets import Input, Select
from arportal.desk.lists import cells, downloads
from arportal.desk.lists.companies import CompanyNameFilter, with_companies
from arportal.desk.lists.filters import DayFilter, Group, ListFilter
from arportal.desk.lists.list_page import answer, list_page
from arportal.desk.lists.lists import List
from arportal.desk.lists.tables import Column, Viewer, moment_column
from arportal.desk.site.links import change_link, link
from arportal.desk.site.pages import DeskRequest, page
from arportal.mirror.models import Company, Invoice
from arportal.mirror.models.words import Begin, Words
from arportal.receivables.models import Change
from arportal.stores.access import Permission
from arportal.stores.activity import Kind, visible_activity
from arportal.stores.models import Activity, Membership

About = Activity.About
DOCUMENT = re.compile(rf"({'|'.join(About.values)})-(\d{{1,18}})")
DOCUMENTS = [kind for kind in About if kind != About.COMPANY]
FEW = 1_000
NUMBER = re.compile(r"#?[0-9]{1,18}")
KINDS = [choice for choice in Kind.choices if choice[0] != Kind.OUTCOME]


class ActivityFilter(ListFilter):
    q = django_filters.CharFilter(
        method="matching",
        label=_lazy("Search"),
        widget=Input("search", placeholder=_lazy("Words, number")),
    )
    person = django_filters.CharFilter(method="of_person", label=_lazy("Person"), widget=Input("search"))
    company = CompanyNameFilter(method="of_company")
    kind = django_filters.ChoiceFilter(
        label=_lazy("Kind"), choices=KINDS, empty_label=_lazy("Any"), widget=Select
    )
    document = django_filters.CharFilter(
        method="of_document", label=_lazy("Document"), widget=Input("hidden")
    )
    first = DayFilter("at", label=_lazy("From"))
    last = DayFilter("at", until=True, label=_lazy("Until"))

    panel: ClassVar = (Group(_lazy("Day"), ("first", "last")),)

    class Meta:
        model = Activity
        fields: tuple[str, ...] = ()

    def words(self, name: str, raw: str) -> str:
        document = DOCUMENT.fullmatch(raw) if name == "document" else None
        return f"{About(document[1]).label} #{document[2]}" if document else super().words(name, raw)

    def matching(self, rows: QuerySet[Activity], name: str, words: str) -> QuerySet[Activity]:
        """Each part has an index, and only so is the whole OR looked up in one."""
        invoices = Invoice.objects.visible_to(self.viewer.actor).filter(number=words)
        found = Q(self._begins(words))
        found |= Q(about=About.INVOICE, about_id__in=_few(invoices.values_list("api_id", flat=True)))
        if NUMBER.fullmatch(words):
            number = int(words.removeprefix("#"))
            # By its company: once the row of a buyer's change had the buyer's number there.
            found |= Q(about=About.COMPANY, company_id=number)
            found |= Q(about__in=DOCUMENTS, about_id=number)
        return rows.filter(found)

    def of_person(self, rows: QuerySet[Activity], name: str, words: str) -> QuerySet[Activity]:
        people = Membership.objects.filter(store_id=self.viewer.actor.store_id)
        named = people.filter(Q(user__name__folded_contains=words) | Q(user__email__folded_contains=words))
        # By an earlier name, or what was done to them.
        about = Q(who__folded_contains=words) | Q(kind=Kind.PERSON, words__folded_contains=words)
        members = _few(named.values_list("pk", flat=True))
        return rows.filter(Q(actor__in=members) | Q(self._begins(words)) & about)

    def of_company(self, rows: QuerySet[Activity], name: str, words: str) -> QuerySet[Activity]:
        named = Company.objects.visible_to(self.viewer.actor).filter(name__folded_contains=words)
        return rows.filter(company_id__in=_few(named.ids()))

    def of_document(self, rows: QuerySet[Activity], name: str, words: str) -> QuerySet[Activity]:
        """A new document has its id only since its Change was done: the row of the outcome knows it."""
        document = DOCUMENT.fullmatch(words)
        if document is None:
            return rows.none()
        if document[1] == About.COMPANY:
            return rows.filter(company_id=int(document[2]))
        about = Q(about=document[1], about_id=int(document[2]))
        told = Activity.objects.filter(about, store_id=self.viewer.actor.store_id, kind=Kind.OUTCOME)
        return rows.filter(about | Q(change_id__in=_few(told.values_list("change_id", flat=True))))

    def _begins(self, words: str) -> Begin:
        """Written as the index activity_words is."""
        return Begin(self.viewer.actor.store_id, words, Words("store", "words", "who"))


def _few(values: QuerySet[Any, Any]) -> Any:
    """The values themselves, where they are few: each is then looked up in an index, where a query within the query
    would have all rows read until enough are found."""
    first = list(values[: FEW + 1])
    return first if len(first) <= FEW else values


def with_names(rows: Sequence[Any], viewer: Viewer) -> None:
    """Adds to each row its Change, and the names of the company and of the invoice it is about."""
    actor = viewer.actor
    changes = (
        Change.objects.visible_to(actor)
        .select_related("store")
        .in_bulk({row.change_id for row in rows if row.kind == Kind.CHANGE})
    )
    with_companies(rows, viewer)
    numbers = Invoice.objects.visible_to(actor).only("api_id", "number")
    invoices = numbers.by_api_id(row.about_id for row in rows if row.about == About.INVOICE and row.about_id)
    for row in rows:
        row.change = changes.get(row.change_id)
        row.number = ""
        if row.change and row.about_id is None:
            row.about_id = row.change.target_id
        if row.about and row.about != About.COMPANY and row.about_id:
            invoice = invoices.get(row.about_id) if row.about == About.INVOICE else None
            row.number = invoice.number if invoice else f"#{row.about_id}"


def who(row: Any, viewer: Viewer) -> str:
    nobody = _("unknown") if row.kind == Kind.SIGN_IN_FAILED else _("arportal")
    return row.who or nobody


def words_of(row: Any, viewer: Viewer) -> str:
    details = "; ".join(str(fact) for fact in facts(row.change)) if row.change else ""
    return f"{row.words} ({details})" if details else str(row.words)


def what_cell(row: Any, viewer: Viewer) -> SafeString:
    moment = viewer.format.moment(row.at)
    narrow = [moment, who(row, viewer), row.company_name]
    if row.change is None:
        return cells.with_narrow_lines(row.words, [line for line in narrow if line])
    first = cells.two_lines(change_link(viewer.slug, row.change_id), row.words, *narrow, wraps=True)
    details = "; ".join(str(fact) for fact in facts(row.change))
    return cells.with_under(first, details) if details else first


def company_cell(row: Any, viewer: Viewer) -> SafeString | str:
    if row.company_name:
        return cells.titled_anchor(link("company", viewer.slug, row.company_id), row.company_name)
    return cells.muted(f"#{row.company_id}") if row.company_id else ""


def document_of(row: Any, viewer: Viewer) -> str:
    return f"{About(row.about).label} {row.number}" if row.number else ""


def document_cell(row: Any, viewer: Viewer) -> SafeString | str:
    words = document_of(row, viewer)
    return cells.anchor(link(row.about, viewer.slug, row.about_id), words) if words else ""


def state_of(row: Any, viewer: Viewer) -> str:
    return str(statuses.CHANGE_WORDS[row.change.state]) if row.change else ""


def state_cell(row: Any, viewer: Viewer) -> SafeString | str:
    return cells.change_pill(row.change.state) if row.change else ""


ACTIVITY = List(
    columns=(
        moment_column("at", _lazy("When"), "at", css="nowrap p2"),
        Column("who", _lazy("Who"), who, css="text p2"),
        Column("what", _lazy("What"), words_of, what_cell),
        Column("kind", _lazy("Kind"), lambda row, viewer: str(row.get_kind_display()), css="p4"),
        Column(
            "company", _lazy("Company"), lambda row, viewer: row.company_name, company_cell, css="text p3"
        ),
        Column("document", _lazy("Document"), document_of, document_cell, css="p3"),
        Column("outcome", _lazy("Outcome"), state_of, state_cell),
    ),
    filter=ActivityFilter,
    rows=visible_activity,
    sort="-at",
    caption=_lazy("Activity"),
    empty=_lazy("Nothing has happened yet"),
    reads=("at", "who", "kind", "words", "company_id", "about", "about_id", "change_id"),
    prepare=with_names,
    name="activity",
    exports=True,
    id_field="id",
)
export = downloads.of(ACTIVITY)


@page(Permission.READ)
def activity(request: DeskRequest) -> HttpResponse:
    return answer(request, "lists/page.html", list_page(ACTIVITY, request))
