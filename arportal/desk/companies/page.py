"""One company: how it stands, its invoices, payments and orders, what was changed, and its ledger."""

import uuid
from typing import Any

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.desk.companies.collections import bring_promises_up_to_date, collections_of
from arportal.desk.companies.history import history
from arportal.desk.companies.mails import mails_to
from arportal.desk.companies.standing import is_owing, standings
from arportal.desk.invoices.filter import InvoiceFilter
from arportal.desk.invoices.list import FIGURES, READS, number_link
from arportal.desk.lists.list_page import answer, list_page
from arportal.desk.lists.lists import List
from arportal.desk.lists.tables import Column, Pick
from arportal.desk.site.links import on_account_link
from arportal.desk.site.pages import DeskRequest, page
from arportal.mirror.models import Company, CompanyMethod, CreditTerms, Invoice, Order, Payment
from arportal.mirror.sync.credit_terms import CREDIT, TERMS, switched_off
from arportal.receivables.allocation.on_the_way import coming
from arportal.receivables.on_account.balances import on_account_totals
from arportal.stores.access import Permission, may


class ItsInvoiceFilter(InvoiceFilter):
    """The filter of a company's invoices: no other company can be asked for."""

    company: Any = None


ITS_INVOICES = List(
    columns=(
        Column(
            "number", _lazy("Invoice"), lambda invoice, viewer: invoice.number, number_link, sort="number"
        ),
        *FIGURES,
    ),
    filter=ItsInvoiceFilter,
    rows=lambda actor: Invoice.objects.visible_to(actor),
    sort="-issued",
    caption=_lazy("Invoices of the company"),
    empty=_lazy("This company has no invoices"),
    reads=READS,
    size=25,
    pick=Pick("pick", Permission.RECORD_PAYMENT, lambda invoice: invoice.is_owed),
)


@page(Permission.READ)
def company(request: DeskRequest, company_id: int) -> HttpResponse:
    shown = get_company_or_404(request, company_id)
    bring_promises_up_to_date(request, company_id)
    context = facts(request, shown)
    its_invoices = Invoice.objects.visible_to(request.actor).filter(company_id=company_id)
    return answer(request, "companies/page.html", list_page(ITS_INVOICES, request, its_invoices), **context)


def facts(request: DeskRequest, company: Company) -> dict[str, Any]:
    """The context of the company's page, but for its invoices."""
    today = request.store.today(timezone.now())
    standing = standings(request.actor, company.api_id, today)
    orders = Order.objects.visible_to(request.actor).filter(company_id=company.api_id).defer("raw")
    payments = Payment.objects.visible_to(request.actor).filter(company_id=company.api_id).defer("raw")
    off = switched_off(request.store.pk)
    methods = CompanyMethod.objects.visible_to(request.actor).filter(company_id=company.api_id)
    terms = CreditTerms.objects.visible_to(request.actor).filter(api_id=company.api_id).first()
    may_hold = may(request.actor, Permission.HOLD_CREDIT) and CREDIT not in off
    return collections_of(request.actor, company.api_id, today) | {
        "company": company,
        "standing": standing,
        "coming": coming(request.actor, [company.api_id]).values(),
        "on_account": list(on_account_totals(request.actor, [company.api_id]).values()),
        "on_account_url": on_account_link(request.store.slug, company=company.name),
        "may_receive": may(request.actor, Permission.RECORD_PAYMENT),
        "may_record": may(request.actor, Permission.RECORD_PAYMENT) and is_owing(standing),
        "orders": orders.order_by("-placed_on", "-api_id")[:5],
        "terms": terms,
        "may_hold": may_hold and terms is not None and terms.can_be_held,
        "credit_is_off": CREDIT in off,
        "terms_are_off": TERMS in off,
        "payments": payments.order_by("-created_at", "-api_id")[:5],
        "methods": methods.order_by("title"),
        "switched_on": {method.code for method in methods if method.is_enabled},
        "mails": mails_to(request.actor, company),
        "history": history(request.actor, company),
        "change_id": uuid.uuid4(),
        "may_switch": may(request.actor, Permission.SWITCH_METHODS),
    }


def get_company_or_404(request: DeskRequest, company_id: int) -> Company:
    company = Company.objects.visible_to(request.actor).filter(api_id=company_id).first()
    if company is None:
        raise Http404(_("There is no such company."))
    return company
