from collections.abc import Collection, Iterable

from django.utils import timezone

from arportal import b2b
from arportal.mirror import models
from arportal.mirror.rows.upsert import upsert
from arportal.mirror.store.rows import KEY, row
from arportal.stores.models import Store

COMPANY_METHOD_KEY = ("store_id", "company_id", "code")


def save_methods(store: Store, methods: Collection[b2b.Method]) -> int:
    """The whole catalogue at once: a method that is no longer in it is marked gone, for every company."""
    rows = (row(store, method.id, {}, code=method.code, title=method.title) for method in methods)
    changed = upsert(models.Method, rows, key=KEY)
    present = [method.id for method in methods]
    for model in (models.Method, models.CompanyMethod):
        missing = model._default_manager.filter(store=store, gone_at=None).exclude(api_id__in=present)
        changed += missing.update(gone_at=timezone.now())
    return changed


def save_company_methods(store: Store, company_id: int, methods: Iterable[b2b.CompanyMethod]) -> int:
    """All the methods of one company, as read for that company."""
    rows = (
        row(
            store,
            method.payment_id,
            {},
            company_id=company_id,
            code=method.code,
            title=method.title,
            is_enabled=method.is_enabled,
        )
        for method in methods
    )
    return upsert(models.CompanyMethod, rows, key=COMPANY_METHOD_KEY)


def save_enabled_methods(store: Store, enabled: Iterable[b2b.EnabledMethod]) -> int:
    """The list of what is enabled anywhere in the store: all else in the catalogue is disabled."""
    enabled_codes = {(method.company_id, method.code) for method in enabled}
    companies = models.Company.objects.filter(store=store, gone_at=None).values_list("api_id", flat=True)
    catalogue = list(models.Method.objects.filter(store=store, gone_at=None))
    rows = (
        row(
            store,
            method.api_id,
            {},
            company_id=company_id,
            code=method.code,
            title=method.title,
            is_enabled=(company_id, method.code) in enabled_codes,
        )
        for company_id in companies
        for method in catalogue
    )
    return upsert(models.CompanyMethod, rows, key=COMPANY_METHOD_KEY)
