"""One mail: what it says, what goes with it, and what became of it for each recipient."""

from uuid import UUID

from csp.constants import SELF
from csp.decorators import csp_update
from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from arportal.desk.site.frames import framed
from arportal.desk.site.pages import DeskRequest, page
from arportal.mirror.models import Company, Invoice
from arportal.receivables.mails.resending import UNDER_WAY
from arportal.receivables.models import Mail, MailRecipient
from arportal.stores.access import Permission, may

# Of the invoices it names.
SHOWN = 100


@csp_update({"frame-src": [SELF]})
@page(Permission.READ)
def mail(request: DeskRequest, mail_id: UUID) -> HttpResponse:
    mail = get_mail_or_404(request, mail_id)
    recipients = list(mail.recipients.select_related("resent_by__user", "noted_by__user").order_by("pk"))
    invoices = Invoice.objects.visible_to(request.actor).filter(api_id__in=mail.invoice_ids)
    context = {
        "mail": mail,
        "company": Company.objects.visible_to(request.actor).filter(api_id=mail.company_id).first(),
        "recipients": recipients,
        "files": mail.attachments.defer("content").order_by("pk"),
        "invoices": invoices.only("api_id", "number").order_by("number")[:SHOWN],
        "more_invoices": max(0, len(mail.invoice_ids) - SHOWN),
        "instead": mail.replaced_by.first(),
        "may_send": may(request.actor, Permission.SEND_MAIL),
        "is_under_way": any(row.state in UNDER_WAY for row in recipients),
        "sends_mail": settings.SENDS_MAIL,
    }
    template = "mails/_recipients.html" if request.htmx else "mails/page.html"
    return render(request, template, context)


@page(Permission.READ)
def mail_html(request: DeskRequest, mail_id: UUID) -> HttpResponse:
    """The mail as programs that read HTML show it, for a frame."""
    return framed(get_mail_or_404(request, mail_id).html)


@page(Permission.READ)
def mail_file(request: DeskRequest, mail_id: UUID, file_id: int) -> HttpResponse:
    file = get_mail_or_404(request, mail_id).attachments.filter(pk=file_id).first()
    if file is None:
        raise Http404(_("There is no such attachment."))
    response = HttpResponse(bytes(file.content), content_type=file.content_type)
    response.headers["Content-Disposition"] = content_disposition_header(True, file.name)
    return response


def get_mail_or_404(request: DeskRequest, mail_id: UUID) -> Mail:
    mails = Mail.objects.visible_to(request.actor).select_related("actor__user", "replaces")
    mail = mails.filter(pk=mail_id).first()
    if mail is None:
        raise Http404(_("There is no such mail."))
    return mail


def get_delivery_or_404(request: DeskRequest, delivery_id: int) -> MailRecipient:
    rows = MailRecipient.objects.visible_to(request.actor).select_related("mail")
    delivery = rows.filter(pk=delivery_id).first()
    if delivery is None:
        raise Http404(_("There is no such mail."))
    return delivery
