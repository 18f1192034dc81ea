"""Everything that was asked of the store about a company and what is its own, by whom, and what became of it."""

from itertools import islice

from arportal.desk.changes.facts import all_facts, total
from arportal.desk.format.formats import formatter
from arportal.desk.site.history import Entry, latest
from arportal.mirror.models import Company
from arportal.receivables.models import Change, ChangeQuerySet
from arportal.stores.models import Membership

Verb = Change.Verb
OF_COMPANIES = (
    Verb.SWITCH_METHODS,
    Verb.SET_CREDIT_HOLD,
    Verb.SET_CREDIT,
    Verb.SET_TERMS,
    Verb.SET_COMPANY_STATUS,
    Verb.SET_PARENT,
    Verb.EDIT_COMPANY,
    Verb.ADD_BUYER,
    Verb.EDIT_BUYER,
    Verb.REMOVE_BUYER,
)
MOST = 20


def history(actor: Membership, company: Company) -> list[Entry]:
    """The newest first. What was done to an invoice, a payment or an order is told at length on its own page."""
    return _entries(actor, Change.objects.visible_to(actor).filter(company_id=company.api_id))


def administered(actor: Membership, company: Company) -> list[Entry]:
    """What was set of the company itself, the newest first."""
    changes = Change.objects.visible_to(actor).filter(company_id=company.api_id, verb__in=OF_COMPANIES)
    return _entries(actor, changes)


def _entries(actor: Membership, changes: ChangeQuerySet) -> list[Entry]:
    entries = []
    for change in islice(latest(changes), MOST):
        if change.verb in OF_COMPANIES:
            details = [str(fact) for fact in all_facts(actor, change)]
        else:
            amount = total(change)
            details = [] if amount is None else [formatter().amount(amount)]
        entries.append(Entry(change, details))
    return entries
