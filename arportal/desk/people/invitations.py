"""Inviting somebody: the form, the mail with the link, and what can be done until it is accepted."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from arportal.desk.people.access_form import InviteForm
from arportal.desk.people.mailing import mail
from arportal.desk.site.links import link
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import SeeOther
from arportal.stores import invitations as stores_invitations
from arportal.stores.access import Permission
from arportal.stores.invitations import token_of
from arportal.stores.models import Invitation
from arportal.stores.people import Access, Refused


@page(Permission.MANAGE_PEOPLE, methods=("GET", "HEAD", "POST"), keeps=True, fresh=True)
def invite(request: DeskRequest) -> HttpResponse:
    form = InviteForm(request.POST or None, request.actor)
    if form.is_valid():
        try:
            invitation = stores_invitations.invite(request.actor, form.cleaned_data["email"], form.access())
        except Refused as refused:
            form.refuse(refused.fields)
        else:
            return _sent(request, invitation)
    context = {"form": form, "sends_mail": settings.SENDS_MAIL}
    return render(request, "people/invite.html", context, status=form.http_status)


@page(Permission.MANAGE_PEOPLE, fresh=True)
def invitation(request: DeskRequest, invitation_id: int) -> HttpResponse:
    """With the link, unless it went by mail: then whoever accepts has shown that the address is theirs."""
    invitation = _invitation(request, invitation_id)
    context = {
        "invitation": invitation,
        "sees": Access.of(invitation).sees_in_words(),
        "url": _url(request, invitation),
        "is_open": invitation.is_open(timezone.now()),
        "sends_mail": settings.SENDS_MAIL,
    }
    return render(request, "people/invitation.html", context)


@page(Permission.MANAGE_PEOPLE, methods=("POST",), fresh=True)
def invite_again(request: DeskRequest, invitation_id: int) -> HttpResponse:
    """A new link for the same; the one before ends."""
    before = _invitation(request, invitation_id)
    try:
        return _sent(request, stores_invitations.invite(request.actor, before.email, Access.of(before)))
    except Refused as refused:
        messages.error(request, str(refused))
        return SeeOther(link("people", request.store.slug))


@page(Permission.MANAGE_PEOPLE, methods=("POST",), fresh=True)
def withdraw_invitation(request: DeskRequest, invitation_id: int) -> HttpResponse:
    try:
        withdrawn = stores_invitations.withdraw(request.actor, invitation_id)
    except Invitation.DoesNotExist:
        raise Http404(_("There is no such invitation.")) from None
    messages.success(request, _("The invitation of %(who)s is withdrawn.") % {"who": withdrawn.email})
    return SeeOther(link("people", request.store.slug))


def _sent(request: DeskRequest, invitation: Invitation) -> HttpResponse:
    """On to the invitation's page, once its mail is with the server, or where nobody takes mails."""
    if settings.SENDS_MAIL:
        context = {"invitation": invitation, "url": _url(request, invitation), "who": request.user}
        subject = _("Your invitation to %(store)s") % {"store": " ".join(request.store.name.split())}
        if mail(subject, "people/invitation.txt", context, invitation.email):
            invitation.mailed_at = timezone.now()
            invitation.save(update_fields=["mailed_at"])
            words = _("The invitation is on its way to %(who)s.")
            messages.success(request, words % {"who": invitation.email})
        else:
            messages.error(request, _("The mail could not be sent. Pass the link on yourself, or try again."))
    return SeeOther(link("invitation", request.store.slug, invitation.pk))


def _url(request: DeskRequest, invitation: Invitation) -> str:
    return request.build_absolute_uri(reverse("desk:accept_invitation", args=[token_of(invitation)]))


def _invitation(request: DeskRequest, invitation_id: int) -> Invitation:
    rows = Invitation.objects.unanswered().select_related("store", "invited_by__user")
    invitation = rows.filter(pk=invitation_id, store=request.store).first()
    if invitation is None:
        raise Http404(_("There is no such invitation."))
    return invitation
