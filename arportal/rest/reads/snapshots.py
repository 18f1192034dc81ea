"""Snapshots: what a change of a thing must still find so, as its ETag carries it."""

from typing import Any

from arportal import b2b
from arportal.mirror.models import Buyer, Company, Invoice, Order, Payment
from arportal.receivables.companies.edit_buyer import EditBuyer
from arportal.receivables.companies.edit_company import EditCompany
from arportal.receivables.companies.remove_buyer import guarded
from arportal.receivables.companies.set_company_status import SetCompanyStatus
from arportal.receivables.companies.set_parent import SetParent
from arportal.receivables.invoices.invoice_values import values_of
from arportal.receivables.orders.convert_orders import belonging
from arportal.receivables.payments.payment_contents import shown
from arportal.receivables.payments.versions import Version
from arportal.stores.models import Membership


def invoice_snapshot(actor: Membership, invoice: Invoice) -> Any:
    return values_of(invoice, actor.store.zone)


def payment_snapshot(actor: Membership, payment: Payment) -> Any:
    """Two verbs look at the version of a payment, the others at its contents."""
    return {"contents": shown(payment), "version": Version.of(payment).as_before()}


def order_snapshot(actor: Membership, order: Order) -> Any:
    return {"updated_at": order.updated_at.isoformat() if order.updated_at else None}


def company_snapshot(actor: Membership, company: Company) -> Any:
    parts = (verb.known(company) or {} for verb in (EditCompany, SetCompanyStatus, SetParent))
    return {name: value for part in parts for name, value in part.items()}


def buyer_snapshot(actor: Membership, buyer: Buyer) -> Any:
    where = belonging(actor, buyer)
    return {
        "values": EditBuyer.known(buyer),
        "guarded": guarded(b2b.User.parse(buyer.raw)),
        "belonging": {"company_id": where.company_id, "last_given": where.last_given},
    }
