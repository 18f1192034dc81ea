"""Everything that was asked of the store about a company and what is its own, by whom, and what became of it."""

from itertools import islice

from arportal.b2b import Money
from arportal.desk.changes.facts import all_facts, total
from arportal.desk.format.formats import formatter
from arportal.desk.site.history import Entry, latest
from arportal.mirror.models import Company
from arportal.receivables.models import Change
from arportal.stores.models import Membership

Verb = Change.Verb
OF_COMPANIES = (Verb.SWITCH_METHODS, Verb.SET_CREDIT_HOLD)
MOST = 20


def history(actor: Membership, company: Company) -> list[Entry]:
    """The newest first. What was done to an invoice, a payment or an order is told at length on its own page."""
    changes = latest(Change.objects.visible_to(actor).filter(company_id=company.api_id))
    return [Entry(change, _details(actor, change)) for change in islice(changes, MOST)]


def _details(actor: Membership, change: Change) -> list[str]:
    if change.verb in OF_COMPANIES:
        return [str(fact) for fact in all_facts(actor, change)]
    amount: Money | None = total(change)
    return [] if amount is None else [formatter().amount(amount)]
