from collections.abc import Iterable

from arportal import b2b
from arportal.mirror import models
from arportal.mirror.rows.upsert import upsert
from arportal.mirror.store.rows import KEY, row
from arportal.stores.models import Store


def save_receipts(store: Store, receipts: Iterable[b2b.Receipt]) -> int:
    rows = (
        row(
            store,
            receipt.receipt_id,
            receipt.raw,
            payment_id=receipt.payment_id,
            company_id=receipt.company_id,
            payer_name=receipt.payer_name,
            transaction_type=receipt.transaction_type,
            payment_type=receipt.payment_type,
            reference_number=receipt.reference_number,
            currency=receipt.total.currency,
            total=receipt.total.amount,
            created_at=receipt.created_at,
            updated_at=receipt.updated_at,
        )
        for receipt in receipts
    )
    return upsert(models.Receipt, rows, key=KEY, newest="updated_at")


def save_receipt_lines(store: Store, lines: Iterable[b2b.ReceiptLine]) -> int:
    rows = (
        row(
            store,
            line.line_id,
            line.raw,
            receipt_id=line.receipt_id,
            invoice_id=line.invoice_id,
            invoice_number=line.invoice_number,
            payment_id=line.payment_id,
            company_id=line.company_id,
            payment_status=line.payment_status,
            transaction_type=line.transaction_type,
            payment_type=line.payment_type,
            reference_number=line.reference_number,
            currency=line.amount.currency,
            amount=line.amount.amount,
            created_at=line.created_at,
            updated_at=line.updated_at,
        )
        for line in lines
    )
    return upsert(models.ReceiptLine, rows, key=KEY, newest="updated_at")
