"""The ledger of one company: every movement of its balances, the latest first, as a statement has them."""

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _lazy

from arportal.desk.companies.page import get_company_or_404
from arportal.desk.ledger import entries
from arportal.desk.lists.list_page import answer, list_page
from arportal.desk.lists.lists import List
from arportal.desk.site.pages import DeskRequest, page
from arportal.receivables.ledger.build import built_ledger
from arportal.receivables.models import LedgerEntry
from arportal.stores.access import Permission

ITS_LEDGER = List(
    columns=(entries.DAY, entries.CAUSE, entries.INVOICE, entries.SEEN, entries.MOVED, entries.BALANCE),
    filter=entries.EntryFilter,
    rows=lambda actor: LedgerEntry.objects.visible_to(actor),
    sort="-day",
    caption=_lazy("Movements of the company's balance"),
    empty=_lazy("Nothing has moved it"),
    reads=entries.READS,
    prepare=entries.with_sources,
    id_field="id",
)


@page(Permission.READ)
def company_ledger(request: DeskRequest, company_id: int) -> HttpResponse:
    company = get_company_or_404(request, company_id)
    its_own = LedgerEntry.objects.visible_to(request.actor).filter(company_id=company_id)
    is_built = built_ledger(request.store) is not None
    listed = list_page(ITS_LEDGER, request, its_own if is_built else its_own.none())
    return answer(request, "companies/ledger.html", listed, company=company, is_built=is_built)
