"""Payments as the ledger has them: what of each still counts, and the day it was made."""

# A row for each payment's part on an invoice; `{which}` are more conditions on the entries. A payment that is edited,
# or refunded and applied again, keeps the day on which it was made.
STANDING_PAYMENTS = """
SELECT invoice_id, company_id, currency, -SUM(amount) AS amount,
    MIN(effective_on) FILTER (WHERE cause = 'payment') AS paid_on
FROM receivables_ledgerentry
WHERE store_id = %(store)s AND cause IN ('payment', 'reversed', 'payment-deleted') {which}
GROUP BY invoice_id, company_id, currency, cause_id HAVING SUM(amount) < 0
"""
