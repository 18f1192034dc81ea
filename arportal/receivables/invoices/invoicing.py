"""Making invoices: out of an order, or from scratch."""

import datetime as dt
import re
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from arportal.b2b import Money, moment_of
from arportal.b2b.errors import B2BError
from arportal.mirror.api.connections import client_for
from arportal.mirror.api.refresh import refresh_invoices, refresh_order
from arportal.mirror.models import Company, Invoice, Order
from arportal.receivables.changes import changes
from arportal.receivables.changes.carrying import Finding, Stale
from arportal.receivables.changes.deciding import Fate
from arportal.receivables.changes.errors import Invalid, StoreUnreadable
from arportal.receivables.changes.verb import Draft, Verb
from arportal.receivables.invoices.invoice_drafts import InvoiceDraft
from arportal.receivables.models import Change
from arportal.receivables.orders.orders import read_afresh
from arportal.stores.access import Permission, require
from arportal.stores.models import Membership, Store


def invoice_order(actor: Membership, change_id: uuid.UUID, order_id: int) -> Change:
    """Makes an invoice of an order (POST /ip/orders/{B2B id}/invoices). `order_id` is BigCommerce's.

    Raises NotAllowed; Order.DoesNotExist when the actor cannot see it; Invalid when it cannot be invoiced.
    """
    order = Order.objects.visible_to(actor).get(api_id=order_id)
    require(actor, Permission.EDIT_INVOICE, company_id=order.company_id)
    asked: dict[str, Any] = {"payload": {"order_id": order_id, "b2b_id": order.b2b_id}}
    change = changes.existing(actor, change_id, Change.Verb.INVOICE_ORDER, **asked)
    if change is None:
        company_id = _check_order(read_afresh(actor, order))
        with transaction.atomic():
            changes.lock_company(actor.store_id, company_id)
            change = changes.existing(actor, change_id, Change.Verb.INVOICE_ORDER, **asked) or changes.ask(
                *(actor, change_id, Change.Verb.INVOICE_ORDER), **asked, company_id=company_id
            )
    return changes.carry_out(change)


def suggested_number(store: Store) -> str:
    """The one after the newest invoice's, with its letters and leading zeros; "" when that has no digits."""
    newest = Invoice.objects.filter(store=store).order_by("-issued_on", "-api_id").only("number")[:1]
    for invoice in newest:
        return _next_free(store, invoice.number)
    return "1001"


def due_on(issued_on: dt.date, terms_days: int | None) -> dt.date | None:
    """By the company's terms; None when they are not known: the store then counts itself."""
    return None if terms_days is None else issued_on + dt.timedelta(days=terms_days)


def _next_free(store: Store, number: str) -> str:
    last = re.search(r"[0-9]+(?=[^0-9]*\Z)", number)
    if last is None:
        return ""
    for step in range(1, 1000):
        digits = str(int(last[0]) + step).zfill(len(last[0]))
        candidate = number[: last.start()] + digits + number[last.end() :]
        if not Invoice.objects.filter(store=store, number=candidate).exists():
            return candidate
    return ""


def _with_number(store: Store, number: str) -> list[Any]:
    """By keyword first, for that is what the API offers, then exactly."""
    found = client_for(store).invoices.list(q=number, search_by="invoiceNumber")
    return [invoice for invoice in found if invoice.number == number]


def _check_order(order: Order) -> int:
    """The company to be invoiced. Raises Invalid."""
    if order.company_id is None:
        raise Invalid({"": [_("Only a company's orders can be invoiced; this one is a private customer's.")]})
    if not order.can_be_invoiced:
        raise Invalid({"": [_("An incomplete order cannot be invoiced.")]})
    its_invoice = Invoice.objects.filter(store=order.store, order_number=str(order.api_id), gone_at=None)
    if order.raw.get("invoiceId") or its_invoice.exists():
        raise Invalid({"": [_("This order already has an invoice.")]})
    return order.company_id


class _Creating:
    def send(self, change: Change) -> int:
        draft = InvoiceDraft.of_payload(change.payload)
        if change.is_deferred and _with_number(change.store, draft.number):
            raise Stale(_("There is already an invoice %s.") % draft.number)
        return client_for(change.store).invoices.create(
            company_id=draft.company_id,
            number=draft.number,
            original_balance=Money(draft.total, draft.currency),
            open_balance=Money(draft.open_balance, draft.currency),
            issued_at=moment_of(draft.issued_on),
            due_at=moment_of(draft.due_on) if draft.due_on else None,
            details=draft.details(),
            order_number=draft.order_number or None,
            purchase_order_number=draft.po_number or None,
            external_id=_mark(change),
            terms_conditions=draft.terms_conditions or None,
            extra_fields=draft.extra_fields or None,
            channel_id=draft.channel_id,
        )

    def look_up(self, change: Change) -> Finding:
        found = _with_number(change.store, change.payload["number"])
        ours = next((each for each in found if each.external_id == _mark(change)), None)
        if ours is not None:
            return Finding(Fate.DONE, ours.invoice_id)
        return Finding(Fate.OVERTAKEN if found else Fate.NOT_DONE)

    def mirror(self, change: Change) -> None:
        if change.target_id:
            refresh_invoices(change.store, [change.target_id])


@dataclass(kw_only=True)
class CreateInvoice(Verb[Company]):
    """Creates an invoice from scratch (POST /ip/invoices). Invalid names the form's fields."""

    name = Change.Verb.CREATE_INVOICE
    handler = _Creating()

    invoice: InvoiceDraft
    # Whether the store has the number already; the mirror may not know its newest invoices.
    is_taken: bool = field(default=False, init=False)

    def permission(self, row: Company | None = None) -> Permission:
        return Permission.EDIT_INVOICE

    def content(self) -> dict[str, Any]:
        return {"payload": self.invoice.as_payload()}

    def row(self) -> Company:
        return Company.objects.visible_to(self.actor).get(api_id=self.invoice.company_id)

    def company_of(self, row: Company) -> int:
        return row.api_id

    def read(self, row: Company) -> Company:
        if "number" not in self._problems():
            try:
                self.is_taken = bool(_with_number(self.actor.store, self.invoice.number))
            except B2BError as error:
                raise StoreUnreadable(error) from error
        return row

    def check(self, row: Company) -> None:
        if problems := self._problems():
            raise Invalid(problems)

    def draft(self, row: Company) -> Draft:
        return Draft(company_id=row.api_id)

    def _problems(self) -> dict[str, list[str]]:
        """Reasons by form field, by the mirror and what was read."""
        invoice, problems = self.invoice, self.invoice.problems()
        others = Invoice.objects.filter(store=self.actor.store, gone_at=None)
        is_taken = self.is_taken or others.filter(number=invoice.number).exists()
        if is_taken and "number" not in problems:
            problems["number"] = [_("There is already an invoice %s.") % invoice.number]
        if invoice.order_number and others.filter(order_number=invoice.order_number).exists():
            problems["order_number"] = [_("This order already has an invoice.")]
        return problems


class _InvoicingOrder:
    def send(self, change: Change) -> int:
        client = client_for(change.store)
        if change.is_deferred and client.orders.get(change.payload["order_id"]).invoice_id:
            raise Stale(_("This order already has an invoice."))
        return client.invoices.create_from_order(change.payload["b2b_id"]).invoice_id

    def look_up(self, change: Change) -> Finding:
        invoice_id = client_for(change.store).orders.get(change.payload["order_id"]).invoice_id
        return Finding(Fate.DONE, invoice_id) if invoice_id else Finding(Fate.NOT_DONE)

    def mirror(self, change: Change) -> None:
        refresh_order(change.store, change.payload["order_id"])
        if change.target_id:
            refresh_invoices(change.store, [change.target_id])


def _mark(change: Change) -> str:
    """What tells our invoice from anybody else's: the external id given to it, or ours."""
    return change.payload["external_id"] or str(change.pk)


changes.carriers[Change.Verb.INVOICE_ORDER] = _InvoicingOrder()
