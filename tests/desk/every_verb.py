"""Each verb as a person asks for it on its page: what their browser sends, filled in from the page itself."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.test import Client as Browser

from arportal.desk.payments.forms import sealed_version
from arportal.mirror.api.refresh import refresh_payment
from arportal.mirror.models import (
    Buyer,
    Company,
    CompanyMethod,
    CreditTerms,
    Invoice,
    Order,
    Payment,
    Receipt,
)
from arportal.receivables.models import Change
from arportal.stores.models import Membership, Role
from tests.desk.recording.recording import Form as RecordingForm
from tests.desk.recording.recording import filled
from tests.receivables.every_verb import colleague, new_credit
from tests.sandbox_server import Sandbox
from tests.whole import whole_or

Verb = Change.Verb
HTMX = {"HX-Request": "true"}


@dataclass
class Asking:
    """The form of one verb, ready to be sent. `reads` are the requests to the store before the write."""

    browser: Browser
    url: str
    data: dict[str, Any]
    reads: int

    def send(self, **more: Any) -> HttpResponse:
        return self.browser.post(self.url, self.data | more)


@dataclass
class Desk:
    """Who asks, and what there is to ask for."""

    browser: Browser
    sandbox: Sandbox
    invoices: list[Invoice]
    payment: Payment

    @property
    def actor(self) -> Membership:
        return Membership.objects.select_related("store", "user").get(
            store=self.payment.store, role=Role.ADMIN
        )

    def asking(self, page: str, *, reads: int, post_to: str = "", **typed: Any) -> Asking:
        found = fields(text(self.browser.get(page)))
        return Asking(self.browser, post_to or page, found | typed, reads)


def text(answer: HttpResponse) -> str:
    assert answer.status_code in (200, 422), answer
    return answer.content.decode()


def fields(page: str) -> dict[str, str]:
    """What the page's last form holds, as a browser would send it; ticks are not set."""
    form = page.rpartition('<form method="post"')[2]
    found = {}
    for tag in re.findall(r"<input [^>]*>", form):
        parts = dict(re.findall(r'(name|type|value)="([^"]*)"', tag))
        if parts.get("type") not in ("checkbox", "radio") and "name" in parts:
            found[parts["name"]] = parts.get("value", "")
    memo = re.search(r'<textarea[^>]* name="(\w+)"[^>]*>\s*(.*?)</textarea>', form, re.DOTALL)
    chosen = re.findall(
        r'<select[^>]* name="([^"]+)"(?:(?!</select>).)*?value="([^"]*)" selected', form, re.S
    )
    return found | dict(chosen) | ({memo[1]: memo[2]} if memo else {})


def record_payment(desk: Desk) -> Asking:
    form = RecordingForm(desk.browser, desk.invoices[0].company_id)
    return Asking(desk.browser, f"{form.url}preview/", filled(*desk.invoices[:2]), reads=0)


def edit_payment(desk: Desk) -> Asking:
    page = f"/s/demo/payments/{desk.payment.api_id}/edit/"
    return desk.asking(page, memo="August remittance", step="save", reads=2)


def set_payment_status(desk: Desk) -> Asking:
    url = f"/s/demo/payments/{desk.payment.api_id}/"
    shown = {"status": "3", "seen": sealed_version(desk.payment)}
    return desk.asking(f"{url}status/3/", post_to=f"{url}status/", reads=1, **shown)


def operate_payment(desk: Desk) -> Asking:
    """In a store that takes payments on balances by hand."""
    desk.sandbox.control("PUT", "quirks", {"apply_on": "completed"})
    asked = {"customerId": str(desk.payment.company_id), "currency": desk.payment.currency}
    line = {"invoiceId": desk.invoices[0].api_id, "amount": "1"}
    about = {"details": {"memo": "by hand"}, "processingStatus": 2}
    payment_id = desk.sandbox.post("/ip/payments/offline", asked | about | {"lineItems": [line]})["paymentId"]
    refresh_payment(desk.payment.store, payment_id)
    return desk.asking(f"/s/demo/payments/{payment_id}/operations/0/", reads=2)


def delete_payment(desk: Desk) -> Asking:
    page = f"/s/demo/payments/{desk.payment.api_id}/delete/"
    return desk.asking(page, reason="entered twice", sure="on", reads=2)


def delete_receipt(desk: Desk) -> Asking:
    receipt = Receipt.objects.filter(gone_at=None).order_by("api_id")[0]
    return desk.asking(f"/s/demo/receipts/{receipt.api_id}/delete/", reason="twice", sure="on", reads=2)


def create_invoice(desk: Desk) -> Asking:
    page = f"/s/demo/invoices/create/{desk.invoices[0].company_id}/"
    line = {"lines-0-description": "Anchor", "lines-0-quantity": "2", "lines-0-unit_price": "10.50"}
    return desk.asking(page, step="create", number="AR-7701", currency="USD", reads=1, **line)


def invoice_order(desk: Desk) -> Asking:
    placed = desk.sandbox.control("POST", "place-order", {"companyId": desk.invoices[0].company_id})
    desk.sandbox.control("PUT", "clock", {"advance": 15})
    order = Order.objects.create(
        store=desk.payment.store,
        api_id=placed["bcOrderId"],
        b2b_id=placed["id"],
        company_id=desk.invoices[0].company_id,
        status_code=11,
    )
    return desk.asking(f"/s/demo/orders/{order.api_id}/invoice/", reads=1)


def edit_invoice(desk: Desk) -> Asking:
    return desk.asking(f"/s/demo/invoices/{desk.invoices[0].api_id}/edit/", po_number="PO-12", reads=2)


def set_due_date(desk: Desk) -> Asking:
    page = f"/s/demo/invoices/{desk.invoices[0].api_id}/due-date/"
    return desk.asking(page, due_on="2027-03-31", reason="As agreed", reads=2)


def delete_invoice(desk: Desk) -> Asking:
    page = f"/s/demo/invoices/{desk.invoices[0].api_id}/delete/"
    return desk.asking(page, reason="Made twice", reads=2)


def write_off(desk: Desk) -> Asking:
    page = f"/s/demo/invoices/{desk.invoices[0].api_id}/write-off/"
    return desk.asking(page, reason="Not worth chasing", reads=3)


def undo_write_off(desk: Desk) -> Asking:
    write_off(desk).send()
    undoes = Change.objects.get(verb=Verb.WRITE_OFF)
    return desk.asking(f"/s/demo/invoices/taken-back/{undoes.pk}/", reason="It came", reads=3)


def apply_credit(desk: Desk) -> Asking:
    new_credit(desk.actor, desk.sandbox, desk.invoices[0], 1)
    page = f"/s/demo/invoices/{desk.invoices[0].api_id}/apply-credit/"
    return desk.asking(page, reason="As agreed", reads=7)


def undo_credit(desk: Desk) -> Asking:
    apply_credit(desk).send()
    undoes = Change.objects.get(verb=Verb.APPLY_CREDIT)
    return desk.asking(f"/s/demo/invoices/taken-back/{undoes.pk}/", reason="For another", reads=7)


def edit_order(desk: Desk) -> Asking:
    order = Order.objects.exclude(company_id=None).order_by("-api_id")[0]
    page = f"/s/demo/orders/{order.api_id}/edit/"
    return desk.asking(page, po_number="PO-5", **{"extra-Project": "North"}, reads=2)


def record_order(desk: Desk) -> Asking:
    placed = desk.sandbox.control("POST", "place-order", {"customerId": a_buyer().customer_id})
    named = {"order_id": placed["bcOrderId"], "customer_id": a_buyer().customer_id}
    return desk.asking("/s/demo/orders/record/", **named, **{"extra-Project": "North"}, reads=0)


def convert_orders(desk: Desk) -> Asking:
    typed = desk.asking("/s/demo/orders/convert/", customer_id=a_buyer().customer_id, reads=0)
    preview = fields(text(typed.send()))
    return Asking(desk.browser, typed.url, preview | {"confirmed": "1"}, reads=0)


def switch_methods(desk: Desk) -> Asking:
    company_id = desk.invoices[0].company_id
    methods = CompanyMethod.objects.filter(store=desk.payment.store, company_id=company_id).order_by("code")
    was = [each.code for each in methods if each.is_enabled]
    page, url = f"/s/demo/companies/{company_id}/", f"/s/demo/companies/{company_id}/methods/"
    return desk.asking(page, post_to=url, was=was, enabled=was[1:], reads=2)


def set_credit_hold(desk: Desk) -> Asking:
    terms = CreditTerms.objects.filter(credit_enabled=True, is_on_hold=False).order_by("api_id")[0]
    return desk.asking(f"/s/demo/companies/{terms.api_id}/credit/hold/", reason="60 days late", reads=2)


def set_credit(desk: Desk) -> Asking:
    terms = CreditTerms.objects.filter(credit_enabled=True).order_by("api_id")[0]
    page = f"/s/demo/companies/{terms.api_id}/credit/"
    return desk.asking(page, step="save", credit_enabled="on", available_credit="77", reason="Grown", reads=2)


def set_terms(desk: Desk) -> Asking:
    page = f"/s/demo/companies/{desk.invoices[0].company_id}/terms/"
    return desk.asking(page, step="save", own_terms_days="5", reason="As agreed", reads=2)


def set_company_status(desk: Desk) -> Asking:
    page = f"/s/demo/companies/{desk.invoices[0].company_id}/status/"
    return desk.asking(page, step="save", status="3", reason="Closed down", reads=2)


def set_parent(desk: Desk) -> Asking:
    company_id = desk.invoices[0].company_id
    alone = Company.objects.filter(parent_id=None).exclude(api_id=company_id).order_by("-api_id")
    page = f"/s/demo/companies/{company_id}/parent/"
    return desk.asking(page, step="save", company=alone[0].api_id, reason="Was bought", reads=2)


def edit_company(desk: Desk) -> Asking:
    page = f"/s/demo/companies/{desk.invoices[0].company_id}/contact/"
    return desk.asking(page, step="save", phone="+49 30 1234", reason="They wrote", reads=2)


def edit_buyer(desk: Desk) -> Asking:
    buyer = a_buyer()
    page = f"/s/demo/companies/{buyer.company_id}/people/{buyer.api_id}/"
    return desk.asking(page, step="save", phone="+49 30 1234", reason="They wrote", reads=2)


def add_buyer(desk: Desk) -> Asking:
    page = f"/s/demo/companies/{desk.invoices[0].company_id}/people/add/"
    person = {"email": "ada@example.com", "first_name": "Ada", "last_name": "Voss", "role": "1"}
    return desk.asking(page, step="save", **person, reason="They wrote", reads=1)


def remove_buyer(desk: Desk) -> Asking:
    buyer = colleague()
    page = f"/s/demo/companies/{buyer.company_id}/people/{buyer.api_id}/remove/"
    return desk.asking(page, step="save", reason="Left them", reads=2)


def a_buyer() -> Buyer:
    return Buyer.objects.exclude(customer_id=None).exclude(company_id=None).order_by("api_id")[0]


ASKING: dict[str, Callable[[Desk], Asking]] = {
    Verb.RECORD_PAYMENT: record_payment,
    Verb.EDIT_PAYMENT: edit_payment,
    Verb.SET_PAYMENT_STATUS: set_payment_status,
    Verb.OPERATE_PAYMENT: operate_payment,
    Verb.DELETE_PAYMENT: delete_payment,
    Verb.DELETE_RECEIPT: delete_receipt,
    Verb.CREATE_INVOICE: create_invoice,
    Verb.INVOICE_ORDER: invoice_order,
    Verb.EDIT_INVOICE: edit_invoice,
    Verb.SET_DUE_DATE: set_due_date,
    Verb.DELETE_INVOICE: delete_invoice,
    Verb.WRITE_OFF: write_off,
    Verb.UNDO_WRITE_OFF: undo_write_off,
    Verb.APPLY_CREDIT: apply_credit,
    Verb.UNDO_CREDIT: undo_credit,
    Verb.EDIT_ORDER: edit_order,
    Verb.RECORD_ORDER: record_order,
    Verb.CONVERT_ORDERS: convert_orders,
    Verb.SWITCH_METHODS: switch_methods,
    Verb.SET_CREDIT_HOLD: set_credit_hold,
    Verb.SET_CREDIT: set_credit,
    Verb.SET_TERMS: set_terms,
    Verb.SET_COMPANY_STATUS: set_company_status,
    Verb.SET_PARENT: set_parent,
    Verb.EDIT_COMPANY: edit_company,
    Verb.ADD_BUYER: add_buyer,
    Verb.EDIT_BUYER: edit_buyer,
    Verb.REMOVE_BUYER: remove_buyer,
}
# For the suite: with a preview and without, a new thing, one moved, one changed.
SOME_VERBS = whole_or(list(ASKING), [Verb.RECORD_PAYMENT, Verb.SET_PAYMENT_STATUS, Verb.EDIT_INVOICE])
