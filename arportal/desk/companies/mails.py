"""The latest mails to a company, for its page, and whom they go to."""

from dataclasses import dataclass

from django.db.models import QuerySet

from arportal.desk.site.links import mail_link
from arportal.mirror.models import Company
from arportal.receivables.mails.recipients import recipients_of
from arportal.receivables.models import MailRecipient
from arportal.stores.models import Membership

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Delivered:
    delivery: MailRecipient
    url: str


@dataclass(frozen=True, slots=True)
class Mails:
    """`go_to`: the addresses that a mail would go to now."""

    go_to: list[str]
    latest: list[Delivered]


def mails_to(actor: Membership, company: Company) -> Mails:
    deliveries: QuerySet[MailRecipient] = MailRecipient.objects.visible_to(actor)
    of_company = deliveries.filter(company_id=company.api_id).select_related("mail").order_by("-queued_at")
    latest = of_company.defer("mail__text", "mail__html", "mail__details")[:SHOWN]
    slug = actor.store.slug
    return Mails(recipients_of(company), [Delivered(row, mail_link(slug, row.mail_id)) for row in latest])
