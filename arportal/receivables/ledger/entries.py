"""The entries of which a statement works out something, as a part of it."""

# Invoice by invoice by their index, which OFFSET 0 keeps apart: of a table that has just grown the planner knows too
# little, and would read all entries of the store.
ENTRIES_OF_INVOICES = """
    SELECT entry.* FROM (SELECT DISTINCT unnest(%(ids)s::bigint[]) AS invoice_id) AS wanted CROSS JOIN LATERAL (
        SELECT * FROM receivables_ledgerentry
        WHERE store_id = %(store)s AND invoice_id = wanted.invoice_id OFFSET 0
    ) AS entry
"""
ALL_ENTRIES = "SELECT * FROM receivables_ledgerentry WHERE store_id = %(store)s"
