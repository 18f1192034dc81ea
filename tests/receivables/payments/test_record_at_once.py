"""Fifty people record at once against one invoice: it is never paid above what is open."""

import datetime as dt
import uuid
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import connection

from arportal.receivables.allocation.allocations import Allocation
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.models import Change
from arportal.receivables.payments.record_payment import Accepted, OfflinePayment
from tests.verbs import record_payment

PEOPLE, AT_ONCE = 50, 12


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("may_overpay", [False, True])
def test_it_works(clerk, open_invoices, sandbox, may_overpay):
    invoice = open_invoices[0]
    clerk.store.allow_overpayment = may_overpay
    share = round(invoice.open_balance / 4, 2)
    payment = OfflinePayment(
        company_id=invoice.company_id,
        currency=invoice.currency,
        allocations=(Allocation(invoice.api_id, share),),
        **{"payer_name": "Payer", "reference": "", "memo": "", "received_on": dt.date(2026, 1, 31)},
    )

    def record(_: int) -> str:
        try:
            return record_payment(clerk, uuid.uuid4(), payment, Accepted()).state
        except Invalid:
            return "too much"
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as people:
        outcomes = list(people.map(record, range(PEOPLE)))
    recorded = outcomes.count(Change.State.APPLIED)
    assert recorded in (3, 4)  # The fourth fits unless rounding made it a cent too much.
    assert outcomes.count("too much") == PEOPLE - recorded
    left = Decimal(sandbox.get(f"/ip/invoices/{invoice.api_id}")["openBalance"]["value"])
    assert left == invoice.open_balance - recorded * share >= 0
    assert len(sandbox.writes()) == recorded
