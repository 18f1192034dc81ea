"""Sealing what was written down: in the order of the rows' ids, by one process at a time."""

from django.db import connection, transaction

from arportal.receivables.activity.seals import changes_of, seal_of
from arportal.stores.models import Activity, ActivityChain, Store

AT_ONCE = 1000
# bulk_update takes ten times as long.
_SEAL = """
UPDATE stores_activity AS row SET position = sealed.position, seal = sealed.seal
FROM unnest(%s::bigint[], %s::bigint[], %s::text[]) AS sealed (id, position, seal)
WHERE row.id = sealed.id
"""


def seal(store: Store) -> int:
    """Seals all that is not sealed yet; returns how many rows. A row that was committed late, with a lower id than
    the last one, goes to the end: the chain is what was sealed, one after the other."""
    ActivityChain.objects.get_or_create(store=store)
    sealed = 0
    while count := _seal_some(store):
        sealed += count
    return sealed


@transaction.atomic
def _seal_some(store: Store) -> int:
    chain = ActivityChain.objects.select_for_update().get(store=store)
    rows = list(Activity.objects.filter(store=store, position=None).order_by("pk")[:AT_ONCE])
    changes = changes_of(rows)
    for row in rows:
        chain.position += 1
        change = changes.get(row.change_id) if row.change_id else None
        chain.seal = seal_of(chain.seal, chain.position, row, change)
        row.position = chain.position
        row.seal = chain.seal
    with connection.cursor() as cursor:
        cursor.execute(_SEAL, [[getattr(row, name) for row in rows] for name in ("pk", "position", "seal")])
    chain.save()
    return len(rows)
