"""Every move between two statuses: what is foretold is what the store then holds, allowed or not."""

import uuid
from decimal import Decimal

import pytest
from django.db import transaction

from arportal.b2b import ProcessingStatus
from arportal.mirror.api.refresh import refresh_invoices, refresh_payment
from arportal.mirror.models import Invoice, Payment
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.models import Change
from arportal.receivables.payments.previews import preview_status
from arportal.receivables.payments.set_status import refusal
from tests.verbs import set_status
from tests.whole import whole_or

STATUSES = list(ProcessingStatus)
# The API records no incomplete offline payment: only a buyer's checkout leaves one.
OFFLINE = STATUSES[1:]
Standing = tuple[dict[int, tuple[Decimal, int]], int, list[int]]


@pytest.fixture
def received(store, sandbox, open_invoices):
    """A payment of two invoices, one of them in full, in an otherwise new world where the quirk holds."""

    def received(kind: str, quirk: dict[str, str], status: int) -> Payment:
        sandbox.reset()
        sandbox.control("PUT", "quirks", quirk)
        first, second = open_invoices[:2]
        lines = [
            {"invoiceId": first.api_id, "amount": str(first.open_balance)},
            {"invoiceId": second.api_id, "amount": "1"},
        ]
        asked = {"lineItems": lines, "processingStatus": int(status)}
        if kind == "online":
            payment_id = sandbox.control("POST", "pay-online", asked)["id"]
        else:
            asked |= {"customerId": str(first.company_id), "currency": first.currency}
            asked |= {"details": {"memo": "transition"}}
            payment_id = sandbox.post("/ip/payments/offline", asked)["paymentId"]
        refresh_invoices(store, [first.api_id, second.api_id])
        sandbox.control("DELETE", "requests")
        return refresh_payment(store, payment_id)

    return received


def mirrored(payment, invoices) -> Standing:
    rows = Invoice.objects.filter(store=payment.store, api_id__in=[row.api_id for row in invoices])
    now = Payment.objects.get(pk=payment.pk)
    balances = {row.api_id: (row.open_balance, row.status) for row in rows}
    return balances, now.processing_status, now.allowed_statuses


def at_store(sandbox, payment, invoices) -> Standing:
    held = sandbox.get(f"/ip/payments/{payment.api_id}")
    rows = [sandbox.get(f"/ip/invoices/{row.api_id}") for row in invoices]
    balances = {row["id"]: (Decimal(str(row["openBalance"]["value"])), row["status"]) for row in rows}
    return balances, held["processingStatus"], held["allowedStatuses"]


def foretold_for(actor, payment, status, invoices) -> dict[int, tuple[Decimal, int]]:
    """Invoices that no effect names are to stay as they are."""
    then, _status, _allowed = mirrored(payment, invoices)
    for effect in preview_status(actor, payment, status):
        then[effect.invoice.api_id] = (effect.then.open_balance, effect.then.status)
    return then


def check_refused(actor, payment, statuses, sandbox, invoices) -> None:
    """As nothing changes, all of them are asked of one payment."""
    before = mirrored(payment, invoices)
    for status in statuses:
        with pytest.raises(Invalid):
            set_status(actor, uuid.uuid4(), payment.api_id, status)
    assert sandbox.writes() == []
    assert at_store(sandbox, payment, invoices) == mirrored(payment, invoices) == before


def check_moved(actor, payment, status, sandbox, invoices) -> None:
    foretold = foretold_for(actor, payment, status, invoices)
    assert set_status(actor, uuid.uuid4(), payment.api_id, status).state == Change.State.APPLIED
    balances, became, _allowed = standing = at_store(sandbox, payment, invoices)
    assert (balances, became) == (foretold, status)
    assert mirrored(payment, invoices) == standing


def undone():
    """What the database is told in this block is taken back, as after a test."""
    block = transaction.atomic()
    block._from_testcase = True  # Django's own tests say so of theirs: inside, `durable` is allowed.
    return block


EVERY_KIND = [
    ("offline", {"apply_on": "created"}),
    ("offline", {"apply_on": "completed"}),
    ("online", {"apply_on": "created"}),
    ("online", {"apply_on": "completed"}),
    ("online", {"online_status_locked": "on"}),
]


@pytest.mark.parametrize(("kind", "quirk"), whole_or(EVERY_KIND, [EVERY_KIND[0], EVERY_KIND[4]]))
def test_it_works(kind, quirk, controller, received, sandbox, open_invoices):
    invoices, told = open_invoices[:2], []
    for was in whole_or(OFFLINE if kind == "offline" else STATUSES, [ProcessingStatus.COMPLETED]):
        with undone():
            payment = received(kind, quirk, was)
            allowed = [status for status in STATUSES if not refusal(payment, status)]
            check_refused(controller, payment, set(STATUSES) - set(allowed), sandbox, invoices)
            transaction.set_rollback(True)
        for status in allowed:
            with undone():
                check_moved(controller, received(kind, quirk, was), status, sandbox, invoices)
                transaction.set_rollback(True)
        told.append(len(allowed))
    assert any(told) is ("online_status_locked" not in quirk), told
