"""Writes about invoices: made, edited, written off, paid by credits."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from rest_framework import serializers

from arportal import b2b
from arportal.b2b import plain
from arportal.receivables.changes.verb import Verb
from arportal.receivables.invoices.apply_credit import ApplyCredit, UndoCredit
from arportal.receivables.invoices.create_invoice import CreateInvoice
from arportal.receivables.invoices.delete_invoice import DeleteInvoice
from arportal.receivables.invoices.edit_invoice import EditInvoice
from arportal.receivables.invoices.invoice_drafts import DraftCost, DraftLine, InvoiceDraft
from arportal.receivables.invoices.invoice_order import InvoiceOrder
from arportal.receivables.invoices.set_due_date import SetDueDate
from arportal.receivables.invoices.write_off import UndoWriteOff, WriteOff
from arportal.rest import etags
from arportal.rest.writes.forms import (
    Amount,
    ApiId,
    Day,
    StrictSerializer,
    Texts,
    VerbForm,
    Words,
    WriteRequest,
    reason_field,
)

INVOICE = "invoice"


class DraftLineForm(StrictSerializer):
    description = Words()
    quantity = serializers.DecimalField(max_digits=12, decimal_places=4)
    unit_price = Amount()
    sku = Words(default="")
    unit_discount = Amount(default=Decimal(0))
    comments = Words(default="")


class DraftCostForm(StrictSerializer):
    description = Words()
    amount = Amount()


class AddressForm(StrictSerializer):
    first_name = Words(default="")
    last_name = Words(default="")
    street1 = Words(default="")
    street2 = Words(default="")
    city = Words(default="")
    state = Words(default="")
    zip_code = Words(default="")
    country = Words(default="")


class CreateInvoiceForm(VerbForm):
    """Creates an invoice. `paid` of its total was paid before it came here; without `due_on` the store counts from
    the company's terms."""

    verb = CreateInvoice
    example: ClassVar = {
        "company_id": 1001,
        "number": "INV-2044",
        "currency": "USD",
        "issued_on": "2026-11-27",
        "due_on": "2026-12-27",
        "lines": [{"description": "Paper, A4", "quantity": "10", "unit_price": "4.20"}],
    }

    company_id = ApiId()
    number = serializers.CharField(max_length=200)
    currency = serializers.RegexField("^[A-Z]{3}$")
    issued_on = Day()
    due_on = Day(required=False, allow_null=True, default=None)
    lines = DraftLineForm(many=True, default=list)
    costs = DraftCostForm(many=True, default=list)
    paid = Amount(default=Decimal(0))
    order_number = Words(default="")
    po_number = Words(default="")
    external_id = Words(default="")
    billing = AddressForm(default=dict)
    shipping = AddressForm(default=dict)
    terms_conditions = Words(default="")
    extra_fields = Texts(default=dict)
    channel_id = ApiId(required=False, allow_null=True, default=None)

    def build(self, request: WriteRequest) -> Verb[Any]:
        values: dict[str, Any] = dict(self.values)
        values["lines"] = tuple(DraftLine(**line) for line in values["lines"])
        values["costs"] = tuple(DraftCost(**cost) for cost in values["costs"])
        return CreateInvoice(actor=request.actor, change_id=request.change_id, invoice=InvoiceDraft(**values))


class InvoiceOrderForm(VerbForm):
    """Makes an invoice of an order."""

    verb = InvoiceOrder
    example: ClassVar = {"order_id": 120}

    order_id = ApiId()


class OfInvoiceForm(VerbForm):
    """The form of a verb about an invoice."""

    kind = INVOICE
    of = "invoice_id"

    invoice_id = ApiId()


class EditInvoiceForm(OfInvoiceForm):
    """Changes what the body names of an invoice, and nothing else."""

    verb = EditInvoice
    example: ClassVar = {"invoice_id": 5001, "po_number": "PO 77", "due_on": "2026-12-31"}

    number = serializers.CharField(max_length=200, required=False)
    po_number = Words(required=False)
    external_id = Words(required=False)
    pdf_url = serializers.URLField(max_length=2_000, allow_blank=True, required=False)
    due_on = Day(required=False)
    status = serializers.ChoiceField([(int(each), each.name) for each in b2b.InvoiceStatus], required=False)
    open_balance = Amount(required=False)
    original_balance = Amount(required=False)
    extra_fields = Texts(required=False)

    def build(self, request: WriteRequest) -> Verb[Any]:
        wanted = {name: as_value(value) for name, value in self.values.items() if name != "invoice_id"}
        return EditInvoice(
            actor=request.actor,
            change_id=request.change_id,
            invoice_id=self.values["invoice_id"],
            seen=self.seen(request),
            wanted=wanted,
        )


def as_value(value: Any) -> Any:
    """The value as `values_of` has it: amounts and days as text."""
    if isinstance(value, Decimal):
        return plain(value)
    return value.isoformat() if hasattr(value, "isoformat") else value


class SetDueDateForm(OfInvoiceForm):
    """Changes the due date of an invoice on which something is open. Of what was seen only the due date must still be
    so."""

    verb = SetDueDate
    example: ClassVar = {"invoice_id": 5001, "due_on": "2026-12-31", "reason": "As agreed by telephone"}

    due_on = Day()
    reason = reason_field()


class DeleteInvoiceForm(OfInvoiceForm):
    """Deletes an invoice."""

    verb = DeleteInvoice
    example: ClassVar = {"invoice_id": 5001, "reason": "Made twice"}

    reason = reason_field()


class WriteOffForm(OfInvoiceForm):
    """Takes an amount off what is open on an invoice."""

    verb = WriteOff
    example: ClassVar = {"invoice_id": 5001, "amount": "0.50", "reason": "Not worth chasing"}

    amount = Amount()
    reason = reason_field()


class UndoWriteOffForm(VerbForm):
    """Opens again what a write-off took off. `undoes` is the id of its change."""

    verb = UndoWriteOff
    example: ClassVar = {"undoes": "6f9619ff-8b86-4d01-b42d-00cf4fc964ff", "reason": "It came after all"}

    undoes = serializers.UUIDField()
    reason = reason_field()


class ApplyCreditForm(OfInvoiceForm):
    """Takes an amount off a credit and off what is open on an invoice. `credit_etag` is the ETag of the credit, which
    is an invoice too."""

    verb = ApplyCredit
    example: ClassVar = {
        "invoice_id": 5001,
        "credit_id": 5002,
        "credit_etag": '"…"',
        "amount": "12.00",
        "reason": "As agreed",
    }

    credit_id = ApiId()
    credit_etag = serializers.CharField(max_length=20_000)
    amount = Amount()
    reason = reason_field()

    def build(self, request: WriteRequest) -> Verb[Any]:
        values: Mapping[str, Any] = self.values
        return ApplyCredit(
            actor=request.actor,
            change_id=request.change_id,
            invoice_id=values["invoice_id"],
            credit_id=values["credit_id"],
            amount=values["amount"],
            seen=self.seen(request),
            credit_seen=etags.unsealed(values["credit_etag"], INVOICE, values["credit_id"]),
            reason=values["reason"],
        )


class UndoCreditForm(VerbForm):
    """Takes an applied credit back. `undoes` is the id of its change."""

    verb = UndoCredit
    example: ClassVar = {"undoes": "6f9619ff-8b86-4d01-b42d-00cf4fc964ff", "reason": "For another invoice"}

    undoes = serializers.UUIDField()
    reason = reason_field()


FORMS = (
    CreateInvoiceForm,
    InvoiceOrderForm,
    EditInvoiceForm,
    SetDueDateForm,
    DeleteInvoiceForm,
    WriteOffForm,
    UndoWriteOffForm,
    ApplyCreditForm,
    UndoCreditForm,
)
