"""A store's life with the mirror running beside it: passes, and what happens between and inside them."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from django.db.models import F

from arportal.mirror.models import SyncPass, Watermark
from arportal.mirror.sync import credit_terms, sync
from arportal.mirror.sync.hot import EVERY
from arportal.mirror.sync.resources import Orders, Resource
from arportal.stores.models import Store
from tests.cast import forget_stores
from tests.mirror.sync.happenings import Happenings
from tests.mirror.sync.troubles import drawn, troubled
from tests.sandbox_server import Sandbox

SHORT_PAGE = 25
FORMS = {
    "bc_order_id_as_str": ("lists", "on", "off"),
    "channel_id_as_int": ("off", "on"),
    "company_strings": ("off", "on"),
    "empty_as_null": ("on", "off"),
    "extra_info": ("object", "array"),
    "invoice_ts_as_str": ("off", "on"),
    "money_shape": ("object", "array", "json"),
    "multi_storefront": ("off", "on"),
    "order_data_as_array": ("off", "on"),
    "order_extras": ("asked", "always"),
    "order_number_as_int": ("on", "off"),
    "pending_payment": ("both", "flag", "count"),
    "receipt_external_blank": ("on", "off"),
    "undocumented_fields": ("on", "off"),
}


def live_through(store: Store, sandbox: Sandbox, seed: int) -> None:
    """Passes with happenings between and inside them, then two in peace.

    Odd seeds begin with an empty mirror and a store that writes its answers in its own way, drawn from what is
    documented and what was seen; in every fourth the API lists what is new twenty seconds late. While there is
    no peace, what is optional may be off, fail, or be of a company that has just been deleted.
    """
    happens = Happenings(sandbox, seed)
    if seed % 2:
        _forget_everything(store)
        sandbox.control("PUT", "quirks", _forms(seed))
    if seed % 4 == 3:
        sandbox.control("PUT", "quirks", {"index_delay_s": "20"})
    with short_pages(), all_companies():
        for number in range(3):
            for _ in range(happens.dice.randrange(20)):
                happens()
            if happens.dice.random() < 0.3:
                _let_hot_invoices_cool(store)
            is_sparing = happens.dice.random() < 0.5
            with troubled(sandbox, happens, drawn(seed, number)) as report:
                done = sync.sync(store, full=number == seed % 5, sparing=is_sparing, report=report)
            assert not done.problem
        # What is new shows itself only after a while, and what was off is asked for again after a day.
        sandbox.control("PUT", "clock", {"advance": 60})
        Watermark.objects.filter(store=store).update(due_at=None)
        for _ in range(2):
            assert not sync.sync(store).problem


def _forms(seed: int) -> dict[str, str]:
    dice = random.Random(seed)
    return {quirk: dice.choice(forms) for quirk, forms in FORMS.items()}


@contextmanager
def short_pages() -> Iterator[None]:
    """As if the lists were long: at 250 a page, the few rows of the tests would all come with the first."""
    with patch.object(Resource, "page_size", SHORT_PAGE), patch.object(Orders, "page_size", SHORT_PAGE):
        yield


@contextmanager
def all_companies() -> Iterator[None]:
    """A pass asks for the credit of as many companies as a day's passes do."""
    with patch.object(credit_terms, "COMPANIES_A_PASS", credit_terms.COMPANIES_A_FULL_PASS):
        yield


def _forget_everything(store: Store) -> None:
    key = store.pk
    forget_stores()
    store.pk = key
    store.save(force_insert=True)


def _let_hot_invoices_cool(store: Store) -> None:
    SyncPass.objects.filter(store=store).update(started_at=F("started_at") - 2 * EVERY)
