"""The mails that would be sent now, and the reasons why others would not."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from arportal.documents.branding.letterheads import letterhead_of
from arportal.documents.mails.compose import Composed
from arportal.documents.reminders.compose import reminder_mail
from arportal.mirror.models import Company
from arportal.receivables.collections.choosing import Choice, Level, Reason, choose
from arportal.receivables.collections.facts import facts_of
from arportal.receivables.collections.recipients import reminded_at
from arportal.stores.models import Store


@dataclass(frozen=True, slots=True)
class Chosen:
    """A company with its choice; without an address it has no lines."""

    company: Company
    choice: Choice
    addresses: list[str]


def chosen(
    store: Store,
    currency: str,
    levels: list[Level],
    today: dt.date,
    company_ids: Collection[int] | None = None,
) -> list[Chosen]:
    """Every company with something overdue, the largest total first. None: of all companies."""
    facts = facts_of(store, currency, today, company_ids)
    ids = [each.company_id for each in facts]
    companies = Company.objects.filter(store=store, api_id__in=ids, gone_at=None).defer("raw").by_api_id(ids)
    addresses = reminded_at(store, companies.values())
    rows = []
    for each in facts:
        company = companies.get(each.company_id)
        if company is None:
            continue
        choice = choose(each, levels, today)
        if choice.lines and not addresses[company.api_id]:
            choice = choice.without_lines(Reason.NO_ADDRESS)
        rows.append(Chosen(company, choice, addresses[company.api_id]))
    return sorted(rows, key=lambda row: (-row.choice.total.amount, row.company.api_id))


def composed(store: Store, rows: list[Chosen], levels: list[Level], today: dt.date) -> list[Composed]:
    """The mails of these rows, each of which must have lines."""
    letterhead = letterhead_of(store)
    return [reminder_mail(letterhead, row.company.name, row.choice, levels, today) for row in rows]
