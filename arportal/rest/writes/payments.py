"""Writes about payments and receipts."""

from typing import Any, ClassVar

from rest_framework import serializers

from arportal.b2b import PaymentOperation, ProcessingStatus
from arportal.receivables.allocation.allocations import Allocation
from arportal.receivables.changes.verb import Verb
from arportal.receivables.models import PaymentRecord
from arportal.receivables.payments.delete_payment import DeletePayment
from arportal.receivables.payments.edit_payment import EditPayment
from arportal.receivables.payments.edits import Edit
from arportal.receivables.payments.operate_payment import OperatePayment
from arportal.receivables.payments.record_payment import RECORDABLE, Accepted, OfflinePayment, RecordPayment
from arportal.receivables.payments.set_status import SetStatus
from arportal.receivables.payments.versions import Version
from arportal.receivables.receipts.delete_receipt import DeleteReceipt
from arportal.rest.writes.forms import (
    Amount,
    ApiId,
    Day,
    StrictSerializer,
    VerbForm,
    Words,
    WriteRequest,
    reason_field,
)

PAYMENT = "payment"


class LineForm(StrictSerializer):
    invoice_id = ApiId()
    amount = Amount()


def allocations(lines: list[dict[str, Any]]) -> tuple[Allocation, ...]:
    return tuple(Allocation(line["invoice_id"], line["amount"]) for line in lines)


def lines_field() -> serializers.BaseSerializer[Any]:
    options: dict[str, Any] = {"many": True, "allow_empty": False, "max_length": 5_000}
    return LineForm(**options)


class RecordPaymentForm(VerbForm):
    """Records a payment that has come in: a cheque, a transfer, cash. `on_account` names the money on account that it
    is taken from. With `check_duplicates` one that looks like another is refused."""

    verb = RecordPayment
    example: ClassVar = {
        "company_id": 1001,
        "currency": "USD",
        "lines": [{"invoice_id": 5001, "amount": "120.50"}],
        "payer_name": "Paper & Co",
        "reference": "SEPA 4711",
        "received_on": "2026-11-27",
        "method": "transfer",
    }

    company_id = ApiId()
    currency = serializers.RegexField("^[A-Z]{3}$")
    lines = lines_field()
    payer_name = Words(default="")
    reference = Words(default="")
    received_on = Day()
    memo = Words(default="")
    status = serializers.ChoiceField(
        [(int(status), status.name) for status in RECORDABLE],
        default=int(ProcessingStatus.AWAITING_PROCESSING),
    )
    method = serializers.ChoiceField(PaymentRecord.Method.choices, default=PaymentRecord.Method.OTHER)
    on_account = ApiId(required=False, allow_null=True, default=None)
    accept_overpayment = serializers.BooleanField(default=False)
    check_duplicates = serializers.BooleanField(default=False)

    def build(self, request: WriteRequest) -> Verb[Any]:
        values = self.values
        payment = OfflinePayment(
            company_id=values["company_id"],
            currency=values["currency"],
            allocations=allocations(values["lines"]),
            payer_name=values["payer_name"],
            reference=values["reference"],
            received_on=values["received_on"],
            memo=values["memo"],
            status=ProcessingStatus(values["status"]),
            method=PaymentRecord.Method(values["method"]),
            on_account=values["on_account"],
        )
        accepted = Accepted(
            overpayment=values["accept_overpayment"],
            duplicates=frozenset() if values["check_duplicates"] else None,
        )
        return RecordPayment(
            actor=request.actor, change_id=request.change_id, payment=payment, accepted=accepted
        )


class OfPaymentForm(VerbForm):
    """The form of a verb about a payment."""

    kind = PAYMENT
    of = "payment_id"

    payment_id = ApiId()


class EditPaymentForm(OfPaymentForm):
    """Rewrites an offline payment so that it becomes as the body says."""

    verb = EditPayment
    example: ClassVar = {
        "payment_id": 7001,
        "payer_name": "Paper & Co",
        "memo": "",
        "lines": [{"invoice_id": 5001, "amount": "100.00"}],
    }

    payer_name = Words()
    memo = Words(default="")
    lines = lines_field()
    reference = Words(default="")
    method = serializers.ChoiceField(PaymentRecord.Method.choices, default=PaymentRecord.Method.OTHER)
    received_on = Day(required=False, allow_null=True, default=None)
    accept_overpayment = serializers.BooleanField(default=False)

    def build(self, request: WriteRequest) -> Verb[Any]:
        values = dict(self.values)
        wanted = Edit(
            seen=self.seen(request)["contents"],
            payer_name=values["payer_name"],
            memo=values["memo"],
            allocations=allocations(values["lines"]),
            reference=values["reference"],
            method=values["method"],
            received_on=values["received_on"],
        )
        return EditPayment(
            actor=request.actor,
            change_id=request.change_id,
            payment_id=values["payment_id"],
            wanted=wanted,
            accept_overpayment=values["accept_overpayment"],
        )


class SetPaymentStatusForm(OfPaymentForm):
    """Moves a payment to a status that its `allowed_statuses` name."""

    verb = SetStatus
    example: ClassVar = {"payment_id": 7001, "status": 3}

    status = serializers.ChoiceField([(int(each), each.name) for each in ProcessingStatus if each > 0])

    def build(self, request: WriteRequest) -> Verb[Any]:
        return SetStatus(
            actor=request.actor,
            change_id=request.change_id,
            payment_id=self.values["payment_id"],
            status=ProcessingStatus(self.values["status"]),
            seen=Version.of_before(self.seen(request)["version"]),
        )


class OperatePaymentForm(OfPaymentForm):
    """Applies a payment to its invoices (0), takes it off them again (1), or reads it from its order (2)."""

    verb = OperatePayment
    example: ClassVar = {"payment_id": 7001, "operation": 0}

    operation = serializers.ChoiceField([(int(each), each.name) for each in PaymentOperation])

    def build(self, request: WriteRequest) -> Verb[Any]:
        return OperatePayment(
            actor=request.actor,
            change_id=request.change_id,
            payment_id=self.values["payment_id"],
            operation=PaymentOperation(self.values["operation"]),
            seen=self.seen(request)["contents"],
        )


class DeletePaymentForm(OfPaymentForm):
    """Deletes a payment: what it paid is open again."""

    verb = DeletePayment
    example: ClassVar = {"payment_id": 7001, "reason": "Recorded twice"}

    reason = reason_field()

    def seen(self, request: WriteRequest) -> Any:
        return super().seen(request)["contents"]


class DeleteReceiptForm(VerbForm):
    """Deletes a receipt with its lines."""

    verb = DeleteReceipt
    example: ClassVar = {"receipt_id": 9001, "reason": "Made twice"}

    receipt_id = ApiId()
    reason = reason_field()


FORMS = (
    RecordPaymentForm,
    EditPaymentForm,
    SetPaymentStatusForm,
    OperatePaymentForm,
    DeletePaymentForm,
    DeleteReceiptForm,
)
