"""A round of reminders: how far it is, and what became of each company's mail."""

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from arportal.desk.site.links import mail_link
from arportal.desk.site.pages import DeskRequest, page
from arportal.mirror.models import Company
from arportal.receivables.mails.resending import UNDER_WAY
from arportal.receivables.models import Mail, MailRecipient, ReminderRun
from arportal.stores.access import Permission


@dataclass(frozen=True, slots=True)
class Result:
    """A company of the round. Without a mail, `reason` says why; that is "" for one whose turn is still to come."""

    company_id: int
    name: str
    mail: Mail | None
    url: str
    deliveries: list[MailRecipient]
    reason: str


@page(Permission.READ)
def reminder_round(request: DeskRequest, run_id: UUID) -> HttpResponse:
    runs = ReminderRun.objects.visible_to(request.actor).select_related("actor__user", "store")
    run = runs.filter(pk=run_id).first()
    if run is None:
        raise Http404(_("There is no such round."))
    results = _results(run)
    context = {
        "run": run,
        "results": results,
        "is_under_way": run.finished_at is None
        or any(delivery.state in UNDER_WAY for result in results for delivery in result.deliveries),
        "done": sum(1 for result in results if result.mail or result.reason),
        "sends_mail": settings.SENDS_MAIL,
    }
    template = "collections/_round.html" if request.htmx else "collections/round.html"
    return render(request, template, context)


def _results(run: ReminderRun) -> list[Result]:
    companies = Company.objects.filter(store=run.store, api_id__in=run.company_ids).only("api_id", "name")
    names = companies.by_api_id(run.company_ids)
    mails = Mail.objects.filter(batch=run.pk).defer("text", "html")
    # Of a mail that was made anew, the one that counts.
    latest = {mail.company_id: mail for mail in mails.order_by("created_at")}
    deliveries: dict[object, list[MailRecipient]] = defaultdict(list)
    for delivery in MailRecipient.objects.filter(mail__in=latest.values()).order_by("pk"):
        deliveries[delivery.mail_id].append(delivery)
    results = []
    for company_id in run.company_ids:
        mail = latest.get(company_id)
        results.append(
            Result(
                company_id=company_id,
                name=names[company_id].name if company_id in names else f"#{company_id}",
                mail=mail,
                url=mail_link(run.store.slug, mail.pk) if mail else "",
                deliveries=deliveries[mail.pk] if mail else [],
                reason=run.left_out.get(str(company_id), ""),
            )
        )
    return results
