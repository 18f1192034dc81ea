"""Every verb's form, filled by two people for the same thing as the pages fill it: from what they see just then."""

import datetime as dt
import uuid
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any, NamedTuple

from arportal import b2b
from arportal.b2b import CompanyStatus, PaymentOperation, ProcessingStatus
from arportal.mirror.api.refresh import refresh_order
from arportal.mirror.models import Buyer, Company, CompanyMethod, CreditTerms, Invoice, Order, Receipt
from arportal.receivables.allocation.allocations import Allocation
from arportal.receivables.changes.verb import Verb, perform
from arportal.receivables.companies.add_buyer import AddBuyer
from arportal.receivables.companies.edit_buyer import EditBuyer
from arportal.receivables.companies.edit_company import EditCompany
from arportal.receivables.companies.remove_buyer import RemoveBuyer, guarded
from arportal.receivables.companies.set_company_status import SetCompanyStatus
from arportal.receivables.companies.set_credit import SetCredit
from arportal.receivables.companies.set_credit_hold import SetCreditHold
from arportal.receivables.companies.set_parent import SetParent
from arportal.receivables.companies.set_terms import SetTerms
from arportal.receivables.companies.set_values import SetValues
from arportal.receivables.companies.switch_methods import SwitchMethods
from arportal.receivables.invoices.apply_credit import ApplyCredit, UndoCredit
from arportal.receivables.invoices.create_invoice import CreateInvoice
from arportal.receivables.invoices.delete_invoice import DeleteInvoice
from arportal.receivables.invoices.edit_invoice import EditInvoice, read_afresh
from arportal.receivables.invoices.invoice_drafts import DraftLine, InvoiceDraft
from arportal.receivables.invoices.invoice_order import InvoiceOrder
from arportal.receivables.invoices.invoice_values import values_of
from arportal.receivables.invoices.set_due_date import SetDueDate
from arportal.receivables.invoices.write_off import UndoWriteOff, WriteOff
from arportal.receivables.models import Change
from arportal.receivables.orders.convert_orders import ConvertOrders, ReassignOrders, belonging
from arportal.receivables.orders.edit_order import EditOrder
from arportal.receivables.orders.record_order import RecordOrder
from arportal.receivables.payments.delete_payment import DeletePayment
from arportal.receivables.payments.edit_payment import EditPayment
from arportal.receivables.payments.edits import Edit
from arportal.receivables.payments.operate_payment import OperatePayment
from arportal.receivables.payments.payment_contents import shown
from arportal.receivables.payments.record_payment import OfflinePayment, RecordPayment
from arportal.receivables.payments.set_status import SetStatus
from arportal.receivables.payments.versions import Version
from arportal.receivables.receipts.delete_receipt import DeleteReceipt
from arportal.stores.models import Membership
from tests.sandbox_server import Sandbox

# One write each for the credit and the invoice.
TWO_WRITES = (Change.Verb.APPLY_CREDIT, Change.Verb.UNDO_CREDIT)


def writes_of(verb: Change.Verb) -> int:
    return 2 if verb in TWO_WRITES else 1


class Two(NamedTuple):
    first: Verb[Any]
    second: Verb[Any]


def new_credit(actor: Membership, sandbox: Sandbox, like: Invoice, amount: int) -> Invoice:
    """A credit note for the company of an invoice, in its currency, as the mirror has it."""
    balance = {"code": like.currency, "value": -amount}
    note = {"invoiceNumber": f"CN-{uuid.uuid4().hex[:8]}", "customerId": str(like.company_id)}
    made = sandbox.post("/ip/invoices", note | {"originalBalance": balance, "openBalance": balance})
    return read_afresh(actor, made["id"])


def colleague() -> Buyer:
    """A buyer who is not the only one of the company."""
    buyers = Buyer.objects.exclude(company_id=None).order_by("api_id")
    return next(buyer for buyer in buyers if buyers.filter(company_id=buyer.company_id).count() > 1)


class Forms:
    """A method a verb, named by `Change.Verb`."""

    def __init__(
        self, actor: Membership, sandbox: Sandbox, company: Company, invoices: list[Invoice], ask_for: Any
    ) -> None:
        self.actor = actor
        self.sandbox = sandbox
        self.company = company
        self.invoices = invoices
        self.ask_for = ask_for

    @property
    def invoice(self) -> Invoice:
        return self.invoices[0]

    @property
    def payment(self) -> Any:
        return self.ask_for("split_payment")

    def fill(self, verb: type[Verb[Any]], **form: Any) -> Verb[Any]:
        return verb(actor=self.actor, change_id=uuid.uuid4(), **form)

    def twice(self, verb: type[Verb[Any]], **form: Any) -> Two:
        """The same wish of two people."""
        return Two(self.fill(verb, **form), self.fill(verb, **form))

    def record_payment(self) -> Two:
        payment = partial(
            OfflinePayment,
            company_id=self.company.api_id,
            currency=self.invoice.currency,
            allocations=(Allocation(self.invoice.api_id, self.invoice.open_balance),),
            payer_name="Payer",
            received_on=dt.date(2026, 1, 31),
            memo="",
        )
        return Two(
            self.fill(RecordPayment, payment=payment(reference="first")),
            self.fill(RecordPayment, payment=payment(reference="second")),
        )

    def edit_payment(self) -> Two:
        payment = self.payment
        wanted = partial(
            Edit,
            seen=shown(payment),
            payer_name="Payer",
            allocations=(
                Allocation(self.invoices[0].api_id, Decimal(2)),
                Allocation(self.invoices[1].api_id, Decimal(1)),
            ),
        )
        return Two(
            self.fill(EditPayment, payment_id=payment.api_id, wanted=wanted(memo="first")),
            self.fill(EditPayment, payment_id=payment.api_id, wanted=wanted(memo="second")),
        )

    def set_payment_status(self) -> Two:
        payment = self.ask_for("payment")  # Any will do: none has to be recorded for it.
        move = partial(self.fill, SetStatus, payment_id=payment.api_id, seen=Version.of(payment))
        others = [status for status in payment.allowed_statuses if status != payment.processing_status]
        return Two(move(status=ProcessingStatus(others[0])), move(status=ProcessingStatus(others[1])))

    def operate_payment(self) -> Two:
        self.sandbox.control("PUT", "quirks", {"apply_on": "completed"})
        payment = self.payment
        return self.twice(
            OperatePayment,
            payment_id=payment.api_id,
            operation=PaymentOperation.APPLY,
            seen=shown(payment),
        )

    def delete_payment(self) -> Two:
        payment = self.payment
        return self.twice(
            DeletePayment,
            payment_id=payment.api_id,
            seen=shown(payment),
            reason="Made twice",
        )

    def delete_receipt(self) -> Two:
        receipt = Receipt.objects.get(payment_id=self.payment.api_id)
        return self.twice(DeleteReceipt, receipt_id=receipt.api_id, reason="Made twice")

    def create_invoice(self) -> Two:
        def draft(description: str) -> InvoiceDraft:
            return InvoiceDraft(
                company_id=self.company.api_id,
                number="AR-0001",
                currency="USD",
                issued_on=dt.date(2026, 11, 2),
                due_on=dt.date(2026, 12, 2),
                lines=(
                    DraftLine(description=description, sku="", quantity=Decimal(1), unit_price=Decimal(9)),
                ),
            )

        return Two(
            self.fill(CreateInvoice, invoice=draft("first")),
            self.fill(CreateInvoice, invoice=draft("second")),
        )

    def invoice_order(self) -> Two:
        billed = Order.objects.exclude(company_id=None).filter(status_code__gt=0).order_by("-api_id")
        order = next(order for order in billed if not order.raw.get("invoiceId"))
        return self.twice(InvoiceOrder, order_id=order.api_id)

    def edit_invoice(self) -> Two:
        seen = self.seen_invoice()
        edit = partial(self.fill, EditInvoice, invoice_id=self.invoice.api_id, seen=seen)
        return Two(edit(wanted=seen | {"po_number": "first"}), edit(wanted=seen | {"po_number": "second"}))

    def set_due_date(self) -> Two:
        move = partial(
            self.fill,
            SetDueDate,
            invoice_id=self.invoice.api_id,
            seen=self.seen_invoice(),
            reason="As agreed",
        )
        return Two(move(due_on=dt.date(2027, 1, 31)), move(due_on=dt.date(2027, 2, 28)))

    def delete_invoice(self) -> Two:
        return self.twice(
            DeleteInvoice,
            invoice_id=self.invoice.api_id,
            seen=self.seen_invoice(),
            reason="Made twice",
        )

    def write_off(self) -> Two:
        seen = self.seen_invoice()
        write_off = partial(
            self.fill, WriteOff, invoice_id=self.invoice.api_id, seen=seen, reason="Not worth chasing"
        )
        return Two(write_off(amount=Decimal(2)), write_off(amount=Decimal(1)))

    def undo_write_off(self) -> Two:
        undoes = perform(self.write_off().first)
        return self.twice(UndoWriteOff, undoes=undoes.pk, reason="It came after all")

    def apply_credit(self) -> Two:
        seen = self.seen_invoice()
        credit = new_credit(self.actor, self.sandbox, self.invoice, 3)
        apply = partial(
            self.fill,
            ApplyCredit,
            invoice_id=self.invoice.api_id,
            credit_id=credit.api_id,
            seen=seen,
            credit_seen=values_of(credit, self.actor.store.zone),
            reason="As agreed",
        )
        return Two(apply(amount=Decimal(2)), apply(amount=Decimal(1)))

    def undo_credit(self) -> Two:
        undoes = perform(self.apply_credit().first)
        return self.twice(UndoCredit, undoes=undoes.pk, reason="For another invoice")

    def edit_order(self) -> Two:
        newest = Order.objects.exclude(company_id=None).order_by("-api_id")[0]
        order = refresh_order(self.actor.store, newest.api_id)
        edit = partial(
            self.fill,
            EditOrder,
            order_id=order.api_id,
            extra_fields={},
            shown_at=order.updated_at,
        )
        return Two(edit(po_number="first"), edit(po_number="second"))

    def record_order(self) -> Two:
        buyer = self.buyer()
        placed = self.sandbox.control("POST", "place-order", {"customerId": buyer.customer_id})
        record = partial(
            self.fill,
            RecordOrder,
            order_id=placed["bcOrderId"],
            customer_id=buyer.customer_id,
            extra_fields={},
        )
        return Two(record(po_number="first"), record(po_number="second"))

    def convert_orders(self) -> Two:
        buyer = self.buyer_with_private_order()
        return self.twice(
            ConvertOrders,
            customer_id=buyer.customer_id,
            seen=belonging(self.actor, buyer),
        )

    def reassign_orders(self) -> Two:
        buyer = self.buyer_with_private_order()
        reassign = partial(
            self.fill,
            ReassignOrders,
            customer_id=buyer.customer_id,
            seen=belonging(self.actor, buyer),
        )
        groups = [company.raw["bcGroupId"] for company in Company.objects.order_by("api_id")[:2]]
        return Two(reassign(group_id=groups[0]), reassign(group_id=groups[1]))

    def switch_methods(self) -> Two:
        methods = CompanyMethod.objects.filter(company_id=self.company.api_id).order_by("code")[:2]
        seen = {method.code: method.is_enabled for method in methods}
        code = next(iter(seen))

        def switch(codes: list[str]) -> Verb[Any]:
            return self.fill(
                SwitchMethods,
                company_id=self.company.api_id,
                wanted={code: not seen[code] for code in codes},
                seen={code: seen[code] for code in codes},
            )

        return Two(switch([code]), switch(list(seen)))

    def set_credit_hold(self) -> Two:
        terms = CreditTerms.objects.filter(credit_enabled=True, is_on_hold=False).order_by("api_id")[0]
        return self.twice(SetCreditHold, company_id=terms.api_id, is_on_hold=True, reason="60 days late")

    def set_credit(self) -> Two:
        terms = CreditTerms.objects.filter(credit_enabled=True).order_by("api_id")[0]
        company = Company.objects.get(api_id=terms.api_id)
        return Two(
            self.set_values(SetCredit, company, available_credit="1200"),
            self.set_values(SetCredit, company, available_credit="900"),
        )

    def set_terms(self) -> Two:
        return Two(
            self.set_values(SetTerms, self.company, own_terms_days=45),
            self.set_values(SetTerms, self.company, own_terms_days=5),
        )

    def set_company_status(self) -> Two:
        form = self.set_values(SetCompanyStatus, self.company, status=int(CompanyStatus.INACTIVE))
        return Two(form, replace(form, change_id=uuid.uuid4()))

    def set_parent(self) -> Two:
        others = [company.api_id for company in Company.objects.filter(parent_id=None).order_by("-api_id")]
        parents = [other for other in others if other != self.company.api_id]
        return Two(
            self.set_values(SetParent, self.company, parent_id=parents[0]),
            self.set_values(SetParent, self.company, parent_id=parents[1]),
        )

    def edit_company(self) -> Two:
        return Two(
            self.set_values(EditCompany, self.company, phone="first"),
            self.set_values(EditCompany, self.company, phone="second"),
        )

    def add_buyer(self) -> Two:
        wanted = {
            "email": "ada@example.com",
            "first_name": "Ada",
            "last_name": "Voss",
            "phone": "",
            "role": 2,
        }
        return self.twice(
            AddBuyer,
            company_id=self.company.api_id,
            wanted=wanted,
            channel_ids=[],
            reason="They wrote",
        )

    def remove_buyer(self) -> Two:
        buyer = colleague()
        seen = guarded(b2b.User.parse(buyer.raw))
        return self.twice(RemoveBuyer, user_id=buyer.api_id, seen=seen, reason="Left them")

    def edit_buyer(self) -> Two:
        buyer = self.buyer()
        return Two(
            self.set_values(EditBuyer, buyer, phone="first"),
            self.set_values(EditBuyer, buyer, phone="second"),
        )

    def set_values(self, verb: type[SetValues[Any]], row: Any, **wanted: Any) -> Verb[Any]:
        verb.handler.refresh(self.actor.store, row.api_id)
        row.refresh_from_db()
        return verb.fill(
            actor=self.actor,
            change_id=uuid.uuid4(),
            target_id=row.api_id,
            seen=verb.known(row) or {},
            wanted=wanted,
            reason="As agreed",
        )

    def seen_invoice(self) -> dict[str, Any]:
        return values_of(read_afresh(self.actor, self.invoice.api_id), self.actor.store.zone)

    def buyer(self) -> Buyer:
        return Buyer.objects.exclude(customer_id=None).exclude(company_id=None).order_by("api_id")[0]

    def buyer_with_private_order(self) -> Buyer:
        buyer = self.buyer()
        self.sandbox.control("POST", "place-order", {"customerId": buyer.customer_id})
        self.sandbox.control("PUT", "clock", {"advance": 15})
        return buyer
