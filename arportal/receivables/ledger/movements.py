"""The statement that writes the entries which a page of invoices lacks.

It compares what each invoice is in the mirror with what was posted for it, part by part: its amount, each payment on
it, what the store's word "paid" forgives, whether it is there at all. What then is left of the way to its balance no
payment or Change explains: the residual. All parts are compared, never counted up, so a page that is posted again
adds nothing.
"""

from typing import Any

from arportal.b2b import AppliedStatus, ProcessingStatus
from arportal.mirror.models.payments import APPLIED_STATUSES, RECEIVED_NOTHING
from arportal.receivables.ledger.entries import ENTRIES_OF_INVOICES
from arportal.receivables.models import Change, LedgerEntry

Cause = LedgerEntry.Cause

WRITE_OFFS = (Change.Verb.WRITE_OFF, Change.Verb.UNDO_WRITE_OFF)
RESIDUAL = (*LedgerEntry.NOT_EXPLAINED, Cause.EDITED)
# What the statement is given besides the store, the invoices, and how to post.
WORDS: dict[str, Any] = {
    "issues": [Cause.ISSUED, Cause.REISSUED],
    "payments": [Cause.PAYMENT, Cause.REVERSED, Cause.PAYMENT_DELETED],
    "presence": [Cause.DELETED, Cause.RETURNED],
    "residuals": list(RESIDUAL),
    "applied": AppliedStatus.APPLIED,
    "applied_statuses": list(APPLIED_STATUSES),
    "received_nothing": list(RECEIVED_NOTHING),
    "refunded": ProcessingStatus.REFUNDED,
    "delete_payment": Change.Verb.DELETE_PAYMENT,
    "delete_invoice": Change.Verb.DELETE_INVOICE,
    "edit_invoice": Change.Verb.EDIT_INVOICE,
    "write_offs": list(WRITE_OFFS),
    "edits": [Change.Verb.EDIT_INVOICE, *WRITE_OFFS, Change.Verb.APPLY_CREDIT, Change.Verb.UNDO_CREDIT],
    "record_payment": Change.Verb.RECORD_PAYMENT,
    "not_sent": [Change.State.WAITING, Change.State.ASKED, Change.State.REFUSED],
}

# Nothing takes effect after it was seen: a store's clock may be ahead of ours.
_INVOICES = f"""
invoice AS (
    SELECT api_id AS invoice_id, company_id, currency, status, original_balance, open_balance, balance,
        gone_at IS NOT NULL AS is_gone,
        LEAST(updated_at, %(now)s::timestamptz) AS updated_at,
        LEAST(COALESCE(issued_at, updated_at), %(now)s::timestamptz) AS issued_at
    FROM mirror_invoice WHERE store_id = %(store)s AND api_id = ANY(%(ids)s)
),
entry AS MATERIALIZED ({ENTRIES_OF_INVOICES}),
posted AS (
    SELECT invoice_id,
        SUM(amount) AS total,
        COALESCE(SUM(amount) FILTER (WHERE cause = ANY(%(issues)s)), 0) AS issued,
        COALESCE(SUM(amount) FILTER (WHERE cause = 'called-paid'), 0) AS called_paid,
        COALESCE(SUM(amount) FILTER (WHERE cause = ANY(%(presence)s)), 0) AS presence,
        (array_agg(company_id ORDER BY id DESC))[1] AS company_id,
        (array_agg(currency ORDER BY id DESC))[1] AS currency
    FROM entry GROUP BY invoice_id
),
-- The Change of ours by which the invoice became what it is, if one did that is not posted yet: an edit, of which we
-- know what it set, or a move, of which we know by how much. A move is known as long as it was not read back.
edit AS (
    SELECT DISTINCT ON (invoice_id) invoice_id,
        CASE WHEN verb = %(edit_invoice)s THEN change.id END AS change_id,
        CASE WHEN verb <> %(edit_invoice)s THEN change.id END AS move_id,
        CASE WHEN verb = ANY(%(write_offs)s) THEN 'write-off' ELSE 'credit' END AS move_cause,
        (after->>'open_balance')::numeric - (before->>'open_balance')::numeric AS move
    FROM invoice CROSS JOIN LATERAL (
        SELECT id, verb, state, asked_at, mirrored_at, before, after FROM receivables_change
        WHERE store_id = %(store)s AND verb = ANY(%(edits)s) AND target_id = invoice_id
        UNION ALL
        SELECT id, verb, state, asked_at, mirrored_at, before->'credit', after->'credit' FROM receivables_change
        WHERE store_id = %(store)s AND credit_id = invoice_id
    ) AS change
    WHERE state <> ALL(%(not_sent)s) AND NOT EXISTS (SELECT FROM entry WHERE entry.change_id = change.id)
        AND CASE WHEN verb = %(edit_invoice)s
            THEN (after->>'open_balance')::numeric = open_balance OR (after->>'status')::int = status
                OR (after->>'original_balance')::numeric = original_balance
            ELSE mirrored_at IS NULL AND (state = 'applied' OR (after->>'open_balance')::numeric = open_balance)
        END
    ORDER BY invoice_id, asked_at DESC
)"""  # noqa: S608 - put together from our own words alone

# Each payment on each invoice: what it takes off the balance now, and what was posted for it.
_PAYMENTS = """
line AS (
    SELECT invoice_id, payment_id, SUM(line.amount) AS amount
    FROM invoice JOIN mirror_paymentline AS line USING (invoice_id)
    WHERE line.store_id = %(store)s AND line.currency = invoice.currency AND NOT is_gone
    GROUP BY invoice_id, payment_id
),
posted_payment AS (
    SELECT invoice_id, cause_id AS payment_id, SUM(amount) AS amount
    FROM entry JOIN invoice USING (invoice_id)
    WHERE cause = ANY(%(payments)s) AND NOT is_gone GROUP BY invoice_id, cause_id
),
payment AS (
    SELECT invoice_id, payment_id, line.amount AS line_amount,
        posted.amount AS posted, posted.amount IS NOT NULL AS is_known,
        payment.api_id IS NULL OR payment.gone_at IS NOT NULL AS is_gone,
        payment.processing_status = %(refunded)s AND payment.updated_at > payment.created_at AS is_refunded,
        CASE WHEN payment.gone_at IS NULL AND (payment.applied_status = %(applied)s
                OR (payment.applied_status = ANY(%(applied_statuses)s)) IS NOT TRUE
                    AND payment.processing_status <> ALL(%(received_nothing)s))
            THEN -COALESCE(line.amount, 0) ELSE 0 END AS target,
        LEAST(payment.created_at, %(now)s::timestamptz) AS created_at,
        LEAST(payment.updated_at, %(now)s::timestamptz) AS updated_at,
        recorded.id AS recorded_by, deleted.id AS deleted_by,
        LEAST(deleted.settled_at, %(now)s::timestamptz) AS deleted_at
    FROM line FULL JOIN posted_payment AS posted USING (invoice_id, payment_id)
    LEFT JOIN mirror_payment AS payment ON payment.store_id = %(store)s AND payment.api_id = payment_id
    LEFT JOIN receivables_change AS recorded ON recorded.store_id = %(store)s
        AND recorded.verb = %(record_payment)s AND recorded.target_id = payment_id AND recorded.state = 'applied'
    LEFT JOIN receivables_change AS deleted ON deleted.store_id = %(store)s AND payment.gone_at IS NOT NULL
        AND deleted.verb = %(delete_payment)s AND deleted.target_id = payment_id AND deleted.state = 'applied'
)"""

_EXPLAINED = """
explained(invoice_id, cause, cause_id, change_id, amount, effective_at) AS (
    SELECT invoice_id, CASE WHEN posted.total IS NULL THEN 'issued' ELSE 're-issued' END,
        NULL::bigint, CASE WHEN posted.total IS NOT NULL THEN edit.change_id END,
        original_balance - COALESCE(posted.issued, 0),
        CASE WHEN posted.total IS NULL THEN issued_at ELSE updated_at END
    FROM invoice LEFT JOIN posted USING (invoice_id) LEFT JOIN edit USING (invoice_id) WHERE NOT is_gone
    UNION ALL
    SELECT invoice_id, 'called-paid', NULL, edit.change_id,
        balance - open_balance - COALESCE(posted.called_paid, 0), updated_at
    FROM invoice LEFT JOIN posted USING (invoice_id) LEFT JOIN edit USING (invoice_id) WHERE NOT is_gone
    UNION ALL  -- What was posted no longer holds.
    SELECT invoice_id, CASE WHEN is_gone THEN 'payment-deleted' ELSE 'reversed' END, payment_id, deleted_by,
        -posted, CASE WHEN is_gone THEN deleted_at ELSE updated_at END
    FROM payment WHERE posted <> target
    UNION ALL  -- What holds now: since the payment was made, or since it was changed.
    SELECT invoice_id, 'payment', payment_id, CASE WHEN NOT is_known THEN recorded_by END,
        target, CASE WHEN is_known THEN updated_at ELSE created_at END
    FROM payment WHERE posted IS DISTINCT FROM target
    UNION ALL  -- A payment that was refunded before it was ever seen did lower the balance for a time.
    SELECT invoice_id, moved.cause, payment_id, NULL, moved.amount, moved.moment
    FROM payment CROSS JOIN LATERAL (
        VALUES ('payment', -line_amount, created_at), ('reversed', line_amount, updated_at)
    ) AS moved(cause, amount, moment)
    WHERE NOT is_known AND NOT is_gone AND is_refunded AND target = 0
)"""

# A payment that comes later than the movement takes back what was unexplained since then, as of the same moment;
# where it comes without any, something outside made up for it at once. A move of ours is taken out of it first: a
# payment may have come in between the move and the reading of what it left.
_RESIDUAL = """
unmoved AS (
    SELECT invoice_id, updated_at, edit.change_id, edit.move_id, edit.move_cause, edit.move,
        CASE WHEN %(opening)s THEN 'opening' WHEN edit.change_id IS NOT NULL THEN 'edited'
            WHEN posted.total IS NULL THEN 'unexplained' ELSE 'edited-outside' END AS cause,
        CASE WHEN is_gone THEN -COALESCE(posted.total, 0) ELSE -COALESCE(posted.presence, 0) END AS presence,
        CASE WHEN is_gone THEN 0
            ELSE balance - COALESCE(posted.total - posted.presence, 0) - COALESCE(sums.amount, 0) END AS amount,
        CASE WHEN %(opening)s THEN 0 ELSE COALESCE(sums.paid, 0) END AS explained,
        sums.paid_at AS explained_at
    FROM invoice LEFT JOIN posted USING (invoice_id) LEFT JOIN edit USING (invoice_id) LEFT JOIN (
        SELECT invoice_id, SUM(amount) AS amount,
            SUM(amount) FILTER (WHERE cause_id IS NOT NULL) AS paid,
            MAX(effective_at) FILTER (WHERE cause_id IS NOT NULL AND amount <> 0) AS paid_at
        FROM explained GROUP BY invoice_id
    ) AS sums USING (invoice_id)
),
residual AS (
    SELECT invoice_id, updated_at, change_id, cause, presence, explained, explained_at,
        move_id, move_cause, own, amount - own AS amount
    FROM (
        SELECT *, CASE WHEN %(settle)s AND move_id IS NOT NULL AND cause <> 'opening'
                AND sign(amount) = sign(move) AND abs(amount) >= abs(move) THEN move ELSE 0 END AS own
        FROM unmoved
    ) AS moved
),
offset_part AS (
    SELECT residual.*, COALESCE(unexplained.amount, 0) AS before, unexplained.effective_at AS before_at,
        unexplained.cause AS before_cause,
        CASE WHEN sign(residual.amount) = -sign(explained)
            THEN sign(residual.amount) * LEAST(abs(residual.amount), abs(explained)) ELSE 0 END AS offsetting
    FROM residual LEFT JOIN LATERAL (
        SELECT SUM(amount) AS amount, (array_agg(effective_at ORDER BY id DESC))[1] AS effective_at,
            (array_agg(cause ORDER BY id DESC))[1] AS cause
        FROM entry WHERE entry.invoice_id = residual.invoice_id AND entry.cause = ANY(%(residuals)s)
            AND entry.effective_at >= explained_at
    ) AS unexplained ON true
),
parts AS (
    SELECT * FROM (
        SELECT *, CASE WHEN sign(offsetting) = -sign(before)
            THEN sign(offsetting) * LEAST(abs(offsetting), abs(before)) ELSE 0 END AS taken_back
        FROM offset_part
    ) AS part
    -- Without the invoice's own news a payment is posted only where it explains what was not.
    WHERE %(settle)s OR amount = taken_back
)"""

_MOVEMENTS = """
movement(rank, invoice_id, company_id, currency, cause, cause_id, change_id, amount, effective_at) AS (
    SELECT 1, invoice_id, moved.company_id, moved.currency, moved.cause, NULL::bigint, NULL::uuid,
        moved.amount, updated_at
    FROM invoice JOIN posted USING (invoice_id) CROSS JOIN LATERAL (VALUES
        (posted.company_id, posted.currency, 'moved-out', -posted.total),
        (invoice.company_id, invoice.currency, 'moved-in', posted.total)
    ) AS moved(company_id, currency, cause, amount)
    WHERE (posted.company_id, posted.currency) <> (invoice.company_id, invoice.currency)
    UNION ALL
    SELECT 2, invoice_id, invoice.company_id, invoice.currency,
        CASE WHEN is_gone THEN 'deleted' ELSE 'returned' END, NULL, deleted.id,
        parts.presence, LEAST(deleted.settled_at, %(now)s::timestamptz)
    FROM parts JOIN invoice USING (invoice_id) LEFT JOIN receivables_change AS deleted
        ON is_gone AND deleted.store_id = %(store)s AND deleted.verb = %(delete_invoice)s
        AND deleted.target_id = invoice.invoice_id AND deleted.state = 'applied'
    UNION ALL
    SELECT 3, invoice_id, company_id, currency, cause, cause_id, change_id, amount, explained.effective_at
    FROM explained JOIN invoice USING (invoice_id) WHERE invoice_id IN (SELECT invoice_id FROM parts)
    UNION ALL
    SELECT 4, invoice_id, company_id, currency, part.cause, NULL, part.change_id, part.amount, part.moment
    FROM parts JOIN invoice USING (invoice_id) CROSS JOIN LATERAL (VALUES
        (before_cause, NULL, taken_back, before_at),
        (cause, NULL, offsetting - taken_back, explained_at),
        (move_cause, move_id, own, parts.updated_at),
        (cause, change_id, parts.amount - offsetting, parts.updated_at)
    ) AS part(cause, change_id, amount, moment)
)"""

# The store's time zone as it stands now: a pass has read its Store long ago.
_ZONE = "(SELECT time_zone FROM stores_store WHERE id = %(store)s)"
# The store's day of an entry. Invoices are issued on days: see `b2b.day_of`.
DAY = f"""
CASE WHEN cause = 'issued'
    THEN LEAST(mirror_day(effective_at, {_ZONE}), (observed_at AT TIME ZONE {_ZONE})::date)
    ELSE (effective_at AT TIME ZONE {_ZONE})::date END
"""

POST = f"""
WITH {_INVOICES}, {_PAYMENTS}, {_EXPLAINED}, {_RESIDUAL}, {_MOVEMENTS},
entry_to_write AS (
    SELECT rank, invoice_id, company_id, currency, cause, cause_id, change_id, amount,
        COALESCE(effective_at, %(now)s::timestamptz) AS effective_at, %(now)s::timestamptz AS observed_at
    FROM movement WHERE amount <> 0
),
written AS (
    INSERT INTO receivables_ledgerentry (store_id, invoice_id, company_id, currency, cause, cause_id, change_id,
        amount, effective_at, observed_at, effective_on)
    SELECT %(store)s, invoice_id, company_id, currency, cause, cause_id, change_id,
        amount, effective_at, observed_at, {DAY}
    FROM entry_to_write ORDER BY invoice_id, rank, effective_at
    RETURNING id, invoice_id
)
SELECT MIN(id), COALESCE(array_agg(DISTINCT invoice_id), '{{}}') FROM written
"""  # noqa: S608 - put together from the parts above alone

POST_DAYS = """
WITH written AS (
    INSERT INTO receivables_invoicedays (store_id, invoice_id, due_on, issued_on, observed_at)
    SELECT %(store)s, invoice.api_id, invoice.due_on, invoice.issued_on, %(now)s::timestamptz
    FROM mirror_invoice AS invoice LEFT JOIN LATERAL (
        SELECT id, due_on, issued_on FROM receivables_invoicedays
        WHERE store_id = %(store)s AND invoice_id = invoice.api_id ORDER BY id DESC LIMIT 1
    ) AS known ON true
    WHERE invoice.store_id = %(store)s AND invoice.api_id = ANY(%(ids)s)
        AND (known.id IS NULL OR (known.due_on, known.issued_on) IS DISTINCT FROM (invoice.due_on, invoice.issued_on))
    RETURNING id, invoice_id
)
SELECT MIN(id), COALESCE(array_agg(invoice_id), '{}') FROM written
"""
