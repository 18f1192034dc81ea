"""The people of a store, one of them with what they may see and do, and what each role may."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from arportal.desk.people.access_form import AccessForm
from arportal.desk.people.mailing import mail
from arportal.desk.people.rights import rights
from arportal.desk.site.links import link
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import SeeOther
from arportal.stores import people as store_people
from arportal.stores.access import Permission
from arportal.stores.accounts import factors_of, with_second_factor
from arportal.stores.models import Invitation, Membership, Role
from arportal.stores.people import Access, Refused


@dataclass(frozen=True, slots=True)
class Line:
    """A member, or somebody invited, with what they see in words."""

    row: Membership | Invitation
    sees: str
    has_second_factor: bool = False


@page(Permission.MANAGE_PEOPLE)
def people(request: DeskRequest) -> HttpResponse:
    members = Membership.objects.filter(store=request.store, user__is_service=False).select_related("user")
    invitations = (
        Invitation.objects.unanswered().filter(store=request.store).select_related("invited_by__user")
    )
    members = members.order_by("-is_active", "user__name", "pk")
    secured = with_second_factor(members)
    context = {
        "members": [Line(row, Access.of(row).sees_in_words(), row.pk in secured) for row in members],
        "invitations": [Line(row, Access.of(row).sees_in_words()) for row in invitations.order_by("email")],
        "now": timezone.now(),
        "roles": [role.label for role in Role],
        "rights": rights(),
    }
    return render(request, "people/list.html", context)


@page(Permission.MANAGE_PEOPLE, methods=("GET", "HEAD", "POST"), keeps=True, fresh=True)
def person(request: DeskRequest, member_id: int) -> HttpResponse:
    member = _member(request, member_id)
    form = AccessForm(request.POST or None, request.actor, member)
    if form.is_valid():
        try:
            store_people.change_access(request.actor, member_id, form.access())
        except Refused as refused:
            form.refuse(refused.fields)
        else:
            messages.success(request, _("Saved: it holds from now on."))
            return SeeOther(link("people", request.store.slug))
    return _page(request, member, form)


@page(Permission.MANAGE_PEOPLE, methods=("POST",), fresh=True)
def deactivate_person(request: DeskRequest, member_id: int) -> HttpResponse:
    member = _member(request, member_id)
    try:
        store_people.deactivate(request.actor, member_id)
    except Refused as refused:
        form = AccessForm(None, request.actor, member)
        return _page(request, member, form, problem=str(refused))
    messages.success(
        request, _("%(who)s is signed out and sees nothing here any more.") % {"who": member.user}
    )
    # Who has just closed the store to themselves finds the others they have.
    return SeeOther("/" if member.pk == request.actor.pk else link("people", request.store.slug))


@page(Permission.MANAGE_PEOPLE, methods=("POST",), fresh=True)
def reactivate_person(request: DeskRequest, member_id: int) -> HttpResponse:
    member = _member(request, member_id)
    store_people.reactivate(request.actor, member_id)
    messages.success(request, _("%(who)s may sign in again, with what they had.") % {"who": member.user})
    return SeeOther(link("people", request.store.slug))


@page(Permission.MANAGE_PEOPLE, methods=("POST",), fresh=True)
def remove_second_factor(request: DeskRequest, member_id: int) -> HttpResponse:
    member = _member(request, member_id)
    try:
        store_people.remove_second_factor(request.actor, member_id)
    except Refused as refused:
        form = AccessForm(None, request.actor, member)
        return _page(request, member, form, problem=str(refused))
    words = _("%(who)s signs in with the password alone, and can set up another second factor.")
    messages.success(request, words % {"who": member.user})
    # Whoever did not ask for it must hear of it.
    context = {"who": request.user, "store": " ".join(request.store.name.split())}
    subject = _("Your second factor was removed")
    if not settings.SENDS_MAIL:
        messages.warning(request, _("No mail server is set: tell them yourself."))
    elif not mail(subject, "people/second_factor_removed.txt", context, member.user.email):
        messages.error(request, _("The mail that says so could not be sent: tell them yourself."))
    return SeeOther(link("person", request.store.slug, member.pk))


def _page(request: DeskRequest, member: Membership, form: AccessForm, problem: str = "") -> HttpResponse:
    context = {
        "member": member,
        "form": form,
        "problem": problem,
        "factors": factors_of(member.user),
        "is_own": member.user_id == request.actor.user_id,
    }
    return render(request, "people/person.html", context, status=422 if problem else form.http_status)


def _member(request: DeskRequest, member_id: int) -> Membership:
    members = Membership.objects.select_related("user", "store")
    member = members.filter(pk=member_id, store=request.store, user__is_service=False).first()
    if member is None:
        raise Http404(_("There is no such person in this store."))
    return member
