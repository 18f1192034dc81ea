"""The page that shows the result of a Change, once it is there to be seen."""

from arportal.desk.site.links import link
from arportal.mirror.models import Company, Invoice, Order, Payment
from arportal.receivables.models import Change
from arportal.stores.models import Membership

Verb = Change.Verb
Shown = type[Payment] | type[Invoice] | type[Order] | type[Company]
# The page that shows what a Change made or changed, and the rows that this page is made of.
SHOWN_ON: dict[Verb, tuple[str, Shown]] = {
    Verb.RECORD_PAYMENT: ("payment", Payment),
    Verb.EDIT_PAYMENT: ("payment", Payment),
    Verb.SET_PAYMENT_STATUS: ("payment", Payment),
    Verb.OPERATE_PAYMENT: ("payment", Payment),
    Verb.CREATE_INVOICE: ("invoice", Invoice),
    Verb.INVOICE_ORDER: ("invoice", Invoice),
    Verb.EDIT_INVOICE: ("invoice", Invoice),
    Verb.SET_DUE_DATE: ("invoice", Invoice),
    Verb.WRITE_OFF: ("invoice", Invoice),
    Verb.UNDO_WRITE_OFF: ("invoice", Invoice),
    Verb.APPLY_CREDIT: ("invoice", Invoice),
    Verb.UNDO_CREDIT: ("invoice", Invoice),
    Verb.EDIT_ORDER: ("order", Order),
    Verb.RECORD_ORDER: ("order", Order),
    Verb.SWITCH_METHODS: ("company", Company),
    Verb.SET_CREDIT_HOLD: ("company", Company),
    Verb.SET_CREDIT: ("company_administration", Company),
    Verb.SET_TERMS: ("company_administration", Company),
    Verb.SET_COMPANY_STATUS: ("company_administration", Company),
    Verb.SET_PARENT: ("company_administration", Company),
    Verb.EDIT_COMPANY: ("company_administration", Company),
    Verb.ADD_BUYER: ("company_administration", Company),
    Verb.EDIT_BUYER: ("company_administration", Company),
    Verb.REMOVE_BUYER: ("company_administration", Company),
}
# The list on which that is seen which has no page of its own: what was deleted is no longer there.
LISTED_ON = {
    Verb.DELETE_PAYMENT: "payments",
    Verb.DELETE_RECEIPT: "receipts",
    Verb.DELETE_INVOICE: "invoices",
    Verb.CONVERT_ORDERS: "orders",
    Verb.REASSIGN_ORDERS: "orders",
}


def result_link(actor: Membership, change: Change) -> str:
    """The page that shows what the change did; "" while there is nothing to see there.

    What the store has done is in the mirror only once it was read back, and a row may be gone again, or not be
    this person's to see: an address that answers 404 is never given.
    """
    if change.state != Change.State.APPLIED or change.mirrored_at is None:
        return ""
    slug = change.store.slug
    if change.verb in LISTED_ON:
        return link(LISTED_ON[Verb(change.verb)], slug)
    return target_link(actor, change)


def target_link(actor: Membership, change: Change) -> str:
    """The page of what the change is about, if there is one that this person can open; else ""."""
    shown_on = SHOWN_ON.get(Verb(change.verb))
    if shown_on is None or change.target_id is None:
        return ""
    page, model = shown_on
    # A buyer is seen on the page of the company.
    api_id = change.company_id if model is Company else change.target_id
    is_there = model.objects.visible_to(actor).filter(api_id=api_id).exists()
    return link(page, change.store.slug, api_id) if is_there else ""
