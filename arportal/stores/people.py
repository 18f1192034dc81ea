"""The people of a store: what each may see and do, and letting them go."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from arportal.stores.access import NotAllowed, Permission, require
from arportal.stores.activity import Kind, record
from arportal.stores.models import Invitation, Membership, Role, Store
from arportal.stores.models.memberships import MembershipQuerySet
from arportal.stores.scope import as_person, in_store


class Refused(Exception):
    """A rule about people was broken; the words say which. `field`: of the form, "" for the whole of it."""

    def __init__(self, words: str, field: str = "") -> None:
        super().__init__(words)
        self.fields = {field: [words]}


@dataclass(frozen=True, slots=True)
class Access:
    """What a member may see and do: every company, or `company_ids`, or `families` with all companies below them."""

    role: str
    all_companies: bool = True
    company_ids: tuple[int, ...] = ()
    families: tuple[int, ...] = ()

    @classmethod
    def of(cls, row: Membership | Invitation) -> "Access":
        chosen = () if row.families else tuple(row.company_ids)
        return cls(row.role, row.all_companies, chosen, tuple(row.families))

    def give(self, row: Membership | Invitation) -> None:
        row.role, row.all_companies = self.role, self.all_companies
        # What is below the families, the database adds.
        row.company_ids, row.families = list(self.families or self.company_ids), list(self.families)

    def check(self) -> None:
        """Raises Refused for what makes no sense."""
        if self.role == Role.ADMIN and not self.all_companies:
            # They could give themselves the rest.
            raise Refused(_("An admin sees every company."), "sees")
        if not (self.all_companies or self.company_ids or self.families):
            raise Refused(_("Name at least one company."), "companies")

    def in_words(self) -> str:
        """`Viewer, 2 companies with subsidiaries`."""
        return f"{Role(self.role).label}, {self.sees_in_words()}"

    def sees_in_words(self) -> str:
        if self.all_companies:
            return _("every company")
        chosen = len(self.families or self.company_ids)
        words = ngettext("%(count)d company", "%(count)d companies", chosen) % {"count": chosen}
        return _("%(companies)s with subsidiaries") % {"companies": words} if self.families else words


ACCESS_FIELDS = ["role", "all_companies", "company_ids", "families"]


def may_manage(actor: Membership) -> None:
    """Raises NotAllowed: people are managed by admins, and by none who could give more than they have."""
    require(actor, Permission.MANAGE_PEOPLE)
    if not actor.all_companies:
        raise NotAllowed(_("Only who sees every company may manage people."))


def change_access(actor: Membership, member_id: int, access: Access) -> Membership:
    """Raises Refused for the last admin, and Membership.DoesNotExist."""
    may_manage(actor)
    access.check()
    with transaction.atomic():
        member = _member(actor, member_id)
        if access.role != Role.ADMIN:
            _keep_an_admin(member, "role")
        before = Access.of(member)
        access.give(member)
        member.save(update_fields=ACCESS_FIELDS)
        if before != access:
            words = f"{member.user}: {before.in_words()} → {access.in_words()}"
            _tell(actor, member, words, {"before": asdict(before), "after": asdict(access)})
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
        _tell(actor, member, _("Deactivated %(who)s") % {"who": member.user})
    return member


def reactivate(actor: Membership, member_id: int) -> Membership:
    """Gives them what they had before."""
    may_manage(actor)
    with transaction.atomic():
        member = _member(actor, member_id)
        member.is_active = True
        member.save(update_fields=["is_active"])
        _tell(actor, member, _("Reactivated %(who)s") % {"who": member.user})
    return member


def remove_second_factor(actor: Membership, member_id: int) -> Membership:
    """Lets who has lost it sign in with the password alone, once their sessions have ended, and set up another.

    It guards every store of the person: only who manages the people of all of them may remove it. Raises Refused.
    """
    may_manage(actor)
    with transaction.atomic():
        member = _member(actor, member_id)
        if member.user_id == actor.user_id:
            raise Refused(_("Your own second factor you change in your preferences."))
        # Each is asked for as the person themselves: an admin's request sees the rows of one store alone.
        with as_person(member.user_id):
            theirs = Membership.objects.active().filter(user=member.user_id)
            stores = set(theirs.values_list("store_id", flat=True))
        with as_person(actor.user_id):
            managed = Membership.objects.active().filter(
                user=actor.user_id, role=Role.ADMIN, all_companies=True, store__in=stores
            )
            guarded = list(managed.select_related("store", "user"))
        if {manager.store_id for manager in guarded} != stores:
            raise Refused(_("It guards another store as well, whose people you do not manage."))
        if not Authenticator.objects.filter(user=member.user_id).delete()[0]:
            raise Refused(_("They have no second factor."))
        member.user.end_sessions()
        for manager in guarded:
            with in_store(manager.store_id):
                _tell(manager, member, _("Removed the second factor of %(who)s") % {"who": member.user})
    return member


def lock_people(store_id: int) -> Store:
    """The store, locked: its people are changed one at a time, and not while a sync moves subsidiaries."""
    return Store.objects.select_for_update(no_key=True).get(pk=store_id)


def lock_people_for(actor: Membership) -> Store:
    """The actor is looked at again once it is locked: two admins may be demoting each other. Raises NotAllowed."""
    store = lock_people(actor.store_id)
    may_manage(Membership.objects.select_related("user", "store").get(pk=actor.pk))
    return store


def admins(store_id: int) -> MembershipQuerySet:
    """Those who can manage the store's people: they see every company, and can sign in."""
    return Membership.objects.active().filter(
        store_id=store_id,
        role=Role.ADMIN,
        all_companies=True,
        user__is_active=True,
        user__is_service=False,
    )


def _member(actor: Membership, member_id: int) -> Membership:
    """A member of the actor's store, with the store locked."""
    store = lock_people_for(actor)
    return Membership.objects.select_related("user", "store").get(pk=member_id, store=store)


def _keep_an_admin(member: Membership, field: str = "") -> None:
    if set(admins(member.store_id).values_list("pk", flat=True)) == {member.pk}:
        raise Refused(_("This is the store's last admin: make somebody else an admin first."), field)


def _tell(
    actor: Membership, member: Membership, words: str, details: Mapping[str, Any] | None = None
) -> None:
    record(actor, Kind.PERSON, words, details={"member": member.pk, **(details or {})})
