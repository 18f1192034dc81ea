"""Inviting people to a store: a link that works once, and for so long."""

import datetime as dt
from dataclasses import asdict

from django.contrib.auth.password_validation import validate_password
from django.core import signing
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from arportal.stores.activity import Kind, record
from arportal.stores.models import Invitation, Membership, Role, Store, User
from arportal.stores.people import Access, Refused, admins, lock_people, lock_people_for, may_manage
from arportal.stores.scope import in_store

# So long an invitation can be accepted.
VALID = dt.timedelta(days=7)
SALT = "arportal.stores.people.invitation"


class NoInvitation(Exception):
    """The link is broken, replaced by a newer one, used, withdrawn or expired."""


def invite(actor: Membership, email: str, access: Access) -> Invitation:
    """An invitation to this address; one that is open already is renewed, and its earlier link ends."""
    may_manage(actor)
    access.check()
    with transaction.atomic():
        return _invited(lock_people_for(actor), email.strip().lower(), access, actor)


def invite_first_admin(store: Store, email: str) -> Invitation:
    """An invitation for who will invite all others. Raises Refused where there is an admin already."""
    with transaction.atomic():
        lock_people(store.pk)
        if admins(store.pk).exists():
            raise Refused(_("This store has an admin already, who can invite others on the page People."))
        return _invited(store, email.strip().lower(), Access(Role.ADMIN), None)


def withdraw(actor: Membership, invitation_id: int) -> Invitation:
    """Ends an open invitation. Raises Invitation.DoesNotExist."""
    may_manage(actor)
    with transaction.atomic():
        store = lock_people_for(actor)
        invitation = Invitation.objects.unanswered().get(pk=invitation_id, store=store)
        invitation.withdrawn_at = timezone.now()
        invitation.save(update_fields=["withdrawn_at"])
        words = _("Withdrew the invitation of %(email)s") % {"email": invitation.email}
        record(actor, Kind.PERSON, words, details={"invitation": invitation.pk})
    return invitation


def token_of(invitation: Invitation) -> str:
    """The signed part of the link that accepts it."""
    return signing.dumps([invitation.store_id, invitation.pk, invitation.nonce], salt=SALT)


def invitation_of(token: str) -> Invitation:
    """The open invitation that this link accepts. Raises NoInvitation."""
    try:
        store_id, pk, nonce = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError) as broken:
        raise NoInvitation from broken
    rows = Invitation.objects.select_related("store", "invited_by__user")
    with in_store(store_id):
        invitation = rows.filter(pk=pk, nonce=nonce).first()
    if invitation is None or not invitation.is_open(timezone.now()):
        raise NoInvitation
    return invitation


def accept(token: str, user: User) -> Membership:
    """The membership of the person the invitation is for; the link works no second time. Raises NoInvitation."""
    with in_store(invitation_of(token).store_id), transaction.atomic():
        # In the order of all others: the store first, then what is looked at.
        lock_people(invitation_of(token).store_id)
        invitation = invitation_of(token)
        if user.email.casefold() != invitation.email.casefold():
            raise NoInvitation
        member, access = Membership(user=user, store=invitation.store), Access.of(invitation)
        access.give(member)
        member.save()
        invitation.accepted_at = timezone.now()
        invitation.save(update_fields=["accepted_at"])
        words = _("Accepted the invitation: %(access)s") % {"access": access.in_words()}
        record(member, Kind.PERSON, words, details={"invitation": invitation.pk})
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
    words = _("Invited %(email)s: %(access)s") % {"email": email, "access": access.in_words()}
    details = {"invitation": invitation.pk, "after": asdict(access)}
    record(actor or store, Kind.PERSON, words, details=details)
    return invitation
