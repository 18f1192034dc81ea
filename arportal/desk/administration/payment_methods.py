"""Companies by payment methods: who may pay how, on what terms, and what they owe; where many are set at once."""

from collections.abc import Sequence
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from arportal.desk.companies import figures
from arportal.desk.companies.filter import DebtorFilter
from arportal.desk.companies.list import NAME
from arportal.desk.forms.widgets import Select
from arportal.desk.lists import cells, downloads
from arportal.desk.lists.list_page import answer, list_page
from arportal.desk.lists.lists import Action, List
from arportal.desk.lists.tables import Column, Kind, Pick, Viewer
from arportal.desk.site.links import companies_batch_link
from arportal.desk.site.pages import DeskRequest, page
from arportal.mirror.models import Company, CompanyMethod, CreditTerms, Method
from arportal.receivables.companies.switch_methods import method_states
from arportal.receivables.companies.together import latest_batches
from arportal.receivables.models import Change
from arportal.stores.access import Permission
from arportal.stores.models import Membership

ON, OFF = "on", "off"


class MethodFilter(django_filters.ChoiceFilter):  # type: ignore[misc]
    """Companies that may, or may not, pay by a method of the store's catalogue."""

    def __init__(self) -> None:
        super().__init__(label=_lazy("Method"), empty_label=_lazy("Any"), widget=Select)

    @property
    def field(self) -> Any:
        methods = catalogue(self.parent.viewer)
        has = [(f"{ON}-{each.code}", _("%(method)s is on") % {"method": each}) for each in methods]
        has_not = [(f"{OFF}-{each.code}", _("%(method)s is off") % {"method": each}) for each in methods]
        self.extra["choices"] = [*has, *has_not]
        return super().field

    def filter(self, qs: Any, value: str) -> Any:
        state, _dash, code = (value or "").partition("-")
        if not code:
            return qs
        switched = CompanyMethod.objects.filter(
            store_id=self.parent.viewer.actor.store_id, gone_at=None, code=code, is_enabled=state == ON
        )
        return qs.filter(api_id__in=switched.values("company_id"))


class MatrixFilter(DebtorFilter):
    method = MethodFilter()
    hold = django_filters.ChoiceFilter(
        method="on_hold",
        label=_lazy("Credit"),
        choices=[(ON, _lazy("On hold")), (OFF, _lazy("Not on hold"))],
        empty_label=_lazy("Any"),
        widget=Select,
    )

    def on_hold(self, rows: QuerySet[Company], name: str, state: str) -> QuerySet[Company]:
        terms = CreditTerms.objects.visible_to(self.viewer.actor).filter(credit_enabled=True)
        return rows.filter(api_id__in=terms.filter(is_on_hold=state == ON).values("api_id"))


def catalogue(viewer: Viewer) -> list[Method]:
    """The store's payment methods, in the order of their columns."""
    methods = Method.objects.filter(store_id=viewer.actor.store_id, gone_at=None)
    return sorted(methods, key=lambda method: (str(method).casefold(), method.code))


def method_columns(viewer: Viewer) -> list[Column[Any]]:
    return [_method_column(method) for method in catalogue(viewer)]


def _method_column(method: Method) -> Column[Any]:
    words = {True: _lazy("on"), False: _lazy("off")}

    def value(company: Any, viewer: Viewer) -> str | None:
        is_enabled = company.methods.get(method.code)
        return None if is_enabled is None else str(words[is_enabled])

    def cell(company: Any, viewer: Viewer) -> SafeString:
        is_enabled = company.methods.get(method.code)
        if is_enabled is None:
            return cells.NOTHING
        return cells.outcome("check", _("on")) if is_enabled else cells.muted(_("off"))

    return Column(f"method-{method.api_id}", str(method), value, cell, css="nowrap p3")


def with_settings(rows: Sequence[Any], viewer: Viewer) -> None:
    """Adds to each company its figures, its methods by code, and its credit and terms: three queries a page."""
    figures.with_figures(rows, viewer)
    ids = [row.api_id for row in rows]
    methods = method_states(viewer.actor, ids)
    terms = CreditTerms.objects.visible_to(viewer.actor).by_api_id(ids)
    for row in rows:
        row.methods = methods.get(row.api_id, {})
        row.terms = terms.get(row.api_id)


def hold_words(company: Any, viewer: Viewer) -> str | None:
    return str(_("on hold")) if company.terms and company.terms.is_on_hold else None


PAYMENT_METHODS = List(
    columns=(
        NAME,
        Column(
            "terms",
            _lazy("Terms, days"),
            lambda company, viewer: company.terms and company.terms.terms_days,
            css="num p3",
            kind=Kind.NUMBER,
        ),
        Column("hold", _lazy("Credit"), hold_words, css="nowrap p3"),
        *(column for column in figures.COLUMNS if column.key in ("open", "overdue")),
    ),
    own_columns=method_columns,
    shows_own=True,
    filter=MatrixFilter,
    rows=lambda actor: Company.objects.visible_to(actor),
    sort="name",
    caption=_lazy("Payment methods"),
    empty=_lazy("No companies yet"),
    reads=("name", "status"),
    pick=Pick("company", Permission.HOLD_CREDIT, lambda company: True),
    prepare=with_settings,
    name="payment_methods",
    exports=True,
    split=figures.by_currency,
    notes=figures.notes,
    actions=(Action("companies_together", _lazy("Change…"), "pencil", Permission.HOLD_CREDIT),),
)
export = downloads.of(PAYMENT_METHODS)


@page(Permission.READ)
def payment_methods(request: DeskRequest) -> HttpResponse:
    listed = list_page(PAYMENT_METHODS, request)
    return answer(request, "administration/payment_methods.html", listed, batches=latest(request.actor))


def latest(actor: Membership) -> list[dict[str, Any]]:
    """The last batches with their titles and pages."""
    return [
        batch
        | {
            "title": batch_title(batch["verb"], batch["count"]),
            "url": companies_batch_link("companies_batch", actor.store.slug, batch["batch"]),
        }
        for batch in latest_batches(actor)
    ]


def batch_title(verb: str, count: int) -> str:
    words = ngettext("%(verb)s: %(count)d company", "%(verb)s: %(count)d companies", count)
    return words % {"verb": Change.Verb(verb).label, "count": count}
