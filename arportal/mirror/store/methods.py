from collections.abc import Collection, Iterable
from typing import Any

from django.utils import timezone

from arportal import b2b
from arportal.mirror import models
from arportal.mirror.rows.upsert import upsert
from arportal.mirror.store.rows import KEY, row
from arportal.stores.models import Store


def save_methods(store: Store, methods: Collection[b2b.Method]) -> int:
    """The whole catalogue at once: a method that is no longer in it is marked gone, for every company."""
    rows = (row(store, method.id, {}) | {"code": method.code, "title": method.title} for method in methods)
    changed = upsert(models.Method, rows, key=KEY)
    present = [method.id for method in methods]
    for model in (models.Method, models.CompanyMethod):
        missing = model._default_manager.filter(store=store, gone_at=None).exclude(api_id__in=present)
        changed += missing.update(gone_at=timezone.now())
    return changed


def save_company_methods(store: Store, company_id: int, methods: Iterable[b2b.CompanyMethod]) -> int:
    """All the methods of one company, as read for that company."""
    return _save_company_methods(
        _company_method(store, company_id, method.payment_id, method.code, method.title, method.is_enabled)
        for method in methods
    )


def save_enabled_methods(store: Store, enabled: Iterable[b2b.EnabledMethod]) -> int:
    """The list of what is enabled anywhere in the store: all else in the catalogue is disabled."""
    on = {(method.company_id, method.code) for method in enabled}
    companies = models.Company.objects.filter(store=store, gone_at=None).values_list("api_id", flat=True)
    catalogue = list(models.Method.objects.filter(store=store, gone_at=None))
    return _save_company_methods(
        _company_method(
            store, company, method.api_id, method.code, method.title, (company, method.code) in on
        )
        for company in companies
        for method in catalogue
    )


def _company_method(
    store: Store, company_id: int, method_id: int, code: str, title: str, is_enabled: bool
) -> dict[str, Any]:
    names = {"company_id": company_id, "code": code, "title": title, "is_enabled": is_enabled}
    return row(store, method_id, {}) | names


def _save_company_methods(rows: Iterable[dict[str, Any]]) -> int:
    return upsert(models.CompanyMethod, rows, key=("store_id", "company_id", "code"))
