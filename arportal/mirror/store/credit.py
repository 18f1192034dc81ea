from typing import Any

from django.utils import timezone

from arportal import b2b
from arportal.mirror import models
from arportal.mirror.store.rows import row
from arportal.stores.models import Store


def save_credit_terms(
    store: Store,
    company_id: int,
    *,
    credit: b2b.Credit | None,
    terms: b2b.PaymentTerms | None,
    no_credit: bool = False,
    no_terms: bool = False,
    is_left_out: bool = False,
) -> None:
    """None keeps what was known, unless the store has `no_credit` or `no_terms` at all: then nothing is known."""
    values: dict[str, Any] = {"gone_at": None, "read_at": timezone.now(), "is_left_out": is_left_out}
    if credit is not None or no_credit:
        values |= _credit(credit)
    if terms is not None or no_terms:
        values |= _terms(terms)
    models.CreditTerms.objects.update_or_create(
        store=store, api_id=company_id, defaults=values, create_defaults=row(store, company_id, {}) | values
    )


def save_credit(store: Store, company_id: int, credit: b2b.Credit) -> None:
    """The credit alone."""
    _save_part(store, company_id, _credit(credit))


def save_terms(store: Store, company_id: int, terms: b2b.PaymentTerms) -> None:
    """The payment terms alone."""
    _save_part(store, company_id, _terms(terms))


def _save_part(store: Store, company_id: int, values: dict[str, Any]) -> None:
    """Saves one part. The moment at which both were last read stays: the other part has waited since then. Where
    nothing was known, it counts as left out, so that the next pass reads it."""
    first = row(store, company_id, {}) | values | {"read_at": timezone.now(), "is_left_out": True}
    models.CreditTerms.objects.update_or_create(
        store=store, api_id=company_id, defaults=values, create_defaults=first
    )


def _terms(terms: b2b.PaymentTerms | None) -> dict[str, Any]:
    return {
        "terms_enabled": terms.is_enabled if terms else None,
        "terms_days": terms.days if terms else None,
    }


def _credit(credit: b2b.Credit | None) -> dict[str, Any]:
    # Compared with None, for Money of 0.00 is false.
    available = credit.available if credit else None
    return {
        "credit_enabled": credit.is_enabled if credit else None,
        "currency": available.currency if available is not None else "",
        "available_credit": available.amount if available is not None else None,
        "limits_purchases": credit.limits_purchases if credit else None,
        "is_on_hold": credit.is_on_hold if credit else None,
    }
