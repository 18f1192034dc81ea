"""Editing a company's contact, its address and the extra fields that the merchant has added."""

from dataclasses import dataclass

from arportal import b2b
from arportal.b2b import Client
from arportal.b2b.companies import CompanyChanges
from arportal.mirror.api.refresh import refresh_company
from arportal.mirror.models import Company
from arportal.receivables.companies.set_values import SetValues, Values, Writer, extra_of, extra_values
from arportal.receivables.models import Change
from arportal.stores.models import Store

CONTACT = ("email", "phone")
ADDRESS = ("address_line1", "address_line2", "city", "state", "zip_code", "country")


def values_of(company: b2b.Company) -> Values:
    """CONTACT, ADDRESS, and each extra field under its name with EXTRA before it; all texts."""
    values = {name: getattr(company, name) or "" for name in (*CONTACT, *ADDRESS)}
    return values | extra_values(company.extra_fields)


class _CompanyWriter(Writer):
    def values(self, client: Client, api_id: int) -> Values:
        return values_of(client.companies.get(api_id))

    def write(self, client: Client, change: Change) -> None:
        after = change.after
        changes: CompanyChanges = {
            "email": after.get("email"),
            "phone": after.get("phone"),
            "address_line1": after.get("address_line1"),
            "address_line2": after.get("address_line2"),
            "city": after.get("city"),
            "state": after.get("state"),
            "zip_code": after.get("zip_code"),
            "country": after.get("country"),
            "extra_fields": extra_of(after) or None,
        }
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
