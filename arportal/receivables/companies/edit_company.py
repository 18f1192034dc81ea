"""Editing a company's contact, its address and the extra fields that the merchant has added."""

from dataclasses import dataclass
from typing import Any

from arportal import b2b
from arportal.b2b import Client
from arportal.b2b.companies import CompanyChanges
from arportal.mirror.api.refresh import refresh_company
from arportal.mirror.models import Company
from arportal.receivables.companies.set_values import SetValues, Values, Writer
from arportal.receivables.models import Change
from arportal.stores.models import Store

CONTACT = ("email", "phone")
ADDRESS = ("address_line1", "address_line2", "city", "state", "zip_code", "country")
# Before the name of an extra field, which may be that of another value.
EXTRA = "extra "


def values_of(company: b2b.Company) -> Values:
    """CONTACT, ADDRESS, and each extra field under its name with EXTRA before it; all texts."""
    values = {name: getattr(company, name) or "" for name in (*CONTACT, *ADDRESS)}
    for field in company.extra_fields:
        values[f"{EXTRA}{field['fieldName']}"] = str(field.get("fieldValue") or "")
    return values


class _CompanyWriter(Writer):
    def values(self, client: Client, api_id: int) -> Values:
        return values_of(client.companies.get(api_id))

    def write(self, client: Client, change: Change) -> None:
        fields: dict[str, Any] = {
            name: text for name, text in change.after.items() if not name.startswith(EXTRA)
        }
        extra = {
            name.removeprefix(EXTRA): text for name, text in change.after.items() if name.startswith(EXTRA)
        }
        changes: CompanyChanges = fields | ({"extra_fields": extra} if extra else {})  # type: ignore[assignment]
        client.companies.update(change.company_id, **changes)

    def refresh(self, store: Store, api_id: int) -> None:
        refresh_company(store, api_id)


@dataclass(kw_only=True)
class EditCompany(SetValues[Company]):
    """Sets values as `values_of` names them (PUT /companies/{id})."""

    name = Change.Verb.EDIT_COMPANY
    handler = _CompanyWriter()
    excludes = frozenset({Change.Verb.EDIT_COMPANY})

    @classmethod
    def known(cls, row: Company) -> Values | None:
        return values_of(b2b.Company.parse(row.raw))
