"""What a person does about one delivery: sends the mail again, or notes that it came back."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.desk.forms.change_form import STALE
from arportal.desk.forms.form_data import FormData
from arportal.desk.forms.keepable import Keepable
from arportal.desk.forms.refusable import Refusable
from arportal.desk.forms.widgets import Input
from arportal.desk.mails.page import get_delivery_or_404
from arportal.desk.site.links import mail_link
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import SeeOther
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.mails.resending import UNDER_WAY, note_bounce, resend
from arportal.receivables.models import MailRecipient
from arportal.stores.access import Permission

METHODS = ("GET", "HEAD", "POST")


class DeliveryForm(Keepable, Refusable):
    """Reasons for a refusal stand beside their fields, all others above the form."""

    def __init__(self, data: FormData, **more: Any) -> None:
        super().__init__(data, use_required_attribute=False, **more)


class ResendForm(DeliveryForm):
    key = forms.UUIDField(
        widget=Input("hidden"), initial=uuid.uuid4, error_messages={"invalid": STALE, "required": STALE}
    )
    address = forms.CharField(label=_lazy("To"), widget=Input("email"))


class BounceForm(DeliveryForm):
    reason = forms.CharField(
        label=_lazy("Reason"),
        max_length=1000,
        help_text=_lazy("What the returned mail says, such as: mailbox full."),
        widget=Input(),
    )


@page(Permission.SEND_MAIL, methods=METHODS, keeps=True)
def mail_resend(request: DeskRequest, delivery_id: int) -> HttpResponse:
    delivery = get_delivery_or_404(request, delivery_id)
    if delivery.state in UNDER_WAY:
        return HttpResponseRedirect(mail_link(request.store.slug, delivery.mail_id))
    form = ResendForm(request.POST or None, initial={"address": delivery.address})
    if form.is_valid():
        try:
            resend(request.actor, delivery, form.cleaned_data["key"], form.cleaned_data["address"])
        except Invalid as broken:
            form.refuse(broken.fields)
        else:
            messages.success(request, _("It is sent again."))
            return SeeOther(mail_link(request.store.slug, delivery.mail_id))
    return _page(request, "mails/resend.html", delivery, form)


@page(Permission.SEND_MAIL, methods=METHODS, keeps=True)
def mail_bounced(request: DeskRequest, delivery_id: int) -> HttpResponse:
    delivery = get_delivery_or_404(request, delivery_id)
    form = BounceForm(request.POST or None)
    if form.is_valid():
        try:
            note_bounce(request.actor, delivery, form.cleaned_data["reason"])
        except Invalid as broken:
            form.refuse(broken.fields)
        else:
            messages.success(request, _("Noted."))
            return SeeOther(mail_link(request.store.slug, delivery.mail_id))
    return _page(request, "mails/bounced.html", delivery, form)


def _page(request: DeskRequest, template: str, delivery: MailRecipient, form: DeliveryForm) -> HttpResponse:
    context = {"delivery": delivery, "mail": delivery.mail, "form": form}
    return render(request, template, context, status=422 if form.errors else 200)
