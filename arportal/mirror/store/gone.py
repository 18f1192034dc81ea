from collections.abc import Collection

from django.db import models as django_models
from django.db import transaction
from django.utils import timezone

from arportal.mirror.rows.signals import rows_changed
from arportal.stores.models import Store


def mark_gone(model: type[django_models.Model], store: Store, api_ids: Collection[int]) -> int:
    """The API no longer has these rows: they are kept, out of everyone's sight, with the time."""
    rows = model._default_manager.filter(store=store, api_id__in=api_ids, gone_at=None)
    with transaction.atomic():
        gone = list(rows.select_for_update().order_by("api_id").values_list("api_id", flat=True))
        if gone:
            rows.update(gone_at=timezone.now())
            rows_changed.send(model, store=store, api_ids=api_ids, changed=gone)
    return len(gone)
