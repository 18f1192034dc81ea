"""Does the mirror hold what the store holds? Read from the API's own JSON, not through our client."""

import datetime as dt
import re
from decimal import Decimal
from typing import Any

from arportal.mirror import models
from arportal.stores.models import Store
from tests.sandbox_server import Sandbox

Rows = dict[Any, tuple[Any, ...]]
Records = dict[str, list[dict[str, Any]]]
NUMBER = re.compile(r"-?\d+\.\d+")
# What the API shows with a row although it belongs to another, which alone tells of a change: our columns
# follow, the raw record does not.
BORROWED = ("customerName", "bcGroupName", "parentCompany", "paymentStatus")


def differences(store: Store, sandbox: Sandbox) -> dict[str, Any]:
    """Resource → rows (theirs, ours) that differ; empty when they agree."""
    records = {name: everything(sandbox, path, **query) for name, (path, query, _, _) in LISTS.items()}
    found: dict[str, Any] = {}
    both = {**_both(store, records), **_whole(store, records), **_asked_one_by_one(store, sandbox, records)}
    for name, (theirs, ours) in both.items():
        keys = [key for key in theirs.keys() | ours.keys() if theirs.get(key) != ours.get(key)]
        if keys:
            found[name] = {key: (theirs.get(key), ours.get(key)) for key in keys[:5]}
    return found


LISTS: dict[str, tuple[str, dict[str, Any], str, Any]] = {
    "companies": ("/companies", {"isIncludeExtraFields": 1}, "companyId", models.Company),
    "invoices": ("/ip/invoices", {"isIncludeExtraFields": 1}, "id", models.Invoice),
    "orders": ("/orders", {"minCreated": 1, "showExtra": "true"}, "bcOrderId", models.Order),
    "payments": ("/ip/payments", {}, "id", models.Payment),
    "receipts": ("/ip/receipts", {}, "id", models.Receipt),
    "receipt lines": ("/ip/receipt-lines", {}, "id", models.ReceiptLine),
    "buyers": ("/users", {"isIncludeExtraFields": 1}, "id", models.Buyer),
    "methods": ("/company-payment-methods", {}, "", None),
}


def _whole(store: Store, records: Records) -> dict[str, tuple[dict[Any, Any], dict[Any, Any]]]:
    """Every field of every row, as the API sent it; rows read one by one have more than the list shows."""
    both = {}
    for name, (_path, _query, key, model) in LISTS.items():
        if model is not None:
            theirs = {int(each[key]): _plain(_own(each)) for each in records[name]}
            ours = {row.api_id: _own(row.raw) for row in model.objects.filter(store=store, gone_at=None)}
            shown = {
                api_id: _plain({field: raw[field] for field in theirs.get(api_id, raw) if field in raw})
                for api_id, raw in ours.items()
            }
            both[f"{name}, whole"] = (theirs, shown)
    return both


def _own(record: dict[str, Any]) -> dict[str, Any]:
    """An order's number is text in lists, a number when it is read alone."""
    own = {field: value for field, value in record.items() if field not in BORROWED}
    return own | {"bcOrderId": str(own["bcOrderId"])} if "bcOrderId" in own else own


def _plain(value: Any) -> Any:
    """The mirror keeps a number with a fraction as a string of its digits."""
    if isinstance(value, dict):
        return {field: _plain(each) for field, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    is_number = isinstance(value, float) or (isinstance(value, str) and NUMBER.fullmatch(value))
    return Decimal(str(value)).normalize() if is_number else value


def _both(store: Store, records: Records) -> dict[str, tuple[Rows, Rows]]:
    def here(model: Any) -> Any:
        return model.objects.filter(store=store, gone_at=None)

    return {
        "companies": (
            {
                each["companyId"]: (
                    each["companyName"],
                    each["companyEmail"],
                    int(each["companyStatus"]),
                    each["country"],
                )
                for each in records["companies"]
            },
            {row.api_id: (row.name, row.email, row.status, row.country) for row in here(models.Company)},
        ),
        "invoices": (
            {each["id"]: _invoice(each) for each in records["invoices"]},
            {row.api_id: _our_invoice(row) for row in here(models.Invoice)},
        ),
        "orders": (
            {
                int(each["bcOrderId"]): (
                    each["id"],
                    each["companyId"] or None,
                    _amount(each["totalIncTax"]),
                    each["statusCode"],
                )
                for each in records["orders"]
            },
            {
                row.api_id: (row.b2b_id, row.company_id, row.total, row.status_code)
                for row in here(models.Order)
            },
        ),
        "payments": (
            {each["id"]: _payment(each) for each in records["payments"]},
            {row.api_id: _our_payment(store, row) for row in here(models.Payment)},
        ),
        "receipts": (
            {
                each["id"]: (each["paymentId"], each["transactionType"], _money(each["total"]))
                for each in records["receipts"]
            },
            {
                row.api_id: (row.payment_id, row.transaction_type, (row.currency, row.total))
                for row in here(models.Receipt)
            },
        ),
        "receipt lines": (
            {
                each["id"]: (
                    each["receiptId"],
                    each["invoiceId"],
                    each["paymentStatus"],
                    _money(each["amount"]),
                )
                for each in records["receipt lines"]
            },
            {
                row.api_id: (row.receipt_id, row.invoice_id, row.payment_status, (row.currency, row.amount))
                for row in here(models.ReceiptLine)
            },
        ),
        "buyers": (
            {
                each["id"]: (each["customerId"], each["companyId"], each["email"])
                for each in records["buyers"]
            },
            {row.api_id: (row.customer_id, row.company_id, row.email) for row in here(models.Buyer)},
        ),
        "methods": (
            {(each["companyId"], each["paymentMethodCode"]): (True,) for each in records["methods"]},
            {(row.company_id, row.code): (True,) for row in here(models.CompanyMethod) if row.is_enabled},
        ),
    }


def _asked_one_by_one(store: Store, sandbox: Sandbox, records: Records) -> dict[str, tuple[Rows, Rows]]:
    """Of every company: no list shows it."""
    companies = [each["companyId"] for each in records["companies"]]
    rows = models.CreditTerms.objects.filter(store=store, api_id__in=companies)
    return {
        "credit": (
            {each: _credit(sandbox.get(f"/companies/{each}/credit")) for each in companies},
            {row.api_id: _our_credit(row) for row in rows},
        ),
        "payment terms": (
            {each: _terms(sandbox.get(f"/companies/{each}/payment-terms")) for each in companies},
            {row.api_id: (row.terms_enabled, row.terms_days) for row in rows},
        ),
    }


def _credit(each: dict[str, Any]) -> tuple[Any, ...]:
    available = _amount(each["availableCredit"]), each["creditCurrency"]
    return each["creditEnabled"], available, each["limitPurchases"], each["creditHold"]


def _our_credit(row: models.CreditTerms) -> tuple[Any, ...]:
    return row.credit_enabled, (row.available_credit, row.currency), row.limits_purchases, row.is_on_hold


def _terms(each: dict[str, Any]) -> tuple[Any, ...]:
    return each["isEnabled"], each["paymentTerms"]


def everything(sandbox: Sandbox, path: str, **query: Any) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = []
    while True:
        page = sandbox.get(path, limit=200, offset=len(records), **query)
        records += page
        if len(page) < 200:
            return records


def _invoice(each: dict[str, Any]) -> tuple[Any, ...]:
    return (
        *(int(each["customerId"]), each["customerName"], each["invoiceNumber"], each["status"]),
        *(each["purchaseOrderNumber"] or "", str(each["orderNumber"] or ""), _is_pending(each)),
        *(_money(each["originalBalance"]), _money(each["openBalance"])),
        *(_time(each["dueDate"]), _time(each["createdAt"]), _time(each["updatedAt"])),
    )


def _is_pending(each: dict[str, Any]) -> bool:
    return bool(each.get("isPendingPayment") or each.get("pendingPaymentCount"))


def _our_invoice(row: models.Invoice) -> tuple[Any, ...]:
    return (
        *(row.company_id, row.company_name, row.number, row.status),
        *(row.purchase_order_number, row.order_number, row.is_pending_payment),
        *((row.currency, row.original_balance), (row.currency, row.open_balance)),
        *(row.due_at, row.issued_at, row.updated_at),
    )


def _payment(each: dict[str, Any]) -> tuple[Any, ...]:
    lines = [(line["invoiceId"], _money(line["amount"])) for line in each["lineItems"]]
    return (
        *(int(each["customerId"]), each["moduleName"], each["processingStatus"], each["appliedStatus"]),
        *(each["allowedStatuses"], _money(each["total"]), lines, _time(each["updatedAt"])),
    )


def _our_payment(store: Store, row: models.Payment) -> tuple[Any, ...]:
    lines = models.PaymentLine.objects.filter(store=store, payment_id=row.api_id).order_by("position")
    return (
        *(row.company_id, row.module_name, row.processing_status, row.applied_status),
        *(row.allowed_statuses, (row.currency, row.total)),
        *([(line.invoice_id, (line.currency, line.amount)) for line in lines], row.updated_at),
    )


def _money(each: dict[str, str]) -> tuple[str, Decimal]:
    return each["code"], _amount(each["value"])


def _amount(value: Any) -> Decimal:
    return Decimal(str(value)).quantize(Decimal("0.0001"))


def _time(seconds: Any) -> dt.datetime | None:
    return dt.datetime.fromtimestamp(int(seconds), dt.UTC) if seconds is not None else None
