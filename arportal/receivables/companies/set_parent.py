"""Putting a company below another one, moving it, and detaching it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from arportal.b2b import Client
from arportal.mirror.api.refresh import refresh_company
from arportal.mirror.models import Company
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.companies.set_values import SetValues, Values, Writer
from arportal.receivables.models import Change
from arportal.stores.models import Store


class _ParentWriter(Writer):
    def values(self, client: Client, api_id: int) -> Values:
        return {"parent_id": client.companies.get(api_id).parent_id}

    def write(self, client: Client, change: Change) -> None:
        parent_id = change.after["parent_id"]
        if parent_id is None:
            client.hierarchy.remove_subsidiary(change.before["parent_id"], change.company_id)
        else:
            client.hierarchy.set_parent(change.company_id, parent_id)

    def refresh(self, store: Store, api_id: int) -> None:
        refresh_company(store, api_id)


@dataclass(kw_only=True)
class SetParent(SetValues[Company]):
    """Sets `parent_id`, the API id of a company that the actor sees (POST /companies/{id}/parent), or None to detach
    it (DELETE /companies/{id}/subsidiaries/{child})."""

    name = Change.Verb.SET_PARENT
    handler = _ParentWriter()
    excludes = frozenset({Change.Verb.SET_PARENT})

    @classmethod
    def known(cls, row: Company) -> Values | None:
        return {"parent_id": row.parent_id}

    def check(self, row: Company) -> None:
        super().check(row)
        parent_id = self.wanted["parent_id"]
        if parent_id is None:
            return
        if not Company.objects.visible_to(self.actor).filter(api_id=parent_id).exists():
            raise Invalid({"parent_id": [_("There is no such company.")]})
        below = Company.objects.filter(pk=row.pk).ids_with_subsidiaries()
        if Company.objects.filter(store=row.store_id, api_id=parent_id, api_id__in=below).exists():
            raise Invalid({"parent_id": [_("That is the company itself, or one of its subsidiaries.")]})
