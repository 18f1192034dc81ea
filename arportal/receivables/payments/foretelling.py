"""What becomes of invoices when a payment counts on them differently, said before it is done."""

from collections.abc import Mapping
from decimal import Decimal

from arportal.mirror.models import Invoice, Payment
from arportal.receivables.payments.effects import Effect, effect, paid_otherwise
from arportal.stores.models import Membership


def foretell(
    actor: Membership, payment: Payment, was: Mapping[int, Decimal], will: Mapping[int, Decimal]
) -> list[Effect]:
    """The invoices whose balance moves when the payment's amounts (invoice id → amount in its currency) go
    from `was` to `will`; those the actor cannot see and those the store no longer has are left out."""
    moved = {each: was.get(each, Decimal(0)) - will.get(each, Decimal(0)) for each in {**was, **will}}
    found = Invoice.objects.visible_to(actor).filter(currency=payment.currency).by_api_id(moved)
    paid = paid_otherwise(actor, found, without=[payment.api_id])
    return [
        effect(found[each], by, each in will or each in paid)
        for each, by in moved.items()
        if by and each in found
    ]
