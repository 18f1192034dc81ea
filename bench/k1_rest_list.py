"""K1: a page of a million invoices by the REST API against the page of the desk that shows the same rows.

Both go through every middleware in one process, 50 rows each; what counts is the processor time of this process
and the database's, in turns. The API has no frame to draw, but a token to look up, and fields that no page shows.
"""

import datetime as dt
import uuid
from functools import partial

from bench.cpu import Processor
from bench.million import MILLION, add_invoices
from bench.p7_list_page import ask, signed_in
from bench.result import Result
from bench.stores import add_store
from bench.timing import times_faster

NAME = "K1 REST list, 50 of 1,000,000 invoices"
TARGET = ">= 0.80 of the rate of the page"
QUERIES = ("", "status=overdue&currency=USD&sort=due", "q=INV-0004")


def measure() -> Result:
    from django.test import override_settings

    store = add_store("k1")
    browser = signed_in(store)
    program = with_token(store)
    add_invoices(store, 1, MILLION + 1)
    ratios = []
    with override_settings(REST_REQUESTS_A_MINUTE=10**9):
        for query in QUERIES:
            ratios.append(
                times_faster(
                    partial(ask, program, f"/api/v1/stores/{store.slug}/invoices/?limit=50&{query}"),
                    partial(ask, browser, f"/s/{store.slug}/invoices/?{query}"),
                    rounds=9,
                    clock=Processor().spent,
                )
            )
    words = ", ".join(f"{ratio:.2f}" for ratio in ratios)
    return Result(f"{words} (all, filtered, searched)", min(ratios) >= 0.8)


def with_token(store):
    from django.test import Client
    from django.utils import timezone

    from arportal.stores.api_tokens import Wanted, make_token
    from arportal.stores.models import Membership

    now = timezone.now()
    wanted = Wanted(name="bench", permissions=(), expires_at=now + dt.timedelta(days=1))
    _token, text = make_token(Membership.objects.get(store=store), uuid.uuid4(), wanted, now)
    return Client(SERVER_NAME="127.0.0.1", headers={"Authorization": f"Bearer {text}"})
