"""Short lists that tell no changes, one class each: payment methods, channels, extra fields. They are read whole."""

from abc import ABC, abstractmethod

from arportal import b2b
from arportal.b2b.extra_fields import WithExtraFields
from arportal.mirror import store as rows
from arportal.mirror.models import CompanyMethod, Watermark
from arportal.mirror.rate_limit.cadence import CHANNELS, METHODS
from arportal.mirror.sync.pages import Tally
from arportal.stores.models import Store


class ReferenceList(ABC):
    def __init__(self, store: Store, client: b2b.Client, name: str) -> None:
        self.store = store
        self.client = client
        self.name = name

    @abstractmethod
    def read(self) -> Tally:
        """Reads the list and saves it."""


class Methods(ReferenceList):
    """The catalogue, and who may use what; the latter is read whole only when its first page shows a change."""

    def read(self) -> Tally:
        changed = rows.save_methods(self.store, self.client.methods.list())
        mark, _is_new = Watermark.objects.get_or_create(store=self.store, resource="enabled methods")
        page = self.client.methods.page_enabled(limit=200)
        newest = max((method.updated_at for method in page.items if method.updated_at), default=None)
        enabled = CompanyMethod.objects.filter(store=self.store, gone_at=None, is_enabled=True).count()
        if changed or page.total != enabled or newest != mark.updated_at or newest is None:
            changed += rows.save_enabled_methods(self.store, self.client.methods.list_enabled())
            mark.updated_at = newest
            mark.save(update_fields=["updated_at"])
        return Tally(changed)


class Channels(ReferenceList):
    def read(self) -> Tally:
        return Tally(rows.save_channels(self.store, self.client.channels.list()))


class ExtraFields(ReferenceList):
    """The extra fields that a merchant gave to one kind of record."""

    def __init__(self, store: Store, client: b2b.Client, of: str, source: WithExtraFields) -> None:
        super().__init__(store, client, f"extra fields of {of}")
        self.of = of
        self.source = source

    def read(self) -> Tally:
        return Tally(rows.save_extra_fields(self.store, self.of, list(self.source.extra_fields())))


def reference_data(store: Store, client: b2b.Client) -> list[ReferenceList]:
    """The lists of a store, in the order in which they are read."""
    return [
        Methods(store, client, METHODS),
        Channels(store, client, CHANNELS),
        ExtraFields(store, client, "invoices", client.invoices),
        ExtraFields(store, client, "orders", client.orders),
        ExtraFields(store, client, "companies", client.companies),
        ExtraFields(store, client, "users", client.users),
    ]
