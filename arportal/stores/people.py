"""The people of a store: inviting them, what each may see and do, and letting them go."""

import datetime as dt
from dataclasses import asdict, dataclass
from typing import Self

from django.contrib.auth.password_validation import validate_password
from django.core import signing
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from arportal.stores.access import NotAllowed, Permission, require
from arportal.stores.activity import Kind, record
from arportal.stores.models import Invitation, Membership, Role, Store, User
from arportal.stores.models.memberships import MembershipQuerySet

# So long an invitation can be accepted.
VALID = dt.timedelta(days=7)
SALT = "arportal.stores.people.invitation"


class Refused(Exception):
    """A rule about people was broken; the words say which. `field`: of the form, "" for the whole of it."""

    def __init__(self, words: str, field: str = "") -> None:
        super().__init__(words)
        self.field = field


class NoInvitation(Exception):
    """The link is broken, replaced by a newer one, used, withdrawn or expired."""


@dataclass(frozen=True, slots=True)
class Access:
    """What a member may see and do: every company, or `company_ids`, or `families` with all companies below them."""

    role: str
    all_companies: bool = True
    company_ids: tuple[int, ...] = ()
    families: tuple[int, ...] = ()

    @classmethod
    def of(cls, row: Membership | Invitation) -> Self:
        companies = () if row.families else tuple(row.company_ids)
        return cls(row.role, row.all_companies, companies, tuple(row.families))

    @property
    def words(self) -> str:
        """`AR clerk, every company`."""
        count = len(self.families or self.company_ids)
        companies = _("every company") if self.all_companies else _("%(count)d companies") % {"count": count}
        return f"{Role(self.role).label}, {companies}"

    def give(self, row: Membership | Invitation) -> None:
        row.role, row.all_companies = self.role, self.all_companies
        # What is below the families, the database adds.
        row.company_ids, row.families = list(self.families or self.company_ids), list(self.families)


ACCESS_FIELDS = ["role", "all_companies", "company_ids", "families"]


def may_manage(actor: Membership) -> None:
    """Raises NotAllowed: people are managed by admins, and by none who could give more than they have."""
    require(actor, Permission.MANAGE_PEOPLE)
    if not actor.all_companies:
        raise NotAllowed(_("Only who sees every company may manage people."))


def invite(actor: Membership, email: str, access: Access) -> Invitation:
    """An invitation to this address; one that is open already is renewed, and its earlier link ends."""
    may_manage(actor)
    _check(access)
    with transaction.atomic():
        invitation = _invited(_locked(actor), email.strip().lower(), access, actor)
        words = _("Invited %(email)s: %(access)s") % {"email": invitation.email, "access": access.words}
        record(actor, Kind.PERSON, words, details=asdict(access))
    return invitation


def invite_first_admin(store: Store, email: str) -> Invitation:
    """An invitation for who will invite all others. Raises Refused where there is an admin already."""
    with transaction.atomic():
        Store.objects.select_for_update(no_key=True).get(pk=store.pk)
        if _admins(store.pk).exists():
            raise Refused(_("This store has an admin already, who can invite others on the page People."))
        invitation = _invited(store, email.strip().lower(), Access(Role.ADMIN), None)
        words = _("Invited %(email)s on the server, as the first admin") % {"email": invitation.email}
        record(store, Kind.PERSON, words)
    return invitation


def withdraw(actor: Membership, invitation_id: int) -> Invitation:
    """Ends an open invitation. Raises Invitation.DoesNotExist."""
    may_manage(actor)
    with transaction.atomic():
        rows = Invitation.objects.unanswered().select_for_update(no_key=True)
        invitation = rows.get(pk=invitation_id, store_id=actor.store_id)
        invitation.withdrawn_at = timezone.now()
        invitation.save(update_fields=["withdrawn_at"])
        record(actor, Kind.PERSON, _("Withdrew the invitation of %(email)s") % {"email": invitation.email})
    return invitation


def token_of(invitation: Invitation) -> str:
    """The signed part of the link that accepts it."""
    return signing.dumps([invitation.pk, invitation.nonce], salt=SALT)


def invitation_of(token: str) -> Invitation:
    """The open invitation that this link accepts. Raises NoInvitation."""
    try:
        pk, nonce = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError) as broken:
        raise NoInvitation from broken
    rows = Invitation.objects.select_related("store", "invited_by__user")
    invitation = rows.filter(pk=pk, nonce=nonce).first()
    if invitation is None or not invitation.is_open(timezone.now()):
        raise NoInvitation
    return invitation


def accept(token: str, user: User) -> Membership:
    """The membership of the person the invitation is for; the link works no second time. Raises NoInvitation."""
    with transaction.atomic():
        # In the order of all others: the store first, then what is looked at.
        Store.objects.select_for_update(no_key=True).get(pk=invitation_of(token).store_id)
        invitation = invitation_of(token)
        if user.email.casefold() != invitation.email.casefold():
            raise NoInvitation
        member, access = Membership(user=user, store=invitation.store), Access.of(invitation)
        access.give(member)
        member.save()
        invitation.accepted_at = timezone.now()
        invitation.save(update_fields=["accepted_at"])
        record(member, Kind.PERSON, _("Accepted the invitation: %(access)s") % {"access": access.words})
    return member


def accept_as_new(token: str, name: str, password: str) -> Membership:
    """As `accept`, for an address nobody has signed in with so far. Raises ValidationError for a weak password."""
    email = invitation_of(token).email
    validate_password(password, User(email=email, name=name))
    try:
        with transaction.atomic():
            return accept(token, User.objects.create_user(email, password, name=name))
    except IntegrityError as taken:
        # Somebody has this address, maybe since a moment ago: the form was sent twice.
        raise NoInvitation from taken


def change_access(actor: Membership, member_id: int, access: Access) -> Membership:
    """Raises Refused for the last admin, and Membership.DoesNotExist."""
    may_manage(actor)
    _check(access)
    with transaction.atomic():
        member = _member(actor, member_id)
        if access.role != Role.ADMIN:
            _keep_an_admin(member, "role")
        before = Access.of(member)
        access.give(member)
        member.save(update_fields=ACCESS_FIELDS)
        words = _("%(who)s: %(before)s → %(after)s")
        about = {"who": member.user, "before": before.words, "after": access.words}
        record(actor, Kind.PERSON, words % about, details={"before": asdict(before), "after": asdict(access)})
    member.refresh_from_db(fields=["company_ids"])
    return member


def deactivate(actor: Membership, member_id: int) -> Membership:
    """Closes the store to them at once, and ends their sessions. Raises Refused for the last admin."""
    may_manage(actor)
    with transaction.atomic():
        member = _member(actor, member_id)
        _keep_an_admin(member)
        member.is_active = False
        member.save(update_fields=["is_active"])
        member.user.end_sessions()
        record(actor, Kind.PERSON, _("Deactivated %(who)s") % {"who": member.user})
    return member


def reactivate(actor: Membership, member_id: int) -> Membership:
    """Gives them what they had before."""
    may_manage(actor)
    with transaction.atomic():
        member = _member(actor, member_id)
        member.is_active = True
        member.save(update_fields=["is_active"])
        record(actor, Kind.PERSON, _("Reactivated %(who)s") % {"who": member.user})
    return member


def _invited(store: Store, email: str, access: Access, actor: Membership | None) -> Invitation:
    """The invitation, new or renewed. The store is locked."""
    member = Membership.objects.filter(store=store, user__email__iexact=email).select_related("user").first()
    if member:
        words = (
            _("%(who)s is a member already: change their role on their own page.")
            if member.is_active
            else _("%(who)s was a member before: reactivate them on their own page.")
        )
        raise Refused(words % {"who": member.user}, "email")
    open_now = Invitation.objects.unanswered().filter(store=store, email__iexact=email).first()
    invitation = open_now or Invitation(store=store, email=email)
    access.give(invitation)
    invitation.invited_by, invitation.nonce = actor, get_random_string(32)
    invitation.expires_at, invitation.mailed_at = timezone.now() + VALID, None
    invitation.save()
    return invitation


def _check(access: Access) -> None:
    if access.role == Role.ADMIN and not access.all_companies:
        # They could give themselves the rest.
        raise Refused(_("An admin sees every company."), "sees")
    if not (access.all_companies or access.company_ids or access.families):
        raise Refused(_("Name at least one company."), "companies")


def _locked(actor: Membership) -> Store:
    """The store, locked: its people are changed one at a time, and not while a sync moves subsidiaries.

    The actor is looked at again: two admins may be demoting each other.
    """
    store = Store.objects.select_for_update(no_key=True).get(pk=actor.store_id)
    may_manage(Membership.objects.select_related("user", "store").get(pk=actor.pk))
    return store


def _member(actor: Membership, member_id: int) -> Membership:
    """A member of the actor's store, with the store locked."""
    store = _locked(actor)
    return Membership.objects.select_related("user", "store").get(pk=member_id, store=store)


def _keep_an_admin(member: Membership, field: str = "") -> None:
    if set(_admins(member.store_id).values_list("pk", flat=True)) == {member.pk}:
        raise Refused(_("This is the store's last admin: make somebody else an admin first."), field)


def _admins(store_id: int) -> MembershipQuerySet:
    """Those who can manage the store's people: they see every company, and can sign in."""
    return Membership.objects.active().filter(
        store_id=store_id, role=Role.ADMIN, all_companies=True, user__is_active=True
    )
