"""One payment: what it is, what it paid, its receipts and transactions, and all that was done with it."""

import uuid
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal import b2b
from arportal.b2b import Money
from arportal.b2b.errors import B2BError
from arportal.desk.lists.lists import viewer_of
from arportal.desk.lists.prev_next import prev_next
from arportal.desk.payments.columns import kind_words
from arportal.desk.payments.differences import differences, invoice_numbers
from arportal.desk.payments.forms import sealed_version
from arportal.desk.payments.history import history, operation_words
from arportal.desk.payments.list import PAYMENTS
from arportal.desk.payments.move_buttons import moves_of
from arportal.desk.site.links import change_link
from arportal.desk.site.pages import DeskRequest, page
from arportal.mirror.api.refresh import read_transactions, refresh_receipts_of
from arportal.mirror.models import Company, Invoice, Payment, PaymentLine, Receipt
from arportal.receivables.changes import deferring
from arportal.receivables.changes.errors import Invalid, in_words
from arportal.receivables.changes.excluding import in_the_way, under_way
from arportal.receivables.models import Change
from arportal.receivables.payments.edit_payment import record_of
from arportal.receivables.payments.operate_payment import offered
from arportal.receivables.payments.payment_contents import read_afresh
from arportal.receivables.payments.set_status import OF_ONE_PAYMENT
from arportal.stores.access import Permission, may
from arportal.stores.models import Membership

TRANSACTIONS = {"OfflineTransaction": _lazy("Offline"), "CreditCardTransaction": _lazy("Card")}


@page(Permission.READ)
def payment(request: DeskRequest, payment_id: int) -> HttpResponse:
    """The payment's page; of one that was deleted here (410): what it was, by whom it was deleted and why. That is
    all from our own records: the store has none."""
    visible = _visible(request.actor, payment_id)
    if visible is not None:
        return payment_page(request, visible)
    changes = Change.objects.visible_to(request.actor).filter(target_id=payment_id)
    deletion = changes.filter(verb=Change.Verb.DELETE_PAYMENT, state=Change.State.APPLIED).first()
    if deletion is None:
        raise Http404(_("There is no such payment."))
    was = differences(deletion.before, {}, invoice_numbers(request.actor, deletion.before))
    companies = Company.objects.visible_to(request.actor)
    context = {
        "payment_id": payment_id,
        "deletion": deletion,
        "history": history(request.actor, payment_id),
        "total": Money(deletion.amount or Decimal(0), deletion.currency),
        "company": companies.filter(api_id=deletion.company_id).first(),
        "was": [(field.label, field.was) for field in was],
    }
    return render(request, "payments/deleted.html", context, status=410)


@page(Permission.READ)
def read_payment(request: DeskRequest, payment_id: int) -> HttpResponse:
    """The payment's page with everything read from the store at this moment, its transactions too."""
    payment = get_payment_or_404(request, payment_id)
    store = request.store
    try:
        payment = read_afresh(request.actor, payment_id, with_balances=True)
        refresh_receipts_of(store, payment_id, payment.company_id)
        transactions = read_transactions(store, payment_id)
    except Invalid as unreadable:
        return payment_page(request, payment, problem=str(unreadable))
    except B2BError as error:
        return payment_page(request, payment, problem=in_words(error))
    return payment_page(request, payment, transactions=transactions, is_fresh=True)


def payment_page(
    request: DeskRequest,
    payment: Payment,
    problem: str = "",
    transactions: tuple[b2b.Transaction, ...] | None = None,
    is_fresh: bool = False,
    wanted: int = 0,
) -> HttpResponse:
    """The payment's page; with a problem, the reason why something was not done (422). `wanted` is the status that
    it could not be given."""
    if transactions is None:
        transactions = b2b.Payment.parse(payment.raw).transactions
    context = {
        **_facts(request, payment),
        **_actions(request.actor, payment),
        "transactions": [(TRANSACTIONS.get(each.type, each.type), each) for each in transactions],
        "is_fresh": is_fresh,
        "change_id": uuid.uuid4(),
        "problem": problem,
        "wanted": wanted,
        "prev_next": prev_next(PAYMENTS, request, payment, "payment"),
    }
    return render(request, "payments/page.html", context, status=422 if problem else 200)


def get_payment_or_404(request: DeskRequest, payment_id: int) -> Payment:
    payment = _visible(request.actor, payment_id)
    if payment is None:
        raise Http404(_("There is no such payment."))
    return payment


def _visible(actor: Membership, payment_id: int) -> Payment | None:
    return Payment.objects.visible_to(actor).filter(api_id=payment_id).first()


def fresh_payment(request: DeskRequest, payment: Payment) -> tuple[Payment, str]:
    """The payment with its balances as the store has them, and ""; without room there, as we know it, and why.
    Raises Invalid."""
    try:
        return read_afresh(request.actor, payment.api_id, with_balances=True), ""
    except Invalid as unreadable:
        if not request.layout.busy:
            raise
        deferring.get_by()
        return payment, str(unreadable)


def _facts(request: DeskRequest, payment: Payment) -> dict[str, Any]:
    """All that the page says of the payment; `under_way` is a change that must come to its end before another."""
    actor, today = request.actor, viewer_of(request).today
    lines = PaymentLine.objects.filter(store=request.store, payment_id=payment.api_id).order_by("position")
    invoices = Invoice.objects.visible_to(actor).by_api_id(line.invoice_id for line in lines)
    pairs = [(line, invoices.get(line.invoice_id)) for line in lines]
    receipts = Receipt.objects.visible_to(actor).filter(payment_id=payment.api_id)
    change = under_way(request.store, [payment.api_id], OF_ONE_PAYMENT).get(payment.api_id)
    return {
        "payment": payment,
        "kind": kind_words(payment),
        "counts": payment.counts,
        "lines": [
            {"line": line, "invoice": invoice, "state": invoice and invoice.state_on(today)}
            for line, invoice in pairs
        ],
        "receipts": receipts.defer("raw").order_by("created_at", "api_id"),
        "record": record_of(actor, payment.api_id),
        "history": history(actor, payment.api_id),
        "under_way": change
        and {"words": in_the_way(change), "url": change_link(request.store.slug, change.pk)},
    }


def _actions(actor: Membership, payment: Payment) -> dict[str, Any]:
    """All that this person may do with the payment."""
    may_edit = may(actor, Permission.EDIT_PAYMENT)
    operations = offered(payment) if may_edit else []
    return {
        "moves": moves_of(actor, payment),
        "seen": sealed_version(payment),
        "operations": [(int(operation), operation_words(operation)) for operation in operations],
        "may_edit": may_edit and payment.is_offline,
        "may_delete": may(actor, Permission.DELETE_PAYMENT),
    }
