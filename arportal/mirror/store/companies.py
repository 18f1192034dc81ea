from collections.abc import Collection
from typing import Any

from django.db import transaction

from arportal import b2b
from arportal.mirror import models
from arportal.mirror.rows.upsert import upsert
from arportal.mirror.store.rows import KEY, row
from arportal.stores.models import Store

# Rows that carry their company's name.
NAMED = (models.Invoice, models.Payment)


def save_companies(store: Store, companies: Collection[b2b.Company]) -> int:
    """Returns, like every save here, how many rows were new or different."""
    rows = (_company(store, company) for company in companies)
    ids = [company.company_id for company in companies]
    names = models.Company.objects.filter(store=store, api_id__in=ids).values_list("api_id", "name")
    with transaction.atomic():
        before = dict(names.all())
        changed = upsert(models.Company, rows, key=KEY, newest="updated_at")
        # The API shows a new name on old invoices and payments too, but their updatedAt does not tell.
        for company_id, name in names.all():
            if before.get(company_id, name) != name:
                for model in NAMED:
                    model.objects.filter(store=store, company_id=company_id).update(company_name=name)
    return changed


def _company(store: Store, company: b2b.Company) -> dict[str, Any]:
    return row(
        store,
        company.company_id,
        company.raw,
        name=company.name or "",
        email=company.email or "",
        phone=company.phone or "",
        status=company.status,
        parent_id=company.parent_id,
        city=company.city or "",
        country=company.country or "",
        created_at=company.created_at,
        updated_at=company.updated_at,
        extra_fields=company.extra_fields,
    )
