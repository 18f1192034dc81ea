"""The recount: every invoice's entries against its balance, and every kept sum against the entries."""

from django.db import connection, transaction
from django.utils import timezone

from arportal.receivables.ledger.posting import write_entries
from arportal.receivables.ledger.sums import rebuild_sums, update_sums
from arportal.receivables.models import Ledger
from arportal.stores.models import Store

# Invoices whose entries do not sum up to their balance. A gone one's must sum up to nothing.
_DIFFERENT = """
SELECT COALESCE(invoice.api_id, entry.invoice_id)
FROM (SELECT api_id, CASE WHEN gone_at IS NULL THEN balance ELSE 0 END AS balance
      FROM mirror_invoice WHERE store_id = %(store)s) AS invoice
FULL JOIN (SELECT invoice_id, SUM(amount) AS balance
           FROM receivables_ledgerentry WHERE store_id = %(store)s GROUP BY invoice_id) AS entry
    ON entry.invoice_id = invoice.api_id
WHERE COALESCE(invoice.balance, 0) <> COALESCE(entry.balance, 0)
ORDER BY 1
"""
# Balances by company and currency: of the entries, and as they are kept.
_SUMS_DIFFER = """
SELECT count(*) FROM (
    SELECT company_id, currency, SUM(GREATEST(balance, 0)) AS open, SUM(LEAST(balance, 0)) AS credit
    FROM (SELECT company_id, currency, SUM(amount) AS balance FROM receivables_ledgerentry
          WHERE store_id = %(store)s GROUP BY invoice_id, company_id, currency) AS invoice
    GROUP BY company_id, currency
) AS counted
FULL JOIN (SELECT * FROM receivables_companybalance WHERE store_id = %(store)s) AS kept
    USING (company_id, currency)
WHERE (COALESCE(counted.open, 0), COALESCE(counted.credit, 0)) <> (COALESCE(kept.open, 0), COALESCE(kept.credit, 0))
"""


def different_invoices(store: Store) -> list[int]:
    """API ids of the invoices whose entries do not sum up to their balance: none, or something is wrong."""
    with connection.cursor() as cursor:
        cursor.execute(_DIFFERENT, {"store": store.pk})
        return [invoice_id for (invoice_id,) in cursor.fetchall()]


def different_sums(store: Store) -> int:
    """The number of company balances that are not those of the entries."""
    with connection.cursor() as cursor:
        cursor.execute(_SUMS_DIFFER, {"store": store.pk})
        count: int = cursor.fetchone()[0]
        return count


@transaction.atomic
def recount(store: Store) -> int:
    """Compares everything, writes down how many figures differed, and brings the sums right; returns the number.

    An invoice that differs gets the entry that it lacks, dated now, for a person to look at.
    """
    ledger = Ledger.objects.select_for_update().get(store=store)
    invoices = different_invoices(store)
    sums = different_sums(store)
    if invoices:
        update_sums(store, write_entries(store, invoices, settle=True))
    if sums:
        rebuild_sums(store)
    ledger.differences = len(invoices) + sums
    ledger.recounted_at = timezone.now()
    ledger.save(update_fields=["differences", "recounted_at"])
    return ledger.differences
