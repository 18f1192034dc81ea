"""The books of a store of its own, written through the mirror's own doors at moments that a test chooses."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import time_machine

from arportal import b2b
from arportal.mirror import store as rows
from arportal.mirror.models import Invoice, Payment
from arportal.receivables.ledger.build import build_ledger
from arportal.stores.models import Membership, Role, Store, User

NOON = dt.time(12)


class Books:
    """Days are the store's; what happens on one happens at noon, unless a moment says when."""

    def __init__(self, zone: str = "UTC", slug: str = "books") -> None:
        self.store = Store(
            slug=slug, name="Books", store_hash=slug, api_url="http://127.0.0.1:9", time_zone=zone
        )
        self.store.token = "none"
        self.store.save()
        user = User.objects.create_user(f"{slug}@example.com", name="Kim Keeper")
        self.controller = Membership.objects.create(
            user=user, store=self.store, role=Role.CONTROLLER, all_companies=True
        )
        self.zone = ZoneInfo(zone)
        self.invoices: dict[int, dict[str, Any]] = {}
        self.payments: dict[int, dict[str, Any]] = {}

    def moment(self, when: str | dt.date | dt.datetime) -> dt.datetime:
        """A day at noon, or a moment, as text or as itself."""
        if isinstance(when, str):
            when = dt.datetime.fromisoformat(when) if "T" in when else dt.date.fromisoformat(when)
        if not isinstance(when, dt.datetime):
            when = dt.datetime.combine(when, NOON)
        return when if when.tzinfo else when.replace(tzinfo=self.zone)

    def seconds(self, when: Any) -> int | None:
        return None if when is None else int(self.moment(when).timestamp())

    def begin(self, seen: Any) -> None:
        with self.at(seen):
            build_ledger(self.store)
        # It knows its ledger from before it was complete.
        self.store.refresh_from_db()

    def at(self, when: Any) -> Any:
        return time_machine.travel(self.moment(when), tick=False)

    def invoice(
        self,
        invoice_id: int,
        *,
        seen: Any,
        open: Any = None,
        original: Any = None,
        issued: Any = None,
        due: str | None = None,
        changed: Any = None,
        company: int | None = None,
        currency: str | None = None,
        status: int | None = None,
    ) -> None:
        """What is given of an invoice becomes so, and is seen; what is not stays."""
        known = self.invoices.setdefault(
            invoice_id,
            {
                "id": invoice_id,
                "invoiceNumber": f"N{invoice_id}",
                "status": 0,
                "customerId": "1",
                "currency": "EUR",
            },
        )
        if issued is not None:
            known["createdAt"] = known["updatedAt"] = self.seconds(issued)
        if due is not None:
            known["dueDate"] = int(dt.datetime.fromisoformat(f"{due}T00:00+00:00").timestamp())
        if original is not None:
            known["original"] = original
        if open is not None:
            known["open"] = open
        if changed is not None:
            known["updatedAt"] = self.seconds(changed)
        if company is not None:
            known["customerId"] = str(company)
        if currency is not None:
            known["currency"] = currency
        if status is not None:
            known["status"] = status
        with self.at(seen):
            rows.save_invoices(self.store, [b2b.Invoice.parse(_with_money(known))])

    def payment(
        self,
        payment_id: int,
        lines: Mapping[int, Any] | None = None,
        *,
        seen: Any,
        made: Any = None,
        status: int | None = None,
        changed: Any = None,
    ) -> None:
        """`lines`: invoice → amount."""
        known = self.payments.setdefault(
            payment_id,
            {"id": payment_id, "customerId": "1", "moduleName": "payments_offline", "processingStatus": 3},
        )
        if lines is not None:
            currency = self.invoices[min(lines)]["currency"]
            known["total"] = {"code": currency, "value": str(sum(map(Decimal, map(str, lines.values()))))}
            known["lineItems"] = [
                {"invoiceId": invoice, "amount": {"code": currency, "value": str(amount)}}
                for invoice, amount in lines.items()
            ]
        if made is not None:
            known["createdAt"] = known["updatedAt"] = self.seconds(made)
        if status is not None:
            known["processingStatus"] = status
        if changed is not None:
            known["updatedAt"] = self.seconds(changed)
        known["appliedStatus"] = int(known["processingStatus"] in (1, 2, 3))
        with self.at(seen):
            rows.save_payments(self.store, [b2b.Payment.parse(known)])

    def invoice_gone(self, invoice_id: int, *, seen: Any) -> None:
        with self.at(seen):
            rows.mark_gone(Invoice, self.store, [invoice_id])

    def payment_gone(self, payment_id: int, *, seen: Any) -> None:
        with self.at(seen):
            rows.mark_gone(Payment, self.store, [payment_id])


def _with_money(known: Mapping[str, Any]) -> dict[str, Any]:
    raw = {name: value for name, value in known.items() if name not in ("original", "open", "currency")}
    for name in ("original", "open"):
        raw[f"{name}Balance"] = {"code": known["currency"], "value": str(known[name])}
    return raw
