"""Which payment methods a company may use."""

import uuid

from arportal.b2b.errors import B2BError
from arportal.mirror.connections import client_for
from arportal.mirror.models import Company, CompanyMethod
from arportal.mirror.refresh import refresh_company_methods
from arportal.receivables import changes
from arportal.receivables.errors import StoreUnreadable
from arportal.receivables.models import Change
from arportal.stores.access import Permission, require
from arportal.stores.models import Membership


def switch(actor: Membership, change_id: uuid.UUID, company_id: int, wanted: dict[str, bool]) -> Change:
    """Turns methods (by code) on or off for a company in one batch (PUT /companies/{id}/payments).

    Raises NotAllowed; Company.DoesNotExist when the actor cannot see it; Invalid when the API is down.
    """
    company = Company.objects.visible_to(actor).get(api_id=company_id)
    require(actor, Permission.SWITCH_METHODS, company_id=company_id)
    change = changes.existing(actor, change_id) or _ask_to_switch(actor, change_id, company, wanted)
    return changes.carry_out_or_withdraw(change)


def _ask_to_switch(
    actor: Membership, change_id: uuid.UUID, company: Company, wanted: dict[str, bool]
) -> Change:
    try:
        refresh_company_methods(actor.store, company.api_id)
    except B2BError as error:
        raise StoreUnreadable(error) from error
    present = CompanyMethod.objects.visible_to(actor).filter(company_id=company.api_id)
    before = {method.code: method.is_enabled for method in present if method.code in wanted}
    return changes.ask(
        *(actor, change_id, Change.Verb.SWITCH_METHODS, company.api_id),
        target_id=company.api_id,
        payload={"methods": wanted},
        before=before,
        after=wanted,
    )


class _Switching:
    def send(self, change: Change) -> int:
        client_for(change.store).methods.update_of_company(change.company_id, change.payload["methods"])
        return change.company_id

    def look_up(self, change: Change) -> int | None:
        present = client_for(change.store).methods.of_company(change.company_id)
        states = {method.code: method.is_enabled for method in present}
        done = all(states.get(code) == on for code, on in change.payload["methods"].items())
        return change.company_id if done else None

    def mirror(self, change: Change) -> None:
        refresh_company_methods(change.store, change.company_id)


changes.carriers[Change.Verb.SWITCH_METHODS] = _Switching()
