"""Making, using and revoking the tokens of the REST API."""

import datetime as dt
import hashlib
import secrets
import uuid
from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from arportal.stores.access import PERMISSIONS, Permission, may, require
from arportal.stores.activity import Kind, record
from arportal.stores.models import ApiToken, Membership, Role, User
from arportal.stores.people import Access, Refused, may_manage
from arportal.stores.scope import enter_store, in_store

# By which people and scanners of leaked secrets know it.
PREFIX = "arp_"
LONGEST = dt.timedelta(days=366)
# More digits may be too many for the database.
MOST_DIGITS = 18
MOST_OF_ONE = 20
# A token may do what is done to invoices, payments and companies. It never approves, manages people or sets rules:
# whoever takes it would make themselves at home.
FOR_TOKENS = (
    Permission.RECORD_PAYMENT,
    Permission.MOVE_PAYMENT,
    Permission.REFUND_PAYMENT,
    Permission.EDIT_PAYMENT,
    Permission.DELETE_PAYMENT,
    Permission.EDIT_INVOICE,
    Permission.DELETE_INVOICE,
    Permission.WRITE_OFF,
    Permission.APPLY_CREDIT,
    Permission.EDIT_ORDER,
    Permission.HOLD_CREDIT,
    Permission.ADMINISTER_COMPANY,
    Permission.SWITCH_METHODS,
)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A token as the form asks for it. `company_ids`: None for every company that its member sees."""

    name: str
    permissions: Collection[str]
    expires_at: dt.datetime
    company_ids: Collection[int] | None = None
    is_service: bool = False


def digest(token: str) -> str:
    """The hash of a token. Nobody finds 256 random bits by trying: a slow hash would only slow requests."""
    return hashlib.sha256(token.encode()).hexdigest()


def make_token(
    actor: Membership, token_id: uuid.UUID, wanted: Wanted, now: dt.datetime
) -> tuple[ApiToken, str]:
    """The new token, and its text, which nobody can be shown again: asked for under the same id once more, "".

    Raises NotAllowed, and Refused by field.
    """
    require(actor, Permission.READ)
    if wanted.is_service:
        may_manage(actor)
    made = ApiToken.objects.filter(pk=token_id, created_by=actor).first()
    if made is not None:
        return made, ""
    _check(actor, wanted, now)
    # With the number of its store, for the database shows nothing of a store before that is entered.
    text = f"{PREFIX}{actor.store_id}_{secrets.token_urlsafe(32)}"
    with transaction.atomic():
        token = ApiToken.objects.create(
            id=token_id,
            membership=_service(actor, wanted) if wanted.is_service else actor,
            name=wanted.name,
            digest=digest(text),
            hint=text[-4:],
            permissions=sorted(wanted.permissions),
            all_companies=wanted.company_ids is None,
            company_ids=sorted(wanted.company_ids or ()),
            created_by=actor,
            expires_at=wanted.expires_at,
        )
        _tell(actor, token, _("Made the API token %(token)s"))
    return token, text


def tokens_of(actor: Membership) -> list[ApiToken]:
    """The actor's own, the newest first; with those of services for who manages people."""
    tokens = ApiToken.objects.filter(membership__store_id=actor.store_id).select_related(
        "membership__user", "created_by__user"
    )
    manages = may(actor, Permission.MANAGE_PEOPLE) and actor.all_companies
    if not manages:
        tokens = tokens.filter(membership=actor)
    return [
        token
        for token in tokens.order_by("-created_at", "pk")
        if token.membership_id == actor.pk or token.is_service
    ]


def revoke_token(actor: Membership, token_id: uuid.UUID, now: dt.datetime) -> ApiToken:
    """Ends it with the next request. Twice does no harm. Raises ApiToken.DoesNotExist."""
    token = next((token for token in tokens_of(actor) if token.pk == token_id), None)
    if token is None:
        raise ApiToken.DoesNotExist
    with transaction.atomic():
        if ApiToken.objects.filter(pk=token_id, revoked_at=None).update(revoked_at=now):
            _tell(actor, token, _("Revoked the API token %(token)s"))
    token.refresh_from_db(fields=["revoked_at"])
    return token


def token_used(text: str) -> ApiToken | None:
    """The token with this text, counted as used now, and its store entered; None for one that opens nothing.

    One statement finds, counts and dates it, so that the requests of a minute add up over all processes.
    """
    store_number = text.removeprefix(PREFIX).partition("_")[0]
    if not (store_number.isascii() and store_number.isdecimal() and len(store_number) <= MOST_DIGITS):
        return None
    rows = ApiToken.objects.raw(
        "UPDATE stores_apitoken SET last_used_at = now(), minute = date_trunc('minute', now()),"
        " used = CASE WHEN minute = date_trunc('minute', now()) THEN used + 1 ELSE 1 END"
        " WHERE digest = %s AND revoked_at IS NULL AND expires_at > now() RETURNING *",
        [digest(text)],
    )
    with in_store(int(store_number)):
        token = next(iter(rows), None)
    if token is not None:
        enter_store(int(store_number))
    return token


def actor_of(token: ApiToken) -> Membership | None:
    """The member as whom the token acts, with no more rights than it has; None when the store is closed to them.

    The row is for this request: it is never saved.
    """
    members = Membership.objects.active().select_related("user", "store")
    actor = members.filter(pk=token.membership_id, user__is_active=True).first()
    if actor is None:
        return None
    actor.granted = frozenset({Permission.READ} | {Permission(name) for name in token.permissions})
    actor.token_name = str(token)
    if not token.all_companies:
        actor.company_ids = [company_id for company_id in token.company_ids if actor.sees(company_id)]
        actor.all_companies = False
    return actor


def offered_to(actor: Membership) -> list[Permission]:
    """The permissions that this person can give to a token."""
    return [permission for permission in FOR_TOKENS if may(actor, permission)]


def _check(actor: Membership, wanted: Wanted, now: dt.datetime) -> None:
    if not set(wanted.permissions) <= set(offered_to(actor)):
        raise Refused(_("A token can have no more than you have."), "permissions")
    if not all(actor.sees(company_id) for company_id in wanted.company_ids or ()):
        raise Refused(_("This company is not one of yours."), "companies")
    if wanted.company_ids is not None and not wanted.company_ids:
        raise Refused(_("Name at least one company."), "companies")
    if not now < wanted.expires_at <= now + LONGEST:
        raise Refused(_("A token ends within a year."), "days")
    if ApiToken.objects.filter(created_by=actor).in_use(now).count() >= MOST_OF_ONE:
        raise Refused(_("You have %(most)d tokens in use: revoke one first.") % {"most": MOST_OF_ONE})


def _service(actor: Membership, wanted: Wanted) -> Membership:
    """A member who is nobody: no password, no address, and the least role that may do what it is for."""
    name = f"{uuid.uuid4().hex}@service.invalid"
    user = User.objects.create_user(name, None, name=wanted.name, is_service=True)
    role = next(role for role in Role if PERMISSIONS[role].issuperset(wanted.permissions))
    member = Membership(user=user, store=actor.store)
    Access(role).give(member)
    member.save()
    return member


def _tell(actor: Membership, token: ApiToken, words: str) -> None:
    details = {
        "permissions": token.permissions,
        "companies": "all" if token.all_companies else token.company_ids,
        "expires": token.expires_at.isoformat(),
        "service": token.is_service,
    }
    record(actor, Kind.TOKEN, words % {"token": token}, details=details)
