"""The way from a Store to a client of its API."""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from arportal.b2b import Client, Hook, Pacer
from arportal.b2b.errors import B2BError, Forbidden, NotFound, RateLimited, Unauthorized, Unavailable
from arportal.b2b.http.address import BASE_URL
from arportal.mirror.durations import seconds_in_plain_units
from arportal.mirror.rate_limit.budget import SharedPacer, forget_failures
from arportal.mirror.rate_limit.scheduler import Priority
from arportal.mirror.rows.days import recount_days
from arportal.stores.activity import Kind, record
from arportal.stores.models import Membership, Store
from arportal.stores.tokens import TokenUnreadable

_of_thread = threading.local()
_priority: ContextVar[Priority] = ContextVar("priority", default=Priority.PERSON)


# Of a store, what says which one it is and how its figures are read. Its rules are others': see `stores/rules.py`.
TOLD = ("name", "slug", "store_hash", "api_url", "currency", "time_zone")
CONNECTION = (*TOLD, "encrypted_token", "disconnected_at")


class CannotConnect(Exception):
    """The API did not accept the connection; the message says what to check."""


@contextmanager
def background() -> Iterator[None]:
    """Inside it, requests to the store have the workers' priority: people's go first."""
    before = _priority.set(Priority.WORKER)
    try:
        yield
    finally:
        _priority.reset(before)


def client_for(store: Store) -> Client:
    """This thread's client of the store, kept so that its connection to the API stays open.

    Its requests take turns with everybody's in the store's budget, with the priority of people or of workers.
    """
    priority = _priority.get()
    clients: dict[tuple[object, ...], Client] = _of_thread.__dict__.setdefault("clients", {})
    key = (store.pk, store.store_hash, store.api_url, store.encrypted_token, priority)
    if key not in clients:
        pacer = SharedPacer(store, priority, max_wait=settings.API_TURN_MAX_WAIT[priority])
        clients[key] = _client(store, priority, pacer)
    return clients[key]


def counted_client(store: Store, count: Hook, *, tries_once: bool = False) -> Client:
    """A worker's client of its own that tells `count` of every request; close it after use.

    With `tries_once` a read that fails is not tried again: for what the next pass will ask anyway.
    """
    pacer = SharedPacer(store, Priority.WORKER, max_wait=settings.API_TURN_MAX_WAIT[Priority.WORKER])
    max_wait = 0.0 if tries_once else settings.API_MAX_WAIT[Priority.WORKER]
    return _client(store, Priority.WORKER, pacer, hooks=[count], max_wait=max_wait)


def connect(store: Store, actor: Membership | None = None) -> Store:
    """Saves a store, new or changed, after the API has answered to its hash and token; `actor` is None for a
    command."""
    # Without a turn: a new store has no budget yet, and a wrong token may be why the circuit is open.
    with _client(store, Priority.PERSON, pacer=None) as client:
        check(client, store)
    store.full_clean()
    try:
        with transaction.atomic():
            save_connection(store, actor)
    except IntegrityError as taken:
        # By a store that is not this person's: the check before does not see it.
        field = "slug" if "slug" in str(taken) else "store_hash"
        raise ValidationError({field: store.unique_error_message(Store, (field,))}) from taken
    forget_failures(store)
    return store


def save_connection(store: Store, actor: Membership | None) -> None:
    """Saves what is CONNECTION of it, all of a new one, and writes down what changed. In a transaction."""
    before = Store.objects.select_for_update().filter(pk=store.pk).first()
    store.save(update_fields=CONNECTION if before else None)
    is_again = before is not None and before.disconnected_at is not None
    if before is None or is_again:
        words = _("Connected again") if is_again else _("Connected")
        record(actor or store, Kind.STORE, f"{words}: {store.store_hash}, {store.api_url}")
    elif changed := [name for name in TOLD if getattr(before, name) != getattr(store, name)]:
        details = {
            "before": {name: getattr(before, name) for name in changed},
            "after": {name: getattr(store, name) for name in changed},
        }
        words = ", ".join(f"{name.replace('_', ' ')}: {details['after'][name]}" for name in changed)
        record(actor or store, Kind.STORE, words, details=details)
    if before is not None and before.encrypted_token != store.encrypted_token:
        record(actor or store, Kind.TOKEN, _("API token replaced"))
    # In another time zone a moment is another day.
    if before is not None and before.time_zone != store.time_zone:
        recount_days(store)


def check(client: Client, store: Store) -> None:
    """One small read; raises CannotConnect with what was asked, what answered and what to check."""
    try:
        client.companies.page(offset=0, limit=1)
    except B2BError as error:
        raise CannotConnect(_reason(store, error)) from error


def _reason(store: Store, error: B2BError) -> str:
    if isinstance(error, (Unauthorized, Forbidden)):
        return _(
            "The API refused the token (%(status)s). Check that it is a store-level B2B Edition token with scope "
            "'modify', and that it belongs to this store hash."
        ) % {"status": error.status}
    if isinstance(error, RateLimited):
        wait = seconds_in_plain_units(error.wait, get_language() or "en")
        return _("The API asks us to wait %(wait)s. Try again then.") % {"wait": wait}
    if isinstance(error, Unavailable):
        return _(
            "The API cannot be reached or cannot serve this store hash: %(error)s. "
            "Check the API address, the store hash and the network."
        ) % {"error": error}
    address = f"{store.api_url}/companies"
    if isinstance(error, NotFound):
        return _(
            "There is nothing at %(address)s, asked for store hash %(hash)s: it answered 404 (%(error)s). "
            "Check the API address (%(usual)s is BigCommerce's own; it ends in /api/v3/io), that the store hash is "
            "that of store-<hash>.mybigcommerce.com, and that the store's plan includes B2B Edition and the app is "
            "installed."
        ) % {"address": address, "hash": store.store_hash, "error": error.message, "usual": BASE_URL}
    return _(
        "%(address)s did not answer as the B2B Edition API does: %(error)s. "
        "Check the API address: %(usual)s is BigCommerce's own."
    ) % {"address": address, "error": error, "usual": BASE_URL}


def _client(
    store: Store,
    priority: Priority,
    pacer: Pacer | None,
    hooks: Iterable[Hook] = (),
    max_wait: float | None = None,
) -> Client:
    try:
        token = store.token
    except TokenUnreadable as unreadable:
        # To whoever wants something of the API it is the same as a token that the API refuses.
        raise Unauthorized(str(unreadable)) from unreadable
    return Client(
        store_hash=store.store_hash,
        token=token,
        base_url=store.api_url,
        bigcommerce_url=settings.BIGCOMMERCE_API,
        timeout=settings.API_TIMEOUT,
        max_wait=settings.API_MAX_WAIT[priority] if max_wait is None else max_wait,
        pacer=pacer,
        hooks=hooks,
    )
