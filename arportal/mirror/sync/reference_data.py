"""Short lists that tell no changes: payment methods, channels, extra fields. Each is read whole."""

from collections.abc import Callable
from functools import partial

from arportal import b2b
from arportal.b2b.extra_fields import WithExtraFields
from arportal.mirror import store as rows
from arportal.mirror.models import CompanyMethod, Watermark
from arportal.mirror.rate_limit.cadence import CHANNELS, METHODS
from arportal.mirror.sync.pages import Tally
from arportal.stores.models import Store


def reference_data(store: Store, client: b2b.Client) -> dict[str, Callable[[], Tally]]:
    """Name → what reads it."""
    extra_fields = {
        f"extra fields of {name}": partial(_read_extra_fields, store, name, of)
        for name, of in (
            ("invoices", client.invoices),
            ("orders", client.orders),
            ("companies", client.companies),
            ("users", client.users),
        )
    }
    return {
        METHODS: partial(_read_methods, store, client),
        CHANNELS: lambda: Tally(rows.save_channels(store, client.channels.list())),
        **extra_fields,
    }


def _read_methods(store: Store, client: b2b.Client) -> Tally:
    """The catalogue, and who may use what; the latter is read whole only when its first page shows a change."""
    changed = rows.save_methods(store, client.methods.list())
    mark, _created = Watermark.objects.get_or_create(store=store, resource="enabled methods")
    page = client.methods.page_enabled(limit=200)
    newest = max((each.updated_at for each in page.items if each.updated_at), default=None)
    enabled = CompanyMethod.objects.filter(store=store, gone_at=None, is_enabled=True).count()
    if changed or page.total != enabled or newest != mark.updated_at or newest is None:
        changed += rows.save_enabled_methods(store, client.methods.list_enabled())
        mark.updated_at = newest
        mark.save(update_fields=["updated_at"])
    return Tally(changed)


def _read_extra_fields(store: Store, name: str, of: WithExtraFields) -> Tally:
    return Tally(rows.save_extra_fields(store, name, list(of.extra_fields())))
