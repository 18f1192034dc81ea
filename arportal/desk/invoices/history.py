"""The history of one invoice: all that was asked of the store about it, by whom, and what became of it."""

from django.db.models import Q

from arportal.desk.changes.facts import facts, total
from arportal.desk.format.formats import formatter
from arportal.desk.site.history import DASH, Entry, latest
from arportal.desk.site.links import undo_link
from arportal.mirror.models import Invoice
from arportal.receivables.changes.telling import verbs_about
from arportal.receivables.models import Change
from arportal.stores.access import Permission, may
from arportal.stores.models import Activity, Membership

Verb = Change.Verb
# Those that tell what they changed.
TELLING = (
    Verb.EDIT_INVOICE,
    Verb.SET_DUE_DATE,
    Verb.WRITE_OFF,
    Verb.UNDO_WRITE_OFF,
    Verb.APPLY_CREDIT,
    Verb.UNDO_CREDIT,
)
TO_BE_UNDONE = (Verb.WRITE_OFF, Verb.APPLY_CREDIT)


def history(actor: Membership, invoice: Invoice) -> list[Entry]:
    """The newest first, with the recordings of payments to it."""
    of_invoices = verbs_about(Activity.About.INVOICE)
    its_own = Q(verb__in=of_invoices, target_id=invoice.api_id) | Q(credit_id=invoice.api_id)
    paid = Q(verb=Verb.RECORD_PAYMENT, payload__lines__contains=[{"invoice_id": invoice.api_id}])
    of_company = Change.objects.visible_to(actor).filter(company_id=invoice.company_id)
    changes = list(latest(of_company.filter(its_own | paid)))
    undone = {change.payload.get("undoes") for change in changes if change.state != Change.State.REFUSED}
    entries = []
    for change in changes:
        amount = total(change)
        details = [] if amount is None else [formatter().amount(amount)]
        if change.verb in TELLING:
            details += [
                f"{fact.label}: {fact.before or DASH} → {fact.after or DASH}" for fact in facts(change)
            ]
            details += [str(reason)] if (reason := change.payload.get("reason")) else []
        can_undo = change.verb in TO_BE_UNDONE and change.state == Change.State.APPLIED
        is_open = can_undo and str(change.pk) not in undone and may(actor, Permission.WRITE_OFF)
        undo = undo_link(actor.store.slug, change.pk) if is_open else ""
        entries.append(Entry(change, details, undo))
    return entries
