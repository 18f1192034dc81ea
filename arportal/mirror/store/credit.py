from typing import Any

from django.utils import timezone

from arportal import b2b
from arportal.mirror import models
from arportal.mirror.store.rows import KEY, row
from arportal.mirror.upsert import upsert
from arportal.stores.models import Store


def save_credit_terms(
    store: Store, company_id: int, credit: b2b.Credit | None, terms: b2b.PaymentTerms
) -> int:
    """`credit` is None for a store that has company credit switched off."""
    values = {"terms_enabled": terms.is_enabled, "terms_days": terms.days, "read_at": timezone.now()}
    return upsert(models.CreditTerms, [row(store, company_id, {}) | _credit(credit) | values], key=KEY)


def _credit(credit: b2b.Credit | None) -> dict[str, Any]:
    available = credit.available if credit else None
    return {
        "credit_enabled": credit.is_enabled if credit else None,
        "currency": available.currency if available else "",
        "available_credit": available.amount if available else None,
        "limits_purchases": credit.limits_purchases if credit else None,
        "is_on_hold": credit.is_on_hold if credit else None,
    }
