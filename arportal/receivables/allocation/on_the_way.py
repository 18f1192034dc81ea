"""Amounts on their way: they may count at the store already, and the mirror does not show them yet."""

from collections.abc import Collection
from decimal import Decimal

from django.db.models import Q

from arportal.b2b import Money
from arportal.mirror.models import Invoice
from arportal.receivables.allocation.lines import sums
from arportal.receivables.changes.excluding import under_way
from arportal.receivables.models import Change, ChangeQuerySet
from arportal.stores.models import Membership, Store

NOTHING = Decimal(0)
# Changes whose payload has lines that lower what is open.
PAYING = (Change.Verb.RECORD_PAYMENT, Change.Verb.EDIT_PAYMENT)
LOWERING = (*PAYING, Change.Verb.WRITE_OFF, Change.Verb.APPLY_CREDIT)
# Those that write a new balance over the old one.
MOVING = (
    Change.Verb.WRITE_OFF,
    Change.Verb.UNDO_WRITE_OFF,
    Change.Verb.APPLY_CREDIT,
    Change.Verb.UNDO_CREDIT,
)
# A write-off that waits for approval stands in no payment's way: it is refused once the balance has changed.
_WAITS = Q(verb__in=MOVING, state=Change.State.WAITING)


def on_the_way(
    actor: Membership, company_ids: Collection[int] | None = None, verbs: Collection[Change.Verb] = LOWERING
) -> dict[int, Decimal]:
    """Invoice id → how much is coming, of those that the actor may see. None: of every company."""
    changes = Change.objects.visible_to(actor)
    return on_the_way_of(
        changes if company_ids is None else changes.filter(company_id__in=company_ids), verbs
    )


def on_the_way_of(changes: ChangeQuerySet, verbs: Collection[Change.Verb] = LOWERING) -> dict[int, Decimal]:
    """Invoice id → how much is coming: of recordings, what edits add to a payment, write-offs and credits applied."""
    under_way = changes.unfinished().filter(~_WAITS, verb__in=verbs)
    amounts: dict[int, Decimal] = {}
    for payload, before in under_way.values_list("payload", "before"):
        has = sums(before.get("lines", []))
        for invoice_id, amount in sums(payload["lines"]).items():
            more = max(amount - has.get(invoice_id, NOTHING), NOTHING)
            amounts[invoice_id] = amounts.get(invoice_id, NOTHING) + more
    return amounts


def being_moved(store: Store, invoice_ids: Collection[int]) -> dict[int, Change]:
    """Invoice id → the Change that is just writing its balance anew: a payment that arrives between our last look and
    that write would be written over."""
    others = under_way(store, invoice_ids, MOVING)
    return {
        invoice_id: change
        for invoice_id, change in others.items()
        if invoice_id and change.state != Change.State.WAITING
    }


def coming(actor: Membership, company_ids: Collection[int] | None = None) -> dict[str, Money]:
    """Currency → what all figures of today are still to go down by, for those who read them."""
    amounts = on_the_way(actor, company_ids, PAYING)
    invoices = Invoice.objects.visible_to(actor).filter(api_id__in=amounts)
    totals: dict[str, Money] = {}
    for invoice_id, currency in invoices.order_by("currency").values_list("api_id", "currency"):
        amount = Money(amounts[invoice_id], currency)
        totals[currency] = totals[currency] + amount if currency in totals else amount
    return {currency: total for currency, total in totals.items() if total}
