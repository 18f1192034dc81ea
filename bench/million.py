"""A million invoices in a minute, for the bars about lists: written by the database itself, no two alike."""

from typing import Any

MILLION = 1_000_000
COMPANIES = 4_000
FIRST_ISSUED = "2020-01-01 00:00:00+00"

_INVOICES = """
INSERT INTO mirror_invoice (store_id, api_id, raw, extra_fields, company_id, company_name, number, type, status,
    order_number, purchase_order_number, external_id, currency, original_balance, open_balance,
    is_pending_payment, source, channel_id, issued_at, issued_on, due_at, due_on, updated_at)
SELECT %(store)s, n, '{}'::bytea, '[]', n % %(companies)s + 1,
    'Company ' || n % %(companies)s + 1 || ' Trading & Sons', 'INV-' || lpad(n::text, 8, '0'), 'invoice', n % 3,
    CASE WHEN n % 2 = 0 THEN (n * 7 % 900000)::text ELSE '' END,
    CASE WHEN n % 3 = 0 THEN 'PO-2024/' || n * 13 % 800000 ELSE '' END,
    'ERP-' || lpad((n * 7919 % 1000000007)::text, 10, '0'), (ARRAY['USD', 'EUR', 'JPY', 'KWD'])[n % 4 + 1],
    n * 7 % 100000 + 100, CASE WHEN n % 3 = 2 THEN 0 ELSE n * 7 % 100000 + 100 - n % 100 END,
    n % 50 = 0, n % 2, n % 3, issued, mirror_day(issued, 'UTC'), due, mirror_day(due, 'UTC'),
    issued + interval '1 day'
FROM generate_series(%(first)s::bigint, %(beyond)s - 1) AS n,
    LATERAL (SELECT %(start)s::timestamptz + n * interval '3 minutes' AS issued) AS at,
    LATERAL (SELECT issued + interval '30 days' AS due) AS later
"""


def add_invoices(store: Any, first: int, beyond: int) -> None:
    """Those with the API ids from `first` until `beyond`; indexes of many are built after them, as a whole."""
    from django.db import connection

    values = {"store": store.pk, "first": first, "beyond": beyond}
    values |= {"companies": COMPANIES, "start": FIRST_ISSUED}
    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '512MB'")
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'mirror_invoice'"
            " AND indexname LIKE 'invoice%%'"
        )
        indexes = cursor.fetchall() if beyond - first > MILLION // 10 else []
        for name, _definition in indexes:
            cursor.execute(f"DROP INDEX {name}")
        cursor.execute(_INVOICES.replace(" % ", " %% "), values)
        for _name, definition in indexes:
            cursor.execute(definition)
        cursor.execute("VACUUM ANALYZE mirror_invoice")


def clerk_of(store: Any) -> Any:
    """Somebody who may see every invoice of the store."""
    from arportal.stores.models import Membership, Role, User

    user = User.objects.create_user("clerk@example.com", name="Clerk")
    return Membership.objects.create(user=user, store=store, role=Role.CLERK, all_companies=True)


def request_of(actor: Any, query: str = "") -> Any:
    """A request for a list of the store, as `desk/site/pages.py` hands it to a view."""
    from django.test import RequestFactory

    request = RequestFactory().get(f"/?{query}")
    request.actor, request.store = actor, actor.store  # type: ignore[attr-defined]
    return request


_PAYMENTS = """
WITH paid AS (
    SELECT api_id, company_id, currency, original_balance - open_balance AS amount,
        issued_at + (api_id %% 60 + 1) * interval '1 day' AS made_at
    FROM mirror_invoice
    WHERE store_id = %(store)s AND api_id >= %(first)s AND api_id < %(beyond)s AND open_balance < original_balance
),
payment AS (
    INSERT INTO mirror_payment (store_id, api_id, raw, company_id, company_name, payer_name, external_id, module_name,
        memo, processing_status, applied_status, allowed_statuses, currency, total, created_at, updated_at)
    SELECT %(store)s, api_id, '{}'::bytea, company_id, '', '', '', 'payments_offline', '', 3, 1, '{1,2,3,4}',
        currency, amount, made_at, made_at FROM paid
)
INSERT INTO mirror_paymentline (store_id, payment_id, position, invoice_id, invoice_number, currency, amount)
SELECT %(store)s, api_id, 0, api_id, '', currency, amount FROM paid
"""


def add_payments(store: Any, first: int, beyond: int) -> None:
    """What was paid of those invoices: one payment each, up to sixty days after its issue."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(_PAYMENTS, {"store": store.pk, "first": first, "beyond": beyond})
        cursor.execute("VACUUM ANALYZE mirror_payment")
        cursor.execute("VACUUM ANALYZE mirror_paymentline")


def build(store: Any) -> None:
    """The ledger of what is there, and what a database does by itself after so many rows."""
    from django.db import connection

    from arportal.receivables.ledger.build import build_ledger

    build_ledger(store)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
