"""Which payment methods a company may use."""

import uuid
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from arportal.b2b.errors import B2BError
from arportal.mirror.api.connections import client_for
from arportal.mirror.api.refresh import refresh_company_methods
from arportal.mirror.models import Company, CompanyMethod
from arportal.receivables.changes import changes, deferring
from arportal.receivables.changes.changes import Finding, Stale
from arportal.receivables.changes.deciding import Fate
from arportal.receivables.changes.errors import Invalid, StoreUnreadable
from arportal.receivables.changes.excluding import check_free
from arportal.receivables.models import Change
from arportal.stores.access import Permission, require
from arportal.stores.models import Membership

VERB = Change.Verb.SWITCH_METHODS


def switch(
    actor: Membership,
    change_id: uuid.UUID,
    company_id: int,
    wanted: dict[str, bool],
    *,
    seen: dict[str, bool],
) -> Change:
    """Turns methods (by code) on or off for a company in one batch (PUT /companies/{id}/payments). `seen` is how
    the methods in `wanted` were shown.

    Raises NotAllowed; Company.DoesNotExist when the actor cannot see it; Invalid when the API is down, and when
    one of these methods is no longer as it was seen or is being switched by somebody else.
    """
    company = Company.objects.visible_to(actor).get(api_id=company_id)
    require(actor, Permission.SWITCH_METHODS, company_id=company_id)
    asked: dict[str, Any] = {
        "company_id": company_id,
        "target_id": company_id,
        "payload": {"methods": wanted},
    }
    change = changes.existing(actor, change_id, VERB, **asked)
    if change is None:
        before = _as_seen(_states_before(actor, company, wanted), seen)
        with transaction.atomic():
            changes.lock_company(actor.store_id, company_id)
            change = changes.existing(actor, change_id, VERB, **asked)
            if change is None:
                check_free(actor.store, company_id, [VERB])
                change = changes.ask(actor, change_id, VERB, **asked, before=before, after=wanted)
    return changes.carry_out(change)


def _states_before(actor: Membership, company: Company, wanted: dict[str, bool]) -> dict[str, bool]:
    try:
        if not deferring.is_deferred():
            refresh_company_methods(actor.store, company.api_id)
    except B2BError as error:
        raise StoreUnreadable(error) from error
    present = CompanyMethod.objects.visible_to(actor).filter(company_id=company.api_id)
    return {method.code: method.is_enabled for method in present if method.code in wanted}


def _as_seen(now: dict[str, bool], seen: dict[str, bool]) -> dict[str, bool]:
    if now != seen:
        raise Invalid(
            {"": [_("The methods have changed since they were shown. Look at them, then save again.")]}
        )
    return now


class _Switching:
    def send(self, change: Change) -> int:
        # The API has no condition on a PUT: this look is as close to it as we can get.
        if self._states(change) != change.before:
            raise Stale(_("The methods have changed since they were shown; they were left as they are."))
        client_for(change.store).methods.update_of_company(change.company_id, change.payload["methods"])
        return change.company_id

    def look_up(self, change: Change) -> Finding:
        states = self._states(change)
        if states == change.after:
            return Finding(Fate.DONE, change.company_id)
        return Finding(Fate.NOT_DONE if states == change.before else Fate.OVERTAKEN)

    def mirror(self, change: Change) -> None:
        refresh_company_methods(change.store, change.company_id)

    def _states(self, change: Change) -> dict[str, bool]:
        """Those of the methods that are to be switched, at the store."""
        present = client_for(change.store).methods.of_company(change.company_id)
        return {method.code: method.is_enabled for method in present if method.code in change.after}


changes.carriers[VERB] = _Switching()
