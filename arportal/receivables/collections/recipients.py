"""The addresses that reminders go to."""

from collections.abc import Iterable

from arportal.mirror.models import Company
from arportal.receivables.mails.recipients import recipients_of_each
from arportal.receivables.models import MailRecipient
from arportal.stores.models import Store

State = MailRecipient.State


def reminded_at(store: Store, companies: Iterable[Company]) -> dict[int, list[str]]:
    """Company id → its addresses, without those of which the last mail was refused or came back.

    A mail that found no server was not refused by anybody.
    """
    companies = list(companies)
    addresses = recipients_of_each(store.pk, companies)
    deliveries = MailRecipient.objects.filter(store=store, company_id__in=addresses, tries__gt=0)
    states: dict[tuple[int, str], str] = {}
    for company_id, address, state in deliveries.order_by("queued_at", "pk").values_list(
        "company_id", "address", "state"
    ):
        states[company_id, address.lower()] = state
    broken = (State.REFUSED, State.BOUNCED)
    return {
        company_id: [one for one in known if states.get((company_id, one.lower())) not in broken]
        for company_id, known in addresses.items()
    }
