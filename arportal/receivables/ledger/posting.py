"""Posting: the entries that a store's invoices lack, in the transaction that saved their rows."""

from collections.abc import Collection, Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone

from arportal.mirror.models import PaymentLine
from arportal.mirror.prepared import prepared_cursor
from arportal.receivables.ledger.movements import POST, POST_DAYS, WORDS
from arportal.receivables.ledger.sums import NO_ID, Written, bring_to_day, update_sums
from arportal.receivables.models import Ledger, LedgerEntry
from arportal.stores.models import Store

# Every page of the sync asks this: Django would take longer to write the statement than PostgreSQL to answer it.
_LOCKED = "SELECT * FROM receivables_ledger WHERE store_id = %s FOR UPDATE"


def post_invoices(store: Store, invoice_ids: Collection[int]) -> None:
    """Posts what the mirror's rows of these invoices show; afterwards each one's entries sum up to its balance."""
    _post(store, invoice_ids, settle=True)


def post_payments(store: Store, payment_ids: Collection[int]) -> None:
    """Posts what these payments explain of movements that are posted already, and nothing else.

    Payments are read before invoices: what a payment moves is posted when its invoice's new balance is here, or
    the same amount would be posted twice, once as explained and once as not.
    """
    lines = PaymentLine.objects.filter(store=store, payment_id__in=payment_ids)
    posted = LedgerEntry.objects.filter(store=store, cause_id__in=payment_ids)
    invoice_ids = {*lines.values_list("invoice_id", flat=True), *posted.values_list("invoice_id", flat=True)}
    _post(store, invoice_ids, settle=False)


@transaction.atomic(savepoint=False)  # What fails here fails the rows too.
def _post(store: Store, invoice_ids: Iterable[int], *, settle: bool) -> None:
    ledger = next(iter(Ledger.objects.raw(_LOCKED, [store.pk])), None)
    if ledger is None:
        return
    today = store.today(timezone.now())
    if ledger.overdue_as_of != today:
        bring_to_day(ledger, today)
    if ledger.built_at is None:  # The rest is still to come, with all that explains it, and then the sums.
        write_entries(store, [one for one in invoice_ids if one <= ledger.built_to], settle=settle)
    else:
        update_sums(store, write_entries(store, list(invoice_ids), settle=settle))


def write_entries(store: Store, invoice_ids: list[int], *, settle: bool, opening: bool = False) -> Written:
    """Writes the entries and days that these invoices lack. The ledger's row is locked.

    Without `settle`, only where less stays unexplained. With `opening`, what nothing explains is the difference
    with which the ledger opens.
    """
    if not invoice_ids:
        return Written([])
    values: dict[str, Any] = {
        "store": store.pk,
        "now": timezone.now(),
        "ids": invoice_ids,
        "settle": settle,
        "opening": opening,
    }
    with prepared_cursor() as cursor:
        cursor.execute(POST, WORDS | values)
        ((first_entry, moved),) = cursor.fetchall()
        cursor.execute(POST_DAYS, values)
        ((first_days, dated),) = cursor.fetchall()
    return Written(list({*moved, *dated}), first_entry or NO_ID, first_days or NO_ID)
