"""Everything that was asked of the store about the company itself, by whom, and what became of it."""

from arportal.desk.changes.facts import all_facts
from arportal.desk.site.history import Entry, latest
from arportal.mirror.models import Company
from arportal.receivables.models import Change
from arportal.stores.models import Membership

Verb = Change.Verb
OF_COMPANIES = (Verb.SWITCH_METHODS, Verb.SET_CREDIT_HOLD)


def history(actor: Membership, company: Company) -> list[Entry]:
    """The newest first; changes of its invoices, payments and orders stand on their pages."""
    its_own = Change.objects.visible_to(actor).filter(company_id=company.api_id, verb__in=OF_COMPANIES)
    return [Entry(change, [str(fact) for fact in all_facts(actor, change)]) for change in latest(its_own)]
