"""The movements of balances that no payment and no change explains, for a person to look at."""

import datetime as dt
from dataclasses import replace

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _lazy

from arportal.desk.ledger import entries
from arportal.desk.lists import downloads
from arportal.desk.lists.list_page import answer, list_page
from arportal.desk.lists.lists import List
from arportal.desk.site.links import link
from arportal.desk.site.pages import DeskRequest, page
from arportal.receivables.models import LedgerEntry
from arportal.stores.access import Permission
from arportal.stores.models import Membership

LATELY = dt.timedelta(days=30)

UNEXPLAINED = List(
    columns=(
        replace(entries.SEEN, sort="observed_at", css="nowrap"),
        replace(entries.DAY, label=_lazy("Took effect"), sort="", css="nowrap p3"),
        entries.COMPANY,
        entries.INVOICE,
        entries.CAUSE,
        entries.AMOUNT,
    ),
    filter=entries.UnexplainedFilter,
    rows=lambda actor: LedgerEntry.objects.visible_to(actor).not_explained(),
    sort="-seen",
    caption=_lazy("Unexplained movements"),
    empty=_lazy("Nothing is unexplained"),
    reads=entries.READS,
    prepare=entries.with_sources,
    id_field="id",
    name="unexplained",
    exports=True,
)
export = downloads.of(UNEXPLAINED)


def lately(actor: Membership, today: dt.date) -> tuple[QuerySet[LedgerEntry], str]:
    """The movements of the last 30 days for somebody to look at, and the address at which they are listed.

    Differences with which the ledger opened are no news.
    """
    first = today - LATELY
    midnight = dt.datetime.combine(first, dt.time(), actor.store.zone)
    news = LedgerEntry.objects.visible_to(actor).not_explained().exclude(cause=LedgerEntry.Cause.OPENING)
    address = f"{link('unexplained', actor.store.slug)}?cause={entries.NEWS}&seen_from={first}"
    return news.filter(observed_at__gte=midnight), address


@page(Permission.READ)
def unexplained(request: DeskRequest) -> HttpResponse:
    return answer(request, "ledger/unexplained.html", list_page(UNEXPLAINED, request))
