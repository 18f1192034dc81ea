"""Approving, rejecting, deactivating and reactivating a company."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from arportal.b2b import Client, CompanyStatus
from arportal.mirror.api.refresh import refresh_company
from arportal.mirror.models import Company
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.companies.set_values import SetValues, Values, Writer
from arportal.receivables.models import Change
from arportal.stores.models import Store

# Where a company may go from where it stands; the API itself takes any.
WAYS: dict[int, tuple[CompanyStatus, ...]] = {
    CompanyStatus.PENDING: (CompanyStatus.APPROVED, CompanyStatus.REJECTED),
    CompanyStatus.APPROVED: (CompanyStatus.INACTIVE,),
    CompanyStatus.REJECTED: (CompanyStatus.APPROVED,),
    CompanyStatus.INACTIVE: (CompanyStatus.APPROVED,),
}


class _StatusWriter(Writer):
    def values(self, client: Client, api_id: int) -> Values:
        return {"status": int(client.companies.get(api_id).status)}

    def write(self, client: Client, change: Change) -> None:
        client.companies.set_status(change.company_id, CompanyStatus(change.after["status"]))

    def refresh(self, store: Store, api_id: int) -> None:
        refresh_company(store, api_id)


@dataclass(kw_only=True)
class SetCompanyStatus(SetValues[Company]):
    """Sets `status`, a CompanyStatus that WAYS leads to (PUT /companies/{id}/status)."""

    name = Change.Verb.SET_COMPANY_STATUS
    handler = _StatusWriter()
    excludes = frozenset({Change.Verb.SET_COMPANY_STATUS})

    @classmethod
    def known(cls, row: Company) -> Values | None:
        return {"status": row.status}

    def check(self, row: Company) -> None:
        super().check(row)
        if self.wanted["status"] not in WAYS.get(row.status, ()):
            raise Invalid({"status": [_("A company cannot go there from where it stands.")]})
