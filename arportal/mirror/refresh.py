"""Reads single things again from the API, after a change of ours or when a person needs the truth of now."""

from collections.abc import Iterable

from arportal.b2b.errors import NotFound
from arportal.mirror import models
from arportal.mirror import store as rows
from arportal.mirror.connections import client_for
from arportal.stores.models import Store


def refresh_payment(store: Store, payment_id: int) -> models.Payment | None:
    """The payment as the API has it now, or None when it is gone."""
    try:
        rows.save_payments(store, [client_for(store).payments.get(payment_id)])
    except NotFound:
        rows.mark_gone(models.Payment, store, [payment_id])
    return models.Payment.objects.filter(store=store, api_id=payment_id, gone_at=None).first()


def refresh_invoices(store: Store, invoice_ids: Iterable[int]) -> None:
    client = client_for(store)
    for invoice_id in invoice_ids:
        try:
            rows.save_invoices(store, [client.invoices.get(invoice_id)])
        except NotFound:
            rows.mark_gone(models.Invoice, store, [invoice_id])


def refresh_company_methods(store: Store, company_id: int) -> None:
    rows.save_company_methods(store, company_id, client_for(store).methods.of_company(company_id))
