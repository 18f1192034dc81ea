"""The page of what e-invoices lack: of the store, of each company, of single invoices."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from arportal.desk.invoices.einvoice import LABELS, PROFILES, Obstacle, mending_url, obstacles, told
from arportal.desk.site.pages import DeskRequest, page
from arportal.documents.einvoices.best import REASONS
from arportal.documents.einvoices.missing import DAYS, MOST, Missing, missing_in
from arportal.documents.einvoices.profiles import Profile
from arportal.documents.einvoices.reasons import Reason
from arportal.documents.einvoices.records import facts_of
from arportal.mirror.models import Company, Invoice
from arportal.stores.access import Permission
from arportal.stores.models import Membership

# Rows of each table: what comes after them is counted.
SHOWN = 50


@dataclass(frozen=True, slots=True)
class Row:
    """Things that are missing, and how many invoices wait for them; of a company or one invoice where it is named.

    `more`: how many there are beside those shown.
    """

    obstacles: Sequence[Obstacle]
    count: int
    company: Company | None = None
    invoice: Invoice | None = None
    more: int = 0


@page(Permission.READ)
def einvoices(request: DeskRequest) -> HttpResponse:
    profile = PROFILES.get(request.GET.get("profile", ""), Profile.FACTUR_X)
    missing = missing_in(request.actor, profile, request.store.today(timezone.now()))
    rows = _company_rows(request.actor, missing)
    context = {
        "is_set_up": facts_of(request.store) is not None,
        "profiles": [(one.value, LABELS[one], one is profile) for one in Profile],
        "missing": missing,
        "days": DAYS,
        "most": MOST,
        "store_rows": [
            Row([_obstacle(request.actor, reason)], count) for reason, count in missing.store.most_common()
        ],
        "company_rows": rows[:SHOWN],
        "more_companies": len(rows[SHOWN:]),
        # Each with its first reasons, and how many there are beside them.
        "invoice_rows": [
            Row(
                obstacles(request.actor, invoice, reasons[:REASONS]),
                1,
                invoice=invoice,
                more=len(reasons[REASONS:]),
            )
            for invoice, reasons in missing.invoices[:SHOWN]
        ],
        "more_invoices": len(missing.invoices[SHOWN:]),
    }
    return render(request, "einvoices/state.html", context)


def _company_rows(actor: Membership, missing: Missing) -> list[Row]:
    """The companies with the most invoices that wait come first."""
    companies = Company.objects.visible_to(actor).defer("raw").by_api_id(missing.companies)
    rows = (
        Row(
            [_obstacle(actor, reason, company_id) for reason, _count in counts.most_common()],
            max(counts.values()),
            companies.get(company_id),
        )
        for company_id, counts in missing.companies.items()
        if counts
    )
    return sorted(rows, key=lambda row: (-row.count, str(row.company)))


def _obstacle(actor: Membership, reason: Reason, company_id: int = 0) -> Obstacle:
    return Obstacle(told(reason), reason.rule, mending_url(actor, reason, company_id))
