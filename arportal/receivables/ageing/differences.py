"""The ageing as of a day, as it was known then and as it is known now: what differs, invoice by invoice, and why."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from django.db import connection

from arportal.b2b import Money
from arportal.receivables.ageing.ageing import INVOICES, SEEN, AsOf, check_known, end_of, values
from arportal.receivables.ageing.buckets import Bucket
from arportal.receivables.models import NO_DAY, LedgerEntry
from arportal.stores.models import Membership

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class State:
    """An invoice's balance, and the day from which it aged, None when it had none."""

    balance: Money
    aged_on: dt.date | None
    bucket: Bucket | None


@dataclass(frozen=True)
class Difference:
    """An invoice under a company. `late`: entries that took effect by the day and were seen after it was known."""

    invoice_id: int
    company_id: int
    then: State
    now: State
    late: Sequence[LedgerEntry] = field(default=())

    @property
    def amount(self) -> Money:
        return self.now.balance - self.then.balance

    @property
    def is_redated(self) -> bool:
        """True if the day from which it ages has changed while money was owed."""
        return bool(self.then.balance and self.now.balance) and self.then.aged_on != self.now.aged_on


def differences(actor: Membership, as_of: AsOf, after: tuple[int, int] | None, size: int) -> list[Difference]:
    """The next invoices, behind an invoice and a company by id, that `as_of` with its `known_on` shows otherwise than
    without. Raises NotKnown."""
    check_known(actor.store, as_of)
    query = f"""
        SELECT invoice_id, company_id, currency, past.balance, past.aged_on, present.balance, present.aged_on
        FROM ({INVOICES.format(seen=SEEN)}) AS past
        FULL JOIN ({INVOICES.format(seen="")}) AS present USING (invoice_id, company_id, currency)
        WHERE (invoice_id, company_id) > (%(after_invoice)s, %(after_company)s) AND (
            past.balance IS DISTINCT FROM present.balance
            OR width_bucket(%(day)s - past.aged_on, %(firsts)s)
                <> width_bucket(%(day)s - present.aged_on, %(firsts)s)
        )
        ORDER BY invoice_id, company_id LIMIT %(size)s
    """  # noqa: S608 - put together from our own words alone
    after_invoice, after_company = after or (-1, -1)
    given = {"after_invoice": after_invoice, "after_company": after_company, "size": size}
    with connection.cursor() as cursor:
        cursor.execute(query, values(actor, as_of) | given)
        rows = cursor.fetchall()
    late = _late_entries(actor, as_of, [row[0] for row in rows])
    return [
        Difference(
            invoice_id,
            company_id,
            _state(as_of, currency, then_balance, then_day),
            _state(as_of, currency, now_balance, now_day),
            late.get((invoice_id, company_id, currency), ()),
        )
        for invoice_id, company_id, currency, then_balance, then_day, now_balance, now_day in rows
    ]


def as_known_now(as_of: AsOf) -> AsOf:
    return replace(as_of, known_on=None)


def _state(as_of: AsOf, currency: str, balance: Decimal | None, aged_on: dt.date | None) -> State:
    if balance is None or aged_on is None:
        return State(Money(NOTHING, currency), None, None)
    days = (as_of.day - aged_on).days
    buckets = as_of.buckets
    bucket = next(each for each in reversed(list(buckets)) if each.first is None or each.first <= days)
    return State(
        Money(balance, currency), None if aged_on == NO_DAY else aged_on, bucket if balance > 0 else None
    )


def _late_entries(
    actor: Membership, as_of: AsOf, invoice_ids: Sequence[int]
) -> dict[tuple[int, int, str], list[LedgerEntry]]:
    assert as_of.known_on is not None  # noqa: S101 - check_known has refused it
    entries = LedgerEntry.objects.visible_to(actor).filter(
        invoice_id__in=invoice_ids,
        effective_on__lte=as_of.day,
        observed_at__gte=end_of(actor.store, as_of.known_on),
    )
    late: dict[tuple[int, int, str], list[LedgerEntry]] = {}
    for entry in entries.order_by("effective_at", "pk"):
        late.setdefault((entry.invoice_id, entry.company_id, entry.currency), []).append(entry)
    return late
