"""A store's connection as its admins set it up: another store, another token, other settings."""

from django.db import transaction
from django.utils.translation import gettext as _

from arportal.b2b.errors import Unauthorized
from arportal.b2b.http.address import BASE_URL
from arportal.mirror.api.connections import CannotConnect, check, client_for, connect, save_connection
from arportal.stores.access import NotAllowed, Permission, require
from arportal.stores.activity import Kind, record
from arportal.stores.models import Membership, Role, Store
from arportal.stores.scope import in_store, new_store_id


def api_urls(actor: Membership) -> list[str]:
    """The addresses that a store may be connected at in the browser: BigCommerce's own, and those that whoever runs
    this installation has connected a store of this person at. No form makes our server call another machine."""
    own = actor.user.memberships.active().filter(role=Role.ADMIN).values_list("store__api_url", flat=True)
    return list(dict.fromkeys([BASE_URL, *own.order_by("store__api_url")]))


def connect_another(actor: Membership, store: Store, token: str) -> Membership:
    """The membership of the actor, as an admin of the new store. Raises NotAllowed, CannotConnect, ValueError for
    what no token is, and ValidationError by field."""
    _require(actor)
    if store.api_url not in api_urls(actor):
        raise NotAllowed(_("Stores at this address are connected on the server: manage.py connect_store."))
    store.pk, store.token = new_store_id(), token
    with in_store(store.pk):
        connect(store)
        with transaction.atomic():
            member = Membership.objects.create(
                user=actor.user, store=store, role=Role.ADMIN, all_companies=True
            )
            record(member, Kind.PERSON, _("Became the admin of this store by connecting it"))
    return member


def test_connection(actor: Membership) -> None:
    """One small read with the token there is. Raises NotAllowed, CannotConnect."""
    _require(actor)
    try:
        client = client_for(actor.store)
    except Unauthorized as unreadable:
        raise CannotConnect(unreadable.message) from unreadable
    check(client, actor.store)


def rotate_token(actor: Membership, token: str) -> None:
    """The token from now on, once the API has answered to it. A disconnected store is connected again. Raises as
    `connect_another` does."""
    _require(actor)
    store = Store.objects.get(pk=actor.store_id)
    store.token, store.disconnected_at = token, None
    connect(store, actor)


def save_settings(actor: Membership, *, name: str, currency: str, time_zone: str) -> None:
    """Saves them, and brings the days of all rows to the time zone: in another one a moment is another day. Raises
    NotAllowed, and ValidationError by field."""
    _require(actor)
    with transaction.atomic():
        store = Store.objects.select_for_update().get(pk=actor.store_id)
        store.name, store.currency, store.time_zone = name, currency, time_zone
        store.full_clean()
        save_connection(store, actor)


def _require(actor: Membership) -> None:
    require(actor, Permission.CONFIGURE)
    if not actor.all_companies:
        raise NotAllowed(_("A store's connection is for those who see every company."))
