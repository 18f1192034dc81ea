"""Deleting a payment: the store takes its amounts off the invoices again, and its receipts with it."""

import uuid
from collections.abc import Callable
from typing import Any

from django.db import transaction

from arportal.b2b.errors import NotFound
from arportal.mirror.api.connections import client_for
from arportal.mirror.models import Payment
from arportal.receivables.changes import changes
from arportal.receivables.changes.changes import Finding, Stale
from arportal.receivables.changes.deciding import Fate
from arportal.receivables.changes.reasons import check_reason
from arportal.receivables.models import Change
from arportal.receivables.payments.effects import Effect
from arportal.receivables.payments.foretelling import foretell
from arportal.receivables.payments.payment_contents import (
    CHANGED,
    Contents,
    check_free,
    check_unchanged,
    contents_of,
    counted,
    read_afresh,
    read_back,
    shown,
)
from arportal.receivables.payments.payments import target
from arportal.stores.access import Permission, require
from arportal.stores.models import Membership

VERB = Change.Verb.DELETE_PAYMENT


def delete(
    actor: Membership,
    change_id: uuid.UUID,
    payment_id: int,
    *,
    seen: Contents,
    reason: str,
    check: Callable[[], None] = lambda: None,
) -> Change:
    """Deletes the payment (DELETE /ip/payments/{id}), once per `change_id`. `check` is called with the company
    locked, before it is asked for; it may raise Invalid.

    Raises NotAllowed; Payment.DoesNotExist when the actor cannot see it; ChangedMeanwhile when it no longer is
    as it was `seen`; Invalid with the fields `reason` and "".
    """
    require(actor, Permission.DELETE_PAYMENT)
    content: dict[str, Any] = {"target_id": payment_id, "payload": _payload(seen, reason)}
    # Asked for first: a second click finds the payment gone.
    change = changes.existing(actor, change_id, VERB, **content)
    if change is None:
        payment = Payment.objects.visible_to(actor).get(api_id=payment_id)
        require(actor, Permission.DELETE_PAYMENT, company_id=payment.company_id)
        check_reason(reason)
        payment = read_afresh(actor, payment_id)
        with transaction.atomic():
            changes.lock_company(actor.store_id, payment.company_id)
            change = changes.existing(actor, change_id, VERB, **content)
            if change is None:
                check_unchanged(seen, shown(payment))
                check()
                change = ask_to_delete(actor, change_id, payment, content)
    return changes.carry_out(change)


def effects(actor: Membership, payment: Payment) -> list[Effect]:
    """The balances that rise again when it is deleted. `payment` is freshly read."""
    return foretell(actor, payment, counted(shown(payment)), {})


def ask_to_delete(
    actor: Membership, change_id: uuid.UUID, payment: Payment, content: dict[str, Any]
) -> Change:
    check_free(actor, payment.api_id)
    return changes.ask(
        *(actor, change_id, VERB),
        company_id=payment.company_id,
        **content,
        before=shown(payment),
        amount=payment.total,
        currency=payment.currency,
    )


def _payload(seen: Contents, reason: str) -> dict[str, Any]:
    return {"reason": reason, "currency": seen["currency"], "lines": seen["lines"]}


class _Deleting:
    def send(self, change: Change) -> int:
        payments = client_for(change.store).payments
        if contents_of(payments.get(target(change))) != change.before:
            raise Stale(str(CHANGED))
        return payments.delete(target(change))

    def look_up(self, change: Change) -> Finding:
        try:
            payment = client_for(change.store).payments.get(target(change))
        except NotFound:
            return Finding(Fate.DONE, target(change))
        return Finding(Fate.NOT_DONE if contents_of(payment) == change.before else Fate.OVERTAKEN)

    def mirror(self, change: Change) -> None:
        read_back(change)


changes.carriers[VERB] = _Deleting()
