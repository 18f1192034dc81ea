"""The fields of what the mirror has: invoices, payments, receipts, orders, companies and who buys for them."""

from collections.abc import Sequence
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from arportal import b2b
from arportal.desk.lists.tables import Viewer
from arportal.mirror.models import Invoice, InvoiceState, PaymentLine
from arportal.receivables.models import CompanyBalance
from arportal.rest.fields import AMOUNT, Amount, RowSerializer, day, integer, moment, string

EXTRA_FIELDS = {"type": "object", "additionalProperties": {"type": "string"}}


class ExtraFields(serializers.Field):  # type: ignore[type-arg]
    """Fields that the merchant has added, as text by name."""

    def to_representation(self, value: list[dict[str, Any]]) -> dict[str, str]:
        return {str(each.get("fieldName")): str(each.get("fieldValue") or "") for each in value}


extend_schema_field(EXTRA_FIELDS)(ExtraFields)


class InvoiceSerializer(RowSerializer):
    """`state` is what people see; `status` is the store's own number for it. `balance` is what is owed, below zero a
    credit; `open_balance` is the store's own figure."""

    reads = ("status", "open_balance", "original_balance", "due_on", "currency")

    id = integer(source="api_id")
    number = string()
    company_id = integer()
    company_name = string()
    state = serializers.SerializerMethodField()
    status = integer()
    order_number = string()
    po_number = string(source="purchase_order_number")
    external_id = string()
    currency = string()
    original_balance = Amount()
    open_balance = Amount()
    balance = Amount(source="balance_money")
    issued_on = day()
    due_on = day()
    days_late = serializers.SerializerMethodField()
    is_pending_payment = serializers.BooleanField(read_only=True)
    source = integer(allow_null=True)  # type: ignore[assignment]  # DRF takes it out of the class
    channel_id = integer(allow_null=True)
    updated_at = moment()
    extra_fields = ExtraFields(read_only=True)

    @extend_schema_field(serializers.ChoiceField(InvoiceState.choices))
    def get_state(self, invoice: Invoice) -> str:
        return invoice.state_on(self.today).value

    def get_days_late(self, invoice: Invoice) -> int:
        return invoice.days_late(self.today)


class PaymentSerializer(RowSerializer):
    """`status` is the store's processing status: 1 awaiting processing, 2 processing, 3 completed, 4 refunded."""

    reads = ("module_name", "applied_status", "processing_status", "currency")

    id = integer(source="api_id")
    company_id = integer()
    company_name = string()
    payer_name = string()
    external_id = string()
    memo = string()
    is_offline = serializers.BooleanField(read_only=True)
    status = integer(source="processing_status")
    allowed_statuses = serializers.ListField(child=serializers.IntegerField(), read_only=True)
    counts = serializers.BooleanField(read_only=True)
    currency = string()
    total = Amount()
    lines = serializers.SerializerMethodField()
    channel_id = integer(allow_null=True)
    created_at = moment()
    updated_at = moment()

    @extend_schema_field(
        {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "invoice_id": {"type": "integer"},
                    "invoice_number": {"type": "string"},
                    "amount": AMOUNT,
                },
            },
        }
    )
    def get_lines(self, payment: Any) -> list[dict[str, Any]]:
        return [
            {
                "invoice_id": line.invoice_id,
                "invoice_number": line.invoice_number,
                "amount": line.money.plain(),
            }
            for line in payment.its_lines
        ]


def with_lines(payments: Sequence[Any], viewer: Viewer) -> None:
    by_payment: dict[int, list[PaymentLine]] = {}
    ids = [payment.api_id for payment in payments]
    lines = PaymentLine.objects.filter(store_id=viewer.actor.store_id, payment_id__in=ids)
    for line in lines.order_by("payment_id", "position"):
        by_payment.setdefault(line.payment_id, []).append(line)
    for payment in payments:
        payment.its_lines = by_payment.get(payment.api_id, [])


class ReceiptSerializer(RowSerializer):
    """`net` is the total as it adds up: refunds below zero."""

    reads = ("currency", "transaction_type", "total")

    id = integer(source="api_id")
    payment_id = integer(allow_null=True)
    company_id = integer()
    payer_name = string()
    transaction_type = string()
    payment_type = string()
    reference_number = string()
    currency = string()
    total = Amount()
    net = Amount()
    created_at = moment()
    updated_at = moment()


class ReceiptLineSerializer(RowSerializer):
    reads = ("currency", "transaction_type", "amount")

    id = integer(source="api_id")
    receipt_id = integer()
    invoice_id = integer()
    invoice_number = string()
    payment_id = integer(allow_null=True)
    company_id = integer()
    transaction_type = string()
    payment_type = string()
    reference_number = string()
    currency = string()
    amount = Amount()
    net = Amount()
    created_at = moment()
    updated_at = moment()


class OrderSerializer(RowSerializer):
    """`id` is BigCommerce's."""

    reads = ("currency",)

    id = integer(source="api_id")
    company_id = integer(allow_null=True)
    po_number = string()
    status = string()
    custom_status = string()
    status_code = integer()
    item_count = integer(allow_null=True)
    currency = string()
    total = Amount()
    channel_id = integer(allow_null=True)
    is_archived = serializers.BooleanField(read_only=True)
    placed_on = day()
    created_at = moment()
    updated_at = moment()
    extra_fields = ExtraFields(read_only=True)


class CompanySerializer(RowSerializer):
    """`status`: 0 pending, 1 approved, 2 rejected, 3 inactive. `balances` has a row for each currency in which it
    owes something or has a credit."""

    id = integer(source="api_id")
    name = string()
    email = string()
    phone = string()
    status = integer()
    parent_id = integer(allow_null=True)
    city = string()
    country = string()
    balances = serializers.SerializerMethodField()
    created_at = moment()
    updated_at = moment()
    extra_fields = ExtraFields(read_only=True)

    @extend_schema_field(
        {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "currency": {"type": "string"},
                    "open": AMOUNT,
                    "overdue": AMOUNT,
                    "credit": AMOUNT,
                },
            },
        }
    )
    def get_balances(self, company: Any) -> list[dict[str, str]]:
        return [
            {
                "currency": each.currency,
                "open": b2b.Money(each.open, each.currency).plain(),
                "overdue": b2b.Money(each.overdue, each.currency).plain(),
                "credit": b2b.Money(each.credit, each.currency).plain(),
            }
            for each in company.its_balances
        ]


def with_balances(companies: Sequence[Any], viewer: Viewer) -> None:
    by_company: dict[int, list[CompanyBalance]] = {}
    ids = [company.api_id for company in companies]
    kept = CompanyBalance.objects.visible_to(viewer.actor).filter(company_id__in=ids)
    for balance in kept.exclude(open=0, credit=0).order_by("currency"):
        by_company.setdefault(balance.company_id, []).append(balance)
    for company in companies:
        company.its_balances = by_company.get(company.api_id, [])


class BuyerSerializer(RowSerializer):
    """A person who buys for a company. `role`: 0 admin, 1 senior buyer, 2 junior buyer."""

    id = integer(source="api_id")
    company_id = integer(allow_null=True)
    customer_id = integer(allow_null=True)
    name = string()
    email = string()
    phone = string()
    role = integer()
    created_at = moment()
    updated_at = moment()
