"""The reasons why invoices cannot be made e-invoices: counted for the store, for companies and single invoices."""

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from arportal.documents.einvoices.building import document_of
from arportal.documents.einvoices.profiles import Profile
from arportal.documents.einvoices.profiles import reasons as reasons_of
from arportal.documents.einvoices.reasons import Incomplete, Reason
from arportal.documents.einvoices.records import Known, known_of_many
from arportal.mirror.models import Invoice
from arportal.stores.models import Membership

DAYS = 90
# So many of the newest are looked at: each takes about a millisecond.
MOST = 500


@dataclass(slots=True)
class Missing:
    """`looked_at` invoices, `ready` of which can be made. The counts say how many invoices a reason stands against.

    `companies`: company id → reason → count. `invoices`: those with reasons of their own, the newest first.
    """

    looked_at: int = 0
    ready: int = 0
    is_cut: bool = False
    store: Counter[Reason] = field(default_factory=Counter)
    companies: defaultdict[int, Counter[Reason]] = field(default_factory=lambda: defaultdict(Counter))
    invoices: list[tuple[Invoice, list[Reason]]] = field(default_factory=list)
    known: dict[int, Known] = field(default_factory=dict)


def missing_in(actor: Membership, profile: Profile, today: dt.date) -> Missing:
    """Looks at the invoices with a balance, of the last 90 days, that the actor sees."""
    rows = Invoice.objects.visible_to(actor).filter(issued_on__gt=today - dt.timedelta(days=DAYS))
    invoices = list(rows.exclude(balance=0).order_by("-issued_on", "-api_id")[: MOST + 1])
    missing = Missing(is_cut=len(invoices) > MOST)
    invoices = invoices[:MOST]
    missing.known = known_of_many(actor.store, {invoice.company_id for invoice in invoices})
    for invoice in invoices:
        missing.looked_at += 1
        reasons = reasons_against(invoice, missing.known[invoice.company_id], profile)
        missing.ready += not reasons
        missing.store.update(reason for reason in reasons if reason.of == "store")
        missing.companies[invoice.company_id].update(reason for reason in reasons if reason.of == "company")
        if own := [reason for reason in reasons if reason.of == "invoice"]:
            missing.invoices.append((invoice, own))
    return missing


def reasons_against(invoice: Invoice, known: Known, profile: Profile) -> tuple[Reason, ...]:
    """The reasons against making the invoice in this profile, the same one once; () if there is none."""
    if known.facts is None:
        return ()
    try:
        document = document_of(invoice, known.facts, known.buyer)
    except Incomplete as incomplete:
        return tuple(incomplete.reasons)
    return tuple(dict.fromkeys(reasons_of(document, profile)))
