"""The history of one invoice: all that was asked of the store about it, by whom, and what became of it."""

from django.db.models import Q

from arportal.desk.changes.facts import facts, total
from arportal.desk.format.formats import formatter
from arportal.desk.site.history import DASH, Entry, latest
from arportal.mirror.models import Invoice
from arportal.receivables.models import Change
from arportal.stores.models import Membership

Verb = Change.Verb
OF_INVOICES = (Verb.CREATE_INVOICE, Verb.INVOICE_ORDER, Verb.EDIT_INVOICE, Verb.DELETE_INVOICE)


def history(actor: Membership, invoice: Invoice) -> list[Entry]:
    """The newest first, with the recordings of payments to it."""
    its_own = Q(verb__in=OF_INVOICES, target_id=invoice.api_id)
    paid = Q(verb=Verb.RECORD_PAYMENT, payload__lines__contains=[{"invoice_id": invoice.api_id}])
    of_company = Change.objects.visible_to(actor).filter(company_id=invoice.company_id)
    entries = []
    for change in latest(of_company.filter(its_own | paid)):
        amount = total(change)
        details = [] if amount is None else [formatter().amount(amount)]
        if change.verb == Verb.EDIT_INVOICE:
            details += [
                f"{fact.label}: {fact.before or DASH} → {fact.after or DASH}" for fact in facts(change)
            ]
        entries.append(Entry(change, details))
    return entries
