"""The form that asks for PDFs: which invoices, whose PDFs, in what shape, and how long that may take."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from arportal.desk.format.formats import formatter
from arportal.desk.forms.keepable import Keepable
from arportal.desk.invoices.list import INVOICES
from arportal.desk.lists import selection
from arportal.desk.lists.list_query import ListQuery
from arportal.desk.lists.lists import viewer_of
from arportal.desk.site.pages import DeskRequest
from arportal.documents.exports.create import MOST, MOST_MERGED
from arportal.documents.exports.estimates import about, requests_a_minute
from arportal.documents.models import Export
from arportal.mirror.models.invoices import InvoiceQuerySet
from arportal.receivables.changes.errors import Invalid
from arportal.stores.models import Store


class ExportForm(Keepable, forms.Form):
    export_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    source = forms.ChoiceField(choices=Export.Source.choices, initial=Export.Source.STORE)
    shape = forms.ChoiceField(choices=Export.Shape.choices, initial=Export.Shape.ZIP)

    def refuse(self, broken: Invalid) -> None:
        for name, reasons in broken.fields.items():
            self.add_error(name if name in self.fields else None, reasons)


@dataclass(frozen=True, slots=True)
class Option:
    """A radio button with what is to be known before choosing it."""

    value: str
    label: str
    hint: str
    is_chosen: bool


class Chosen:
    """The invoices that a list has sent here, or all that its query matches. Raises selection.NotChosen."""

    def __init__(self, request: DeskRequest) -> None:
        if request.method == "POST":
            self.list_query, sent = selection.list_query(INVOICES, request), request.POST
            self.is_everything, query = bool(sent.get("everything")), sent.get("query", "")
        else:
            self.list_query, sent = _matching(request), QueryDict()
            self.is_everything, query = True, request.GET.urlencode()
        ids = " ".join(sent.getlist(INVOICES.pick.name)) if INVOICES.pick else ""
        # What a form has to send again to mean the same.
        self.hidden = {"query": query} | ({"everything": "1"} if self.is_everything else {"invoice": ids})
        # Not counted further than what is too many.
        self.count = self.list_query.matching.order_by().values("pk")[: MOST + 1].count()
        if not self.count:
            raise selection.NotChosen(_("There is no such invoice, or none that you may see."))

    @property
    def invoices(self) -> InvoiceQuerySet:
        """In the order of the list."""
        return cast(InvoiceQuerySet, self.list_query.ordered)

    @property
    def invoice_ids(self) -> list[int]:
        """Of as many as one export holds."""
        return list(self.invoices.values_list("api_id", flat=True)[:MOST])

    @property
    def words(self) -> str:
        if not self.is_everything:
            return _("Selected by hand")
        chips = self.list_query.filter.chips(lambda **_without: "")
        return ", ".join(f"{chip.label}: {chip.words}" for chip in chips) or _("All invoices")


def _matching(request: DeskRequest) -> ListQuery:
    list_query = ListQuery(INVOICES, request.GET, viewer_of(request))
    if list_query.problems:
        raise selection.NotChosen(" ".join(list_query.problems))
    return list_query


def sources(form: ExportForm, store: Store, chosen: Chosen) -> Iterator[Option]:
    limit = {"requests": formatter().number(requests_a_minute(store))}
    hints = {
        Export.Source.STORE: _("The documents that the store itself gives to buyers.")
        + " "
        + _("It allows us %(requests)s a minute.") % limit,
        Export.Source.OURS: _("Made here, with this store's logo, address and bank details."),
    }
    invoice_ids = chosen.invoice_ids
    for source in Export.Source:
        time = formatter().duration(about(store, source, invoice_ids))
        hint = f"{hints[source]} {_('About %(time)s.') % {'time': time}}"
        yield Option(source.value, str(source.label), hint, _is_chosen(form, "source", source))


def shapes(form: ExportForm) -> Iterator[Option]:
    most = {"most": formatter().number(MOST_MERGED)}
    hints = {
        Export.Shape.ZIP: _("A file for each invoice, with a list of all of them and of what is missing."),
        Export.Shape.MERGED: _("For printing or reading in one go, with a bookmark for each invoice.")
        + " "
        + _("At most %(most)s invoices.") % most,
    }
    for shape in Export.Shape:
        yield Option(shape.value, str(shape.label), hints[shape], _is_chosen(form, "shape", shape))


def _is_chosen(form: ExportForm, name: str, choice: Any) -> bool:
    return bool(form[name].value() == choice)
