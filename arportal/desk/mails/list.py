"""The mail log: a row for each delivery of a mail to an address."""

from collections.abc import Sequence
from typing import Any, ClassVar

import django_filters
from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.desk.forms.widgets import Input, Select
from arportal.desk.lists import cells, downloads
from arportal.desk.lists.companies import CompanyNameFilter, with_companies
from arportal.desk.lists.filters import DayFilter, Group, ListFilter
from arportal.desk.lists.list_page import answer, list_page
from arportal.desk.lists.lists import List
from arportal.desk.lists.tables import Column, Viewer, moment_column, text_column
from arportal.desk.site.links import link, mail_link
from arportal.desk.site.pages import DeskRequest, page
from arportal.receivables.models import Mail, MailRecipient
from arportal.stores.access import Permission


class MailFilter(ListFilter):
    q = django_filters.CharFilter(
        method="matching",
        label=_lazy("Search"),
        widget=Input("search", placeholder=_lazy("Address, subject")),
    )
    company = CompanyNameFilter()
    state = django_filters.ChoiceFilter(
        label=_lazy("State"),
        choices=MailRecipient.State.choices,
        empty_label=_lazy("Any"),
        widget=Select,
    )
    kind = django_filters.ChoiceFilter(
        "mail__kind", label=_lazy("Kind"), choices=Mail.Kind.choices, empty_label=_lazy("Any"), widget=Select
    )
    batch = django_filters.UUIDFilter("mail__batch", label=_lazy("Run"), widget=Input("hidden"))
    queued_from = DayFilter("queued_at", label=_lazy("From"))
    queued_to = DayFilter("queued_at", until=True, label=_lazy("Until"))

    panel: ClassVar = (Group(_lazy("Day"), ("queued_from", "queued_to")),)

    class Meta:
        model = MailRecipient
        fields: tuple[str, ...] = ()

    def words(self, name: str, raw: str) -> str:
        # A run has no name that says more than its id.
        return _("mails sent together") if name == "batch" else super().words(name, raw)

    def matching(self, rows: QuerySet[MailRecipient], name: str, words: str) -> QuerySet[MailRecipient]:
        by_address = Q(address__folded_contains=words)
        return rows.filter(by_address | Q(mail__subject__folded_contains=words))


def with_mails(rows: Sequence[Any], viewer: Viewer) -> None:
    """Adds to each delivery its mail, without the texts, and the company's name."""
    mails = Mail.objects.defer("text", "html", "details").select_related("actor__user")
    by_id = mails.in_bulk({row.mail_id for row in rows})
    with_companies(rows, viewer)
    for row in rows:
        row.of = by_id[row.mail_id]


def subject_cell(row: Any, viewer: Viewer) -> SafeString:
    return cells.two_lines(
        mail_link(viewer.slug, row.mail_id), row.of.subject, row.company_name, row.address, wraps=True
    )


def company_cell(row: Any, viewer: Viewer) -> SafeString:
    if not row.company_name:
        return cells.muted(f"#{row.company_id}")
    return cells.titled_anchor(link("company", viewer.slug, row.company_id), row.company_name)


def state_cell(row: Any, viewer: Viewer) -> SafeString:
    words = row.note or row.reply
    pill = cells.mail_pill(row.state)
    return cells.with_under(pill, words) if words and row.state != MailRecipient.State.SENT else pill


MAILS = List(
    columns=(
        Column("mail", _lazy("Mail"), lambda row, viewer: row.of.subject, subject_cell),
        Column(
            "company", _lazy("Company"), lambda row, viewer: row.company_name, company_cell, css="text p2"
        ),
        text_column("to", _lazy("To"), "address", css="text p2"),
        Column("kind", _lazy("Kind"), lambda row, viewer: str(row.of.get_kind_display()), css="p4"),
        Column(
            "by",
            _lazy("By"),
            lambda row, viewer: str(row.of.actor.user) if row.of.actor else "",
            css="text p4",
            optional=True,
        ),
        moment_column("queued", _lazy("Queued"), "queued_at", css="p3"),
        Column(
            "state",
            _lazy("State"),
            lambda row, viewer: str(row.get_state_display()),
            state_cell,
            sort="state",
        ),
        text_column("reply", _lazy("The server's words"), "reply", css="text p4", optional=True, sort=""),
    ),
    filter=MailFilter,
    rows=lambda actor: MailRecipient.objects.visible_to(actor),
    sort="-queued",
    caption=_lazy("Mail log"),
    empty=_lazy("No mail yet"),
    reads=("mail_id", "company_id", "address", "state", "reply", "note", "queued_at"),
    prepare=with_mails,
    name="mails",
    exports=True,
    id_field="id",
)
export = downloads.of(MAILS)


@page(Permission.READ)
def mails(request: DeskRequest) -> HttpResponse:
    return answer(request, "mails/list.html", list_page(MAILS, request), sends_mail=settings.SENDS_MAIL)
