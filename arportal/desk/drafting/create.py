"""Making an invoice from scratch, or as a copy of another. It is shown before it is made."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.desk.companies.filter import CompanyFilter
from arportal.desk.companies.list import PLACE
from arportal.desk.companies.page import get_company_or_404
from arportal.desk.drafting.form import DraftForm
from arportal.desk.drafting.preview import preview_of
from arportal.desk.format.formats import formatter
from arportal.desk.forms.address_forms import usual_address
from arportal.desk.forms.extra_field_forms import extra_fields_of
from arportal.desk.invoices.sheet import sheet_of
from arportal.desk.lists.cells import anchor
from arportal.desk.lists.list_page import answer, list_page
from arportal.desk.lists.lists import List
from arportal.desk.lists.tables import Column
from arportal.desk.site.links import link
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import confirm
from arportal.mirror.ids import ids_in
from arportal.mirror.models import Channel, Company, CreditTerms, Invoice
from arportal.receivables.invoices.create_invoice import CreateInvoice, due_on
from arportal.receivables.invoices.invoice_drafts import SUBTOTAL
from arportal.receivables.invoices.numbers import suggested_number
from arportal.stores.access import Permission
from arportal.stores.models import Membership

METHODS = ("GET", "HEAD", "POST")
TO_INVOICE = List(
    columns=(
        Column(
            "name",
            _lazy("Company"),
            lambda company, viewer: company.name,
            lambda company, viewer: anchor(
                link("invoice_create_for", viewer.slug, company.api_id), company.name
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
    """GET: the form, with `?like=` as a copy of an invoice. POST: one row more, the preview, or the invoice."""
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
    change_id = form.head.cleaned_data["change_id"]
    verb = CreateInvoice(actor=request.actor, change_id=change_id, invoice=draft)
    words = _("Invoice %(number)s is created.") % {"number": draft.number}
    response = confirm(request, form, verb, words)
    if response is None:
        return render(request, "invoices/create.html", context, status=422)
    return response


def _form(request: DeskRequest, company: Company) -> DraftForm:
    """The form as it was sent, or with what the company's newest invoice suggests."""
    invoices = Invoice.objects.visible_to(request.actor).filter(company_id=company.api_id)
    newest = invoices.order_by("-issued_on", "-api_id").first()
    currencies = [request.store.currency, *invoices.currencies()]
    if newest is not None:
        currencies.insert(0, newest.currency)
    initial = _initial(request, company, newest) | {"currency": currencies[0]}
    copied = None
    if invoice := invoices.filter(api_id__in=ids_in([request.GET.get("like", "")])).first():
        copied = Copy(request.actor, invoice)
        initial |= copied.head
    form = DraftForm(
        request.POST if request.method == "POST" else None,
        lines=copied.lines if copied else [],
        costs=copied.costs if copied else [],
        currencies=list(dict.fromkeys(currencies)),
        channels=list(Channel.objects.filter(store=request.store, gone_at=None).order_by("name")),
        extra=extra_fields_of(request.store, "invoices"),
        initial=initial,
    )
    if request.store.first_number and not initial["number"]:
        form.head.fields["number"].help_text = _("All numbers from %(first)s to %(last)s are used.") % {
            "first": request.store.first_number,
            "last": request.store.last_number,
        }
    return form


def _initial(request: DeskRequest, company: Company, newest: Invoice | None) -> dict[str, Any]:
    today = request.store.today(timezone.now())
    terms = CreditTerms.objects.visible_to(request.actor).filter(api_id=company.api_id).first()
    address = usual_address(company, newest)
    return {
        "number": suggested_number(request.store),
        "issued_on": today,
        "due_on": due_on(today, terms.terms_days if terms else None),
        **{f"billing-{part}": text for part, text in address.items()},
    }


class Copy:
    """The parts of an invoice that go into the form of a new one, as the person writes them."""

    def __init__(self, actor: Membership, invoice: Invoice) -> None:
        self.invoice, self.details = invoice, sheet_of(actor, invoice).details
        self._number = formatter().number

    @property
    def head(self) -> dict[str, str]:
        return {"currency": self.invoice.currency, "po_number": self.invoice.purchase_order_number}

    @property
    def lines(self) -> list[dict[str, str]]:
        return [
            {
                "description": line.description or line.sku,
                "sku": line.sku,
                "quantity": "" if line.quantity is None else self._number(line.quantity),
                "unit_price": "" if line.unit_price is None else self._number(line.unit_price.amount),
                "unit_discount": self._number(line.unit_discount.amount) if line.unit_discount else "",
            }
            for line in self.details.lines
        ]

    @property
    def costs(self) -> list[dict[str, str]]:
        """The costs; not the subtotal, where the lines make one anew."""
        return [
            {"description": cost.description, "amount": self._number(cost.amount.amount)}
            for cost in self.details.cost_lines
            if cost.amount and not (self.details.lines and cost.description == SUBTOTAL)
        ]
