"""Putting a company's credit on hold, and releasing it: no purchase on credit until then."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from arportal.b2b import Client
from arportal.mirror.api.refresh import refresh_credit
from arportal.mirror.models import CreditTerms
from arportal.receivables.changes.draft import Content, Draft
from arportal.receivables.changes.errors import Conflict, Invalid
from arportal.receivables.changes.execution import LookupResult
from arportal.receivables.changes.reasons import check_reason
from arportal.receivables.changes.state_machine import LookupOutcome
from arportal.receivables.changes.verb import About, Verb
from arportal.receivables.companies.set_credit import OF_CREDIT
from arportal.receivables.models import Change
from arportal.stores.access import Permission


class _Holding:
    def send(self, client: Client, change: Change) -> int:
        # The API has no condition on a PUT, and says 200 to a hold of a company without credit, which it ignores.
        credit = client.credit.get(change.company_id)
        if not credit.is_enabled or credit.is_on_hold != change.before["is_on_hold"]:
            raise Conflict(_("The credit has changed since it was shown; it was left as it is."))
        client.credit.update(change.company_id, is_on_hold=change.after["is_on_hold"])
        return change.company_id

    def look_up(self, client: Client, change: Change) -> LookupResult:
        if client.credit.get(change.company_id).is_on_hold == change.after["is_on_hold"]:
            return LookupResult(LookupOutcome.DONE, change.company_id)
        return LookupResult(LookupOutcome.NOT_DONE)

    def read_back(self, change: Change) -> None:
        refresh_credit(change.store, change.company_id)


@dataclass(kw_only=True)
class SetCreditHold(Verb[CreditTerms]):
    """Puts a company's credit on hold, or releases it (PUT /companies/{id}/credit). Invalid names `reason`, or ""."""

    name = Change.Verb.SET_CREDIT_HOLD
    about = About.COMPANY
    handler = _Holding()
    excludes = OF_CREDIT

    company_id: int
    is_on_hold: bool
    reason: str

    def permission(self, row: CreditTerms | None = None) -> Permission:
        return Permission.HOLD_CREDIT

    def content(self) -> Content:
        payload = {"is_on_hold": self.is_on_hold, "reason": self.reason}
        return {"target_id": self.company_id, "payload": payload}

    def row(self) -> CreditTerms:
        return CreditTerms.objects.visible_to(self.actor).get(api_id=self.company_id)

    def company_of(self, row: CreditTerms) -> int:
        return row.api_id

    def read(self, row: CreditTerms) -> CreditTerms:
        refresh_credit(self.actor.store, self.company_id)
        return row

    def check(self, row: CreditTerms) -> None:
        check_reason(self.reason)
        if not row.can_be_held:
            raise Invalid({"": [_("The company does not buy on credit at this store.")]})
        if row.is_on_hold == self.is_on_hold:
            held, released = _("The credit is on hold already."), _("The credit is not on hold any more.")
            raise Conflict(held if self.is_on_hold else released)

    def draft(self, row: CreditTerms) -> Draft:
        return Draft(
            company_id=row.api_id,
            before={"is_on_hold": row.is_on_hold},
            after={"is_on_hold": self.is_on_hold},
        )
