"""The form that asks for PDFs: which invoices, whose PDFs, in what shape, and how long that may take."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _

from arportal.desk.format.formats import formatter
from arportal.desk.forms.keepable import Keepable
from arportal.desk.forms.refusable import Refusable
from arportal.desk.invoices.list import INVOICES
from arportal.desk.lists import selection
from arportal.desk.site.pages import DeskRequest
from arportal.documents.einvoices.records import facts_of
from arportal.documents.exports.create import MOST, MOST_MERGED
from arportal.documents.exports.estimates import estimate, requests_a_minute
from arportal.documents.models import Export
from arportal.mirror.models.invoices import InvoiceQuerySet
from arportal.stores.models import Store

# The shapes of an export of invoices.
FILES = (Export.Shape.ZIP, Export.Shape.MERGED)


class ExportForm(Keepable, Refusable):
    export_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    source = forms.ChoiceField(choices=Export.Source.choices, initial=Export.Source.STORE)
    shape = forms.ChoiceField(
        choices=[(shape.value, shape.label) for shape in FILES], initial=Export.Shape.ZIP
    )


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
        self.list_query = selection.list_query(INVOICES, request)
        # What a form has to send again to mean the same.
        self.hidden = {"query": request.POST.get("query", ""), "everything": "1"}
        self.is_everything = True
        if request.method != "POST":
            self.hidden["query"] = request.GET.urlencode()
        elif not request.POST.get("everything"):
            self.is_everything = False
            self.hidden["everything"] = ""
            self.hidden["invoice"] = " ".join(request.POST.getlist("invoice"))
        # Not counted further than what is too many.
        self.count = self.list_query.matching.order_by().values("pk")[: MOST + 1].count()
        if not self.count:
            raise selection.NotChosen(_("There is no such invoice, or none that you may see."))

    @property
    def invoices(self) -> InvoiceQuerySet:
        """The invoices in the order of the list."""
        return cast(InvoiceQuerySet, self.list_query.ordered)

    @property
    def invoice_ids(self) -> list[int]:
        """The ids of as many as one export holds."""
        return list(self.invoices.values_list("api_id", flat=True)[:MOST])

    @property
    def words(self) -> str:
        if not self.is_everything:
            return _("Selected by hand")
        chips = self.list_query.filter.chips(lambda name: "")
        return ", ".join(f"{chip.label}: {chip.words}" for chip in chips) or _("All invoices")


def sources(form: ExportForm, store: Store, chosen: Chosen) -> Iterator[Option]:
    """The sources of a PDF, each with the time that the export would take; e-invoices only where they are set up."""
    limit = {"requests": formatter().number(requests_a_minute(store))}
    from_store = _("The documents that the store itself gives to buyers.")
    hints = {
        Export.Source.STORE: f"{from_store} {_('It allows us %(requests)s a minute.') % limit}",
        Export.Source.OURS: _("Made here, with this store's logo, address and bank details."),
        Export.Source.EINVOICE: _(
            "Ours as Factur-X (ZUGFeRD), with the XML beside each; a plain PDF where something is missing for it."
        ),
    }
    invoice_ids = chosen.invoice_ids
    offered = [*hints] if facts_of(store) else [Export.Source.STORE, Export.Source.OURS]
    for source in offered:
        told = estimate(store, source, invoice_ids)
        words = _("Roughly %(time)s; told better once the first files are done.")
        words = (words if told.is_first else _("About %(time)s.")) % {"time": formatter().duration(told.time)}
        hint = f"{hints[source]} {words}"
        yield Option(source.value, str(source.label), hint, _is_chosen(form, "source", source))


def shapes(form: ExportForm) -> Iterator[Option]:
    """The two shapes of an export: a file an invoice, or all in one."""
    most = {"most": formatter().number(MOST_MERGED)}
    in_one = _("For printing or reading in one go, with a bookmark for each invoice.")
    hints = {
        Export.Shape.ZIP: _("A file for each invoice, with a list of all of them and of what is missing."),
        Export.Shape.MERGED: f"{in_one} {_('At most %(most)s invoices.') % most}",
    }
    for shape in FILES:
        yield Option(shape.value, str(shape.label), hints[shape], _is_chosen(form, "shape", shape))


def _is_chosen(form: ExportForm, name: str, choice: Any) -> bool:
    return bool(form[name].value() == choice)
