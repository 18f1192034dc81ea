"""The movements of balances that no payment and no change explains, for a person to look at."""

from dataclasses import replace

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _lazy

from arportal.desk.ledger import entries
from arportal.desk.lists import downloads
from arportal.desk.lists.list_page import answer, list_page
from arportal.desk.lists.lists import List
from arportal.desk.site.pages import DeskRequest, page
from arportal.receivables.models import LedgerEntry
from arportal.stores.access import Permission

UNEXPLAINED = List(
    columns=(
        replace(entries.SEEN, sort="observed_at", css="nowrap"),
        replace(entries.DAY, label=_lazy("Took effect"), sort="", css="nowrap p3"),
        entries.COMPANY,
        entries.INVOICE,
        entries.CAUSE,
        entries.AMOUNT,
    ),
    filter=entries.UnexplainedFilter,
    rows=lambda actor: LedgerEntry.objects.visible_to(actor).not_explained(),
    sort="-seen",
    caption=_lazy("Unexplained movements"),
    empty=_lazy("Nothing is unexplained"),
    reads=entries.READS,
    prepare=entries.with_sources,
    id_field="id",
    name="unexplained",
    exports=True,
)
export = downloads.of(UNEXPLAINED)


@page(Permission.READ)
def unexplained(request: DeskRequest) -> HttpResponse:
    return answer(request, "ledger/unexplained.html", list_page(UNEXPLAINED, request))
