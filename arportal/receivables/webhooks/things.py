"""Things as messages tell of them: id and state by the names of the REST API, and where that has the rest."""

from collections.abc import Collection, Iterator

from arportal.b2b import Money
from arportal.mirror.models import Invoice, Payment
from arportal.receivables.models import Change, Discrepancy, PromiseToPay
from arportal.receivables.webhooks.events import Thing
from arportal.stores.models import Store


def invoices(store: Store, api_ids: Collection[int]) -> Iterator[Thing]:
    rows = Invoice.objects.filter(store=store, api_id__in=api_ids).order_by("api_id")
    for row in rows.only("api_id", "company_id", "number", "status", "currency", "open_balance", "gone_at"):
        yield {
            "id": row.api_id,
            "company_id": row.company_id,
            "number": row.number,
            "status": row.status,
            "currency": row.currency,
            "open_balance": Money(row.open_balance, row.currency).plain(),
            "is_gone": row.gone_at is not None,
            "url": _address(store, "invoices", row.api_id),
        }


def payments(store: Store, api_ids: Collection[int]) -> Iterator[Thing]:
    rows = Payment.objects.filter(store=store, api_id__in=api_ids).order_by("api_id")
    for row in rows.only("api_id", "company_id", "processing_status", "currency", "total", "gone_at"):
        yield {
            "id": row.api_id,
            "company_id": row.company_id,
            "status": row.processing_status,
            "currency": row.currency,
            "total": Money(row.total, row.currency).plain(),
            "is_gone": row.gone_at is not None,
            "url": _address(store, "payments", row.api_id),
        }


def change_settled(change: Change, state: Change.State, target_id: int | None) -> Thing:
    """A Change as it is being settled: its row does not say so yet."""
    return {
        "id": str(change.pk),
        "company_id": change.company_id,
        "verb": change.verb,
        "state": state,
        "target_id": target_id,
        "url": _address(change.store, "changes", change.pk),
    }


def promise(row: PromiseToPay) -> Thing:
    return {
        "id": row.pk,
        "company_id": row.company_id,
        "state": row.state,
        "currency": row.currency,
        "amount": Money(row.amount, row.currency).plain(),
        "paid": Money(row.paid, row.currency).plain(),
        "pay_by": row.pay_by.isoformat(),
        "url": _address(row.store, "promises", row.pk),
    }


def discrepancy(row: Discrepancy) -> Thing:
    """It is repaired on the desk alone, so there is no address for it."""
    return {
        "id": row.pk,
        "company_id": row.company_id,
        "kind": row.kind,
        "change_id": None if row.change_id is None else str(row.change_id),
        "payment_ids": list(row.payment_ids),
    }


def _address(store: Store, noun: str, key: object) -> str:
    return f"/api/v1/stores/{store.slug}/{noun}/{key}/"
