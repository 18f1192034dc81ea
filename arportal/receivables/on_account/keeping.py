"""Writing down money on account, and what is taken off it again. Nothing of it is sent anywhere.

Each form is one row, however often it comes. Applying the money to invoices is recording a payment
(`payments/record_payment.py`).
"""

import datetime as dt
import uuid
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from arportal.b2b import Money
from arportal.mirror import figures
from arportal.mirror.models import Company
from arportal.receivables.changes.amounts import check_amount
from arportal.receivables.changes.changes import USED, lock_company
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.changes.periods import closed_days
from arportal.receivables.changes.reasons import check_reason
from arportal.receivables.models import Change, OnAccount, OnAccountUse, PaymentRecord
from arportal.stores.access import Permission, require
from arportal.stores.activity import record
from arportal.stores.models import Activity, Membership, Store

Kind = OnAccountUse.Kind


@dataclass(frozen=True, kw_only=True)
class Received:
    """Money as it arrived; `reason` says why it goes to no invoice."""

    company_id: int
    money: Money
    received_on: dt.date
    reference: str
    payer_name: str
    reason: str
    method: PaymentRecord.Method = PaymentRecord.Method.TRANSFER


def receive(actor: Membership, form_id: uuid.UUID, received: Received) -> OnAccount:
    """Keeps money on account. Raises NotAllowed, DoesNotExist, Invalid (`amount`, `received_on`, `reason`)."""
    require(actor, Permission.RECORD_PAYMENT, company_id=received.company_id)
    Company.objects.visible_to(actor).get(api_id=received.company_id)
    check_reason(received.reason)
    check_amount(received.money)
    if received.received_on > actor.store.today(timezone.now()):
        raise Invalid({"received_on": [_("This date is in the future.")]})
    content = {
        "store_id": actor.store_id,
        "company_id": received.company_id,
        "currency": received.money.currency,
        "amount": received.money.amount,
        "received_on": received.received_on,
        "method": received.method,
        "reference": received.reference,
        "payer_name": received.payer_name,
        "reason": received.reason,
        "actor_id": actor.pk,
    }
    with transaction.atomic():
        row, is_new = OnAccount.objects.get_or_create(form_id=form_id, defaults=content)
        if is_new and (problems := closed_days(actor.store, {"received_on": received.received_on})):
            raise Invalid(problems)
        if is_new:
            words = _("Put on account: %(amount)s") % {"amount": figures.amount(received.money)}
            record(
                actor,
                Activity.Kind.ON_ACCOUNT,
                words,
                company_id=received.company_id,
                details={"money": row.pk},
            )
    if not is_new and any(getattr(row, name) != value for name, value in content.items()):
        raise Invalid({"": [str(USED)]})
    return row


def take_off(
    actor: Membership, form_id: uuid.UUID, money_id: int, kind: Kind, amount: Decimal, reason: str
) -> OnAccountUse:
    """Takes an amount off that was paid back or was never there. Raises as `receive` does; Invalid by `amount` when
    less is left."""
    money = OnAccount.objects.visible_to(actor).get(pk=money_id)
    require(actor, Permission.DELETE_PAYMENT, company_id=money.company_id)
    check_reason(reason)
    check_amount(Money(amount, money.currency))
    with transaction.atomic():
        lock_company(actor.store_id, money.company_id)
        known = OnAccountUse.objects.filter(form_id=form_id).first()
        if known is not None:
            same = (known.money_id, known.kind, known.amount, known.actor_id)
            if same != (money_id, kind, amount, actor.pk):
                raise Invalid({"": [str(USED)]})
            return known
        problems = not_on_account(actor, money_id, money.company_id, Money(amount, money.currency))
        if problems:
            raise Invalid({"amount": problems[""]})
        words = _("Taken off account: %(amount)s, %(why)s")
        taken = figures.amount(Money(amount, money.currency))
        record(
            actor,
            Activity.Kind.ON_ACCOUNT,
            words % {"amount": taken, "why": kind.label},
            company_id=money.company_id,
            details={"money": money.pk, "reason": reason},
        )
        return _use(actor, form_id, money, kind, amount, reason=reason)


def use_for(change: Change, money_id: int) -> OnAccountUse:
    """Takes off what a Change records as a payment, in its transaction, once nothing is `not_on_account`."""
    money = OnAccount.objects.visible_to(change.actor).get(pk=money_id)
    amount = change.amount or Decimal(0)
    return _use(change.actor, change.pk, money, Kind.APPLIED, amount, change=change)


def not_on_account(actor: Membership, money_id: int, company_id: int, amount: Money) -> dict[str, list[str]]:
    """The reason, under "", why so much of this money cannot be used; empty when it can. Sure with the company locked
    alone."""
    rows = OnAccount.objects.visible_to(actor).filter(pk=money_id, company_id=company_id)
    money = rows.with_left().first()
    if money is None:
        return {"": [_("There is no such money on account of this company.")]}
    if money.currency != amount.currency:
        words = _("The money on account is in %(other)s, this payment in %(currency)s.")
        return {"": [words % {"other": money.currency, "currency": amount.currency}]}
    if amount.amount > money.left:
        words = _("Only %(left)s of it is still on account.")
        return {"": [words % {"left": figures.amount(money.left_money)}]}
    return {}


def taken_for(store: Store, payment_id: int) -> OnAccountUse | None:
    """The use of money on account that became this payment; None for every other payment."""
    uses = OnAccountUse.objects.filter(money__store=store, change__target_id=payment_id)
    return uses.filter(change__verb=Change.Verb.RECORD_PAYMENT).select_related("money").first()


def _use(
    actor: Membership,
    form_id: uuid.UUID,
    money: OnAccount,
    kind: Kind,
    amount: Decimal,
    *,
    change: Change | None = None,
    reason: str = "",
) -> OnAccountUse:
    return OnAccountUse.objects.create(
        form_id=form_id,
        money=money,
        kind=kind,
        amount=amount,
        change=change,
        reason=reason,
        taken_on=actor.store.today(timezone.now()),
        actor=actor,
    )
