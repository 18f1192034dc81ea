"""Making an invoice: from scratch, as a copy of another, or out of an order. Shown before it is made."""

import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.desk.companies.list import PLACE, CompanyFilter, get_company_or_404
from arportal.desk.drafting.form import DraftForm, first_values
from arportal.desk.drafting.preview import preview_of
from arportal.desk.format.formats import formatter
from arportal.desk.format.markup import markup
from arportal.desk.forms.address_forms import usual_address
from arportal.desk.forms.extra_field_forms import extra_fields_of
from arportal.desk.invoices.sheet import sheet_of
from arportal.desk.lists.list_page import answer, list_page
from arportal.desk.lists.lists import List
from arportal.desk.lists.tables import Column
from arportal.desk.orders.page import get_order_or_404, order_facts
from arportal.desk.site.links import link
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import settled
from arportal.mirror.models import Channel, Company, CreditTerms, Invoice
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.changes.verb import perform
from arportal.receivables.invoices.invoice_drafts import SUBTOTAL
from arportal.receivables.invoices.invoicing import CreateInvoice, InvoiceOrder, due_on, suggested_number
from arportal.stores.access import Permission

METHODS = ("GET", "HEAD", "POST")
TO_INVOICE = List(
    columns=(
        Column(
            *("name", _lazy("Company"), lambda company, viewer: company.name),
            cell=lambda company, viewer: markup(
                '<a href="{}">{}</a>', link("invoice_create_for", viewer.slug, company.api_id), company.name
            ),
            sort="name",
            css="text",
        ),
        PLACE,
    ),
    filter=CompanyFilter,
    rows=lambda actor: Company.objects.visible_to(actor),
    sort="name",
    caption=_lazy("New invoice: choose a company"),
    empty=_lazy("No companies yet"),
    reads=("name", "city", "country"),
)


@page(Permission.EDIT_INVOICE)
def invoice_create(request: DeskRequest) -> HttpResponse:
    return answer(request, "lists/page.html", list_page(TO_INVOICE, request))


@page(Permission.EDIT_INVOICE, methods=METHODS, keeps=True)
def invoice_create_for(request: DeskRequest, company_id: int) -> HttpResponse:
    """GET the form, `?like=` an invoice of the company; POST a row more, the preview, or the invoice."""
    company = get_company_or_404(request, company_id)
    form = _form(request, company)
    context = {"company": company, "form": form}
    if request.method != "POST" or request.POST.get("add"):
        return render(request, "invoices/create.html", context)
    if not form.is_valid():
        return render(request, "invoices/create.html", context, status=422)
    draft = form.draft(company_id)
    if request.POST.get("step") != "create":
        problems = draft.problems()
        if problems:
            form.refuse(problems)
            return render(request, "invoices/create.html", context, status=422)
        preview = preview_of(draft, request)
        return render(request, "invoices/create_preview.html", context | {"preview": preview})
    return _create(request, form, company_id) or render(request, "invoices/create.html", context, status=422)


@page(Permission.EDIT_INVOICE, methods=METHODS)
def order_invoice(request: DeskRequest, order_id: int) -> HttpResponse:
    """What will become of the order, then its invoice."""
    order = get_order_or_404(request, order_id)
    problem = ""
    if request.method == "POST":
        try:
            change_id = uuid.UUID(request.POST.get("change_id", ""))
            change = perform(InvoiceOrder(actor=request.actor, change_id=change_id, order_id=order_id))
        except ValueError:
            problem = _("This form is out of date. Check the order, then send it again.")
        except Invalid as broken:
            problem = str(broken)
        else:
            response = settled(request, change, _("The order has been invoiced."))
            if response is not None:
                return response
            problem = change.error
    context = order_facts(request, order) | {"problem": problem, "change_id": uuid.uuid4()}
    return render(request, "orders/invoice.html", context, status=422 if problem else 200)


def _create(request: DeskRequest, form: DraftForm, company_id: int) -> HttpResponse | None:
    """None, with the reasons in the form, for what was refused."""
    draft = form.draft(company_id)
    change_id = form.head.cleaned_data["change_id"]
    try:
        change = perform(CreateInvoice(actor=request.actor, change_id=change_id, invoice=draft))
    except Invalid as broken:
        form.refuse(broken.fields)
        return None
    words = _("Invoice %(number)s is created.") % {"number": draft.number}
    response = settled(request, change, words)
    if response is None:
        form.refuse({"": [change.error]})
    return response


def _form(request: DeskRequest, company: Company) -> DraftForm:
    its_invoices = Invoice.objects.visible_to(request.actor).filter(company_id=company.api_id)
    newest = its_invoices.order_by("-issued_on", "-api_id").first()
    used = its_invoices.order_by().values_list("currency", flat=True).distinct()
    currencies = list(dict.fromkeys([*([newest.currency] if newest else []), request.store.currency, *used]))
    like = _like(request, its_invoices)
    head: dict[str, Any] = {
        "currencies": currencies,
        "channels": list(Channel.objects.filter(store=request.store, gone_at=None).order_by("name")),
        "extra": extra_fields_of(request.store, "invoices"),
        "initial": {**_first(request, company, newest, currencies[0]), **like.get("head", {})},
    }
    data = request.POST if request.method == "POST" else None
    return DraftForm(data, like.get("lines", []), like.get("costs", []), **head)


def _first(request: DeskRequest, company: Company, newest: Invoice | None, currency: str) -> dict[str, Any]:
    today = request.store.today(timezone.now())
    terms = CreditTerms.objects.visible_to(request.actor).filter(api_id=company.api_id).first()
    due = due_on(today, terms.terms_days if terms else None)
    number = suggested_number(request.store)
    return first_values(number, currency, today, due, usual_address(company, newest))


def _like(request: DeskRequest, invoices: Any) -> dict[str, Any]:
    """The lines and costs of the invoice that is to be copied; nothing without one."""
    given = request.GET.get("like", "")
    invoice = invoices.filter(api_id=int(given)).first() if given.isdecimal() and len(given) < 19 else None
    if invoice is None:
        return {}
    details, write = sheet_of(request.actor, invoice).details, formatter()
    lines = [
        {
            **{"description": line.description or line.sku, "sku": line.sku},
            **{"quantity": write.number(line.quantity) if line.quantity is not None else ""},
            "unit_price": write.number(line.unit_price.amount) if line.unit_price is not None else "",
            **{"unit_discount": write.number(line.unit_discount.amount) if line.unit_discount else ""},
        }
        for line in details.lines
    ]
    costs = [
        {"description": cost.description, "amount": write.number(cost.amount.amount)}
        for cost in details.cost_lines
        if cost.amount is not None and not (lines and cost.description == SUBTOTAL) and cost.amount.amount
    ]
    head = {"currency": invoice.currency, "po_number": invoice.purchase_order_number}
    return {"head": head, "lines": lines, "costs": costs}
