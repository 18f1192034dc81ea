"""The ledger's days in another time zone: the moments stay, the days on which they fall are counted anew."""

from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from arportal.receivables.ledger.movements import DAY, POST_DAYS
from arportal.receivables.ledger.sums import rebuild_sums
from arportal.receivables.models import InvoiceDays, Ledger
from arportal.stores.models import Store

_REDATE = f"""
UPDATE receivables_ledgerentry SET effective_on = {DAY}
WHERE store_id = %(store)s AND effective_on IS DISTINCT FROM {DAY}
"""  # noqa: S608 - put together from our own words alone


@transaction.atomic
def redate(store: Store) -> None:
    """Called after the mirror's own days were counted anew, in the same transaction."""
    if not Ledger.objects.select_for_update().filter(store=store).exists():
        return
    dated = InvoiceDays.objects.filter(store=store).values_list("invoice_id", flat=True).distinct()
    values: dict[str, Any] = {
        "store": store.pk,
        "now": timezone.now(),
        "ids": list(dated),
    }
    with connection.cursor() as cursor:
        cursor.execute(_REDATE, values)
        cursor.execute(POST_DAYS, values)
    rebuild_sums(store)
