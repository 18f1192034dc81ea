"""Building the ledger of a store that was connected before, from its invoices and payments: resumable."""

from itertools import count

from django.db import connection, transaction
from django.utils import timezone

from arportal.mirror.models import Invoice, Payment, PaymentLine, SyncPass
from arportal.receivables.ledger.posting import write_entries
from arportal.receivables.ledger.sums import rebuild_sums
from arportal.receivables.models import InvoiceDays, Ledger, LedgerEntry
from arportal.stores.models import Store

BATCH = 2_000
# After so many batches the database looks at what is there.
LOOKED_AT_AFTER = (1, 10, 100)
LOOKED_AT = (Invoice, Payment, PaymentLine, LedgerEntry, InvoiceDays)


def is_to_build(store: Store) -> bool:
    """True once all of the store was read, until all of it is in the ledger."""
    is_read = SyncPass.objects.filter(store=store, kind=SyncPass.Kind.FULL, problem="").exclude(
        finished_at=None
    )
    return not Ledger.objects.filter(store=store).exclude(built_at=None).exists() and is_read.exists()


def built_ledger(store: Store) -> Ledger | None:
    """The store's ledger; None while it is not complete: then no sum of it says anything."""
    ledger: Ledger | None = getattr(store, "ledger", None)
    return ledger if ledger is not None and ledger.built_at is not None else None


def build_ledger(store: Store) -> None:
    """Goes on where an earlier build ended. New invoices may come in meanwhile: they are found before its end."""
    now = timezone.now()
    known_from = {"began_at": now, "overdue_as_of": store.today(now)}
    Ledger.objects.get_or_create(store=store, defaults=known_from)
    for number in count(1):
        if not _build_next(store):
            break
        if number in LOOKED_AT_AFTER:
            # By itself the database looks at its tables within a minute or so, and until then takes one that has
            # just been filled for a small one: a batch would take six times as long.
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE " + ", ".join(model._meta.db_table for model in LOOKED_AT))


@transaction.atomic
def _build_next(store: Store) -> bool:
    """A batch in one transaction; the sums after the last, and False then."""
    ledger = Ledger.objects.select_for_update().get(store=store)
    invoices = Invoice.objects.filter(store=store, api_id__gt=ledger.built_to).order_by("api_id")
    batch = list(invoices.values_list("api_id", flat=True)[:BATCH])
    if not batch and ledger.built_at is None:
        rebuild_sums(store)
        ledger.built_at = timezone.now()
    if batch and ledger.built_at is None:
        write_entries(store, batch, settle=True, opening=True)
        ledger.built_to = batch[-1]
    ledger.save(update_fields=["built_to", "built_at"])
    return bool(batch) and ledger.built_at is None
