"""Webhooks of a store: who gets which messages, what became of each, and sending them again."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from arportal.desk.settings.webhook_form import SinceForm, WebhookForm
from arportal.desk.site.links import link
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import SeeOther
from arportal.receivables.models import WebhookSubscription
from arportal.receivables.webhooks import subscriptions
from arportal.receivables.webhooks.secrets import OVERLAP
from arportal.stores.access import Permission
from arportal.stores.people import Refused

# Messages on the page of a webhook.
SHOWN = 100


@page(Permission.CONFIGURE)
def webhooks(request: DeskRequest) -> HttpResponse:
    rows = list(subscriptions.webhooks_of(request.actor))
    context = {
        "in_use": [row for row in rows if row.deleted_at is None],
        "ended": [row for row in rows if row.deleted_at is not None][:20],
    }
    return render(request, "webhooks/list.html", context)


@page(Permission.CONFIGURE, methods=("GET", "HEAD", "POST"), fresh=True)
def add_webhook(request: DeskRequest) -> HttpResponse:
    """The form; and once, as the answer to it, the secret. Nobody is shown it again."""
    subscriptions.require_webhooks(request.actor)
    form = WebhookForm(request.POST or None)
    if form.is_valid():
        try:
            made = subscriptions.make_webhook(request.actor, form.cleaned_data["webhook_id"], form.wanted())
        except Refused as refused:
            form.refuse(refused.fields)
        else:
            webhook, secret = made
            if secret:
                return render(request, "webhooks/secret.html", {"webhook": webhook, "secret": secret})
            messages.warning(request, _("This webhook was made already, and its secret is shown only once."))
            return _back(request, webhook.pk)
    return render(request, "webhooks/form.html", {"form": form}, status=form.http_status)


@page(Permission.CONFIGURE)
def webhook(request: DeskRequest, webhook_id: UUID) -> HttpResponse:
    return _page(request, _webhook_or_404(request, webhook_id), SinceForm(use_required_attribute=False))


@page(Permission.CONFIGURE, methods=("GET", "HEAD", "POST"), fresh=True)
def edit_webhook(request: DeskRequest, webhook_id: UUID) -> HttpResponse:
    row = _in_use_or_404(request, webhook_id)
    form = WebhookForm(request.POST or None, row)
    if form.is_valid():
        try:
            subscriptions.change_webhook(request.actor, webhook_id, form.wanted())
        except Refused as refused:
            form.refuse(refused.fields)
        else:
            messages.success(request, _("Saved."))
            return _back(request, webhook_id)
    return render(request, "webhooks/form.html", {"form": form, "webhook": row}, status=form.http_status)


@page(Permission.CONFIGURE, methods=("POST",))
def pause_webhook(request: DeskRequest, webhook_id: UUID) -> HttpResponse:
    _in_use_or_404(request, webhook_id)
    subscriptions.pause_webhook(request.actor, webhook_id)
    messages.success(request, _("Paused. Messages wait until you resume it, for 30 days."))
    return _back(request, webhook_id)


@page(Permission.CONFIGURE, methods=("POST",))
def resume_webhook(request: DeskRequest, webhook_id: UUID) -> HttpResponse:
    _in_use_or_404(request, webhook_id)
    subscriptions.resume_webhook(request.actor, webhook_id)
    messages.success(request, _("Resumed: what waited is on its way."))
    return _back(request, webhook_id)


@page(Permission.CONFIGURE, methods=("POST",))
def test_webhook(request: DeskRequest, webhook_id: UUID) -> HttpResponse:
    _in_use_or_404(request, webhook_id)
    subscriptions.send_test(request.actor, webhook_id)
    messages.success(request, _("A test message is on its way: look below what becomes of it."))
    return _back(request, webhook_id)


@page(Permission.CONFIGURE, methods=("POST",), fresh=True)
def rotate_webhook_secret(request: DeskRequest, webhook_id: UUID) -> HttpResponse:
    _in_use_or_404(request, webhook_id)
    row, secret = subscriptions.rotate_secret(request.actor, webhook_id)
    hours = round(OVERLAP.total_seconds() / 3600)
    return render(request, "webhooks/secret.html", {"webhook": row, "secret": secret, "hours": hours})


@page(Permission.CONFIGURE, methods=("GET", "HEAD", "POST"), fresh=True)
def delete_webhook(request: DeskRequest, webhook_id: UUID) -> HttpResponse:
    row = _in_use_or_404(request, webhook_id)
    if request.method != "POST":
        return render(request, "webhooks/delete.html", {"webhook": row})
    subscriptions.delete_webhook(request.actor, webhook_id)
    messages.success(request, _("%(name)s is deleted.") % {"name": row.name})
    return SeeOther(link("webhooks", request.store.slug))


@page(Permission.CONFIGURE, methods=("POST",))
def send_webhooks_again(request: DeskRequest, webhook_id: UUID) -> HttpResponse:
    row = _in_use_or_404(request, webhook_id)
    form = SinceForm(request.POST, use_required_attribute=False)
    if not form.is_valid():
        return _page(request, row, form)
    count = subscriptions.send_all_again(request.actor, webhook_id, form.cleaned_data["since"])
    words = ngettext("%(count)d message is on its way.", "%(count)d messages are on their way.", count)
    messages.success(request, words % {"count": count})
    return _back(request, webhook_id)


@page(Permission.CONFIGURE)
def webhook_message(request: DeskRequest, message_id: int) -> HttpResponse:
    delivery = subscriptions.deliveries_of(request.actor).filter(pk=message_id).first()
    if delivery is None:
        raise Http404(_("There is no such message."))
    context = {"delivery": delivery, "attempts": delivery.tries.order_by("-pk")}
    return render(request, "webhooks/message.html", context)


@page(Permission.CONFIGURE, methods=("POST",))
def resend_webhook_message(request: DeskRequest, message_id: int) -> HttpResponse:
    rows = subscriptions.deliveries_of(request.actor).filter(subscription__deleted_at=None)
    if not rows.filter(pk=message_id).exists():
        raise Http404(_("There is no such message."))
    subscriptions.send_again(request.actor, message_id)
    messages.success(request, _("The message is on its way."))
    return SeeOther(link("webhook_message", request.store.slug, message_id))


def _page(request: DeskRequest, row: WebhookSubscription, form: SinceForm) -> HttpResponse:
    log = subscriptions.deliveries_of(request.actor).filter(subscription=row)
    context = {"webhook": row, "form": form, "log": log[:SHOWN], "shown": SHOWN}
    return render(request, "webhooks/page.html", context, status=422 if form.is_bound else 200)


def _webhook_or_404(request: DeskRequest, webhook_id: UUID) -> WebhookSubscription:
    row = subscriptions.webhooks_of(request.actor).filter(pk=webhook_id).first()
    if row is None:
        raise Http404(_("There is no such webhook."))
    return row


def _in_use_or_404(request: DeskRequest, webhook_id: UUID) -> WebhookSubscription:
    row = _webhook_or_404(request, webhook_id)
    if row.deleted_at is not None:
        raise Http404(_("This webhook is deleted."))
    return row


def _back(request: DeskRequest, webhook_id: UUID) -> HttpResponse:
    return SeeOther(reverse("desk:webhook", args=[request.store.slug, webhook_id]))
