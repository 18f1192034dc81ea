"""Making invoices: out of an order, or from scratch."""

import datetime as dt
import re
import uuid
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from arportal.b2b import Money, moment_of
from arportal.b2b.errors import B2BError
from arportal.mirror.api.connections import client_for
from arportal.mirror.api.refresh import refresh_invoices, refresh_order
from arportal.mirror.models import Company, Invoice, Order
from arportal.receivables.changes import changes, deferring
from arportal.receivables.changes.carrying import Finding, Stale
from arportal.receivables.changes.deciding import Fate
from arportal.receivables.changes.errors import Invalid, StoreUnreadable
from arportal.receivables.invoices.invoice_drafts import Draft
from arportal.receivables.models import Change
from arportal.receivables.orders.orders import read_afresh
from arportal.stores.access import Permission, require
from arportal.stores.models import Membership, Store

Verb = Change.Verb


def create_invoice(actor: Membership, change_id: uuid.UUID, draft: Draft) -> Change:
    """Creates the invoice at the store (POST /ip/invoices), once per `change_id`.

    Raises NotAllowed; Company.DoesNotExist when the actor cannot see it; Invalid with the form's fields.
    """
    company = Company.objects.visible_to(actor).get(api_id=draft.company_id)
    require(actor, Permission.EDIT_INVOICE, company_id=company.api_id)
    asked: dict[str, Any] = {"company_id": company.api_id, "payload": draft.as_payload()}
    change = changes.existing(actor, change_id, Verb.CREATE_INVOICE, **asked)
    if change is None:
        _check(actor, draft)
        with transaction.atomic():
            changes.lock_company(actor.store_id, company.api_id)
            change = changes.existing(actor, change_id, Verb.CREATE_INVOICE, **asked) or changes.ask(
                *(actor, change_id, Verb.CREATE_INVOICE), **asked
            )
    return changes.carry_out(change)


def invoice_order(actor: Membership, change_id: uuid.UUID, order_id: int) -> Change:
    """Makes an invoice of an order (POST /ip/orders/{B2B id}/invoices). `order_id` is BigCommerce's.

    Raises NotAllowed; Order.DoesNotExist when the actor cannot see it; Invalid when it cannot be invoiced.
    """
    order = Order.objects.visible_to(actor).get(api_id=order_id)
    require(actor, Permission.EDIT_INVOICE, company_id=order.company_id)
    asked: dict[str, Any] = {"payload": {"order_id": order_id, "b2b_id": order.b2b_id}}
    change = changes.existing(actor, change_id, Verb.INVOICE_ORDER, **asked)
    if change is None:
        company_id = _check_order(read_afresh(actor, order))
        with transaction.atomic():
            changes.lock_company(actor.store_id, company_id)
            change = changes.existing(actor, change_id, Verb.INVOICE_ORDER, **asked) or changes.ask(
                *(actor, change_id, Verb.INVOICE_ORDER), **asked, company_id=company_id
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


def _check(actor: Membership, draft: Draft) -> None:
    problems = draft.problems()
    if "number" not in problems and _is_taken(actor.store, draft.number):
        problems["number"] = [_("There is already an invoice %s.") % draft.number]
    if draft.order_number and Invoice.objects.filter(
        store=actor.store, order_number=draft.order_number, gone_at=None
    ):
        problems["order_number"] = [_("This order already has an invoice.")]
    if problems:
        raise Invalid(problems)


def _is_taken(store: Store, number: str) -> bool:
    """The mirror may not know the newest ones: the store is asked as well, at the latest when it is sent."""
    if Invoice.objects.filter(store=store, number=number, gone_at=None).exists():
        return True
    if deferring.is_deferred():
        return False
    try:
        return bool(_with_number(store, number))
    except B2BError as error:
        raise StoreUnreadable(error) from error


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
        draft = Draft.of_payload(change.payload)
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


changes.carriers[Verb.CREATE_INVOICE] = _Creating()
changes.carriers[Verb.INVOICE_ORDER] = _InvoicingOrder()
