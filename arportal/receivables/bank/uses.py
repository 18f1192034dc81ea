"""Saying what a line is, or a part of it; and taking that back. Each form is one row, however often it comes."""

import datetime as dt
import uuid
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from arportal.b2b import Money
from arportal.mirror import figures
from arportal.receivables.bank.access import require_every_company
from arportal.receivables.changes.changes import USED
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.changes.reasons import check_reason
from arportal.receivables.models import BankLine, BankUse, Change, OnAccount
from arportal.receivables.models.on_account import OnAccountUse
from arportal.receivables.on_account.keeping import Received, receive, take_off
from arportal.stores.access import Permission, require
from arportal.stores.activity import record
from arportal.stores.models import Activity, Membership, Store

Kind = BankUse.Kind


def not_left(actor: Membership, line_id: int, amount: Money) -> dict[str, list[str]]:
    """The reason, under "", why so much of the line cannot be used; empty when it can. Sure with the line locked
    alone."""
    line = BankLine.objects.visible_to(actor).incoming().with_left().filter(pk=line_id).first()
    if line is None:
        return {"": [_("There is no such line of a bank statement.")]}
    if line.currency != amount.currency:
        words = _("The line is in %(other)s, this payment in %(currency)s.")
        return {"": [words % {"other": line.currency, "currency": amount.currency}]}
    if amount.amount > line.left:
        if not line.left:
            return {"": [_("Somebody has dealt with this line already.")]}
        words = _("Only %(left)s of the line is left.")
        return {"": [words % {"left": figures.amount(line.left_money)}]}
    return {}


def received_on(actor: Membership, line: BankLine) -> dt.date:
    """The day on which its money counts as received: value dates may lie ahead, payments may not."""
    return min(line.value_on, actor.store.today(timezone.now()))


def use_for(change: Change, line_id: int) -> BankUse:
    """Keeps that a Change records the line, or a part of it, as a payment; in its transaction. Raises Invalid."""
    require(change.actor, Permission.MATCH_BANK)
    amount = Money(change.amount or Decimal(0), change.currency)
    _lock(change.actor, line_id, amount)
    return BankUse.objects.create(
        form_id=change.pk,
        line_id=line_id,
        kind=Kind.PAYMENT,
        amount=amount.amount,
        company_id=change.company_id,
        change=change,
        actor=change.actor,
    )


def is_of_line(store: Store, payment_id: int) -> bool:
    """True if the payment was recorded as a line of a bank statement, or a part of one."""
    uses = BankUse.objects.filter(line__store=store, change__target_id=payment_id)
    return uses.filter(change__verb=Change.Verb.RECORD_PAYMENT).exists()


def put_on_account(
    actor: Membership, form_id: uuid.UUID, line_id: int, company_id: int, amount: Decimal, reason: str
) -> OnAccount:
    """Keeps the amount as money on account of the company. Raises NotAllowed, DoesNotExist, Invalid."""
    line = _line(actor, line_id)
    received = Received(
        company_id=company_id,
        money=Money(amount, line.currency),
        received_on=received_on(actor, line),
        reference=line.reference or line.text[:100],
        payer_name=line.payer_name,
        reason=reason,
    )
    with transaction.atomic():
        use = BankUse.objects.filter(form_id=form_id).select_related("money").first()
        money = receive(actor, form_id, received)
        if use is None:
            _lock(actor, line_id, received.money)
            BankUse.objects.create(
                form_id=form_id,
                line=line,
                kind=Kind.ON_ACCOUNT,
                amount=amount,
                company_id=company_id,
                money=money,
                reason=reason,
                actor=actor,
            )
        elif use.line_id != line_id:
            raise Invalid({"": [str(USED)]})
    return money


def ignore(actor: Membership, form_id: uuid.UUID, line_id: int, reason: str) -> BankUse:
    """Leaves out what is left of the line: it is no customer's payment. Raises NotAllowed, DoesNotExist, Invalid."""
    line = _line(actor, line_id)
    check_reason(reason)
    with transaction.atomic():
        use = BankUse.objects.filter(form_id=form_id).first()
        if use is not None:
            if (use.line_id, use.kind, use.actor_id) != (line_id, Kind.IGNORED, actor.pk):
                raise Invalid({"": [str(USED)]})
            return use
        left = _lock(actor, line_id, Money(Decimal("0.0001"), line.currency))
        use = BankUse.objects.create(
            form_id=form_id, line=line, kind=Kind.IGNORED, amount=left, reason=reason, actor=actor
        )
        words = _("Bank line ignored: %(amount)s") % {"amount": figures.amount(Money(left, line.currency))}
        record(actor, Activity.Kind.BANK, words, details={"line": line_id, "reason": reason})
    return use


def take_back(actor: Membership, form_id: uuid.UUID, use_id: int, reason: str) -> None:
    """Opens again what was ignored or put on account. A payment is deleted where payments are. Raises NotAllowed,
    DoesNotExist, Invalid."""
    require_every_company(actor)
    require(actor, Permission.MATCH_BANK)
    check_reason(reason)
    use = BankUse.objects.select_related("line", "money").get(pk=use_id, line__store_id=actor.store_id)
    if use.kind == Kind.PAYMENT:
        raise Invalid({"": [_("Delete the payment: then the line is open again.")]})
    with transaction.atomic():
        if use.money is not None:
            take_off(actor, form_id, use.money.pk, OnAccountUse.Kind.REVERSED, use.amount, reason)
            return
        rows = BankUse.objects.filter(pk=use_id, ended_at=None)
        if rows.update(ended_at=timezone.now()):
            words = _("Bank line open again: %(amount)s") % {"amount": figures.amount(use.used_money)}
            record(actor, Activity.Kind.BANK, words, details={"line": use.line_id, "reason": reason})


def _line(actor: Membership, line_id: int) -> BankLine:
    require_every_company(actor)
    require(actor, Permission.MATCH_BANK)
    return BankLine.objects.visible_to(actor).incoming().get(pk=line_id)


def _lock(actor: Membership, line_id: int, amount: Money) -> Decimal:
    """The rest of the line, locked to the end of the transaction. Raises Invalid when it is less than the amount."""
    BankLine.objects.visible_to(actor).select_for_update().get(pk=line_id)
    if problems := not_left(actor, line_id, amount):
        raise Invalid(problems)
    left: Decimal = BankLine.objects.with_left().get(pk=line_id).left
    return left
