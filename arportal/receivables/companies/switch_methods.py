"""The payment methods that a company may use."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Self

from django.utils.translation import gettext as _

from arportal.b2b import Client
from arportal.mirror.api.refresh import refresh_company_methods
from arportal.mirror.models import Company, CompanyMethod
from arportal.receivables.changes.draft import Content, Draft
from arportal.receivables.changes.errors import Conflict
from arportal.receivables.changes.execution import LookupResult
from arportal.receivables.changes.state_machine import LookupOutcome
from arportal.receivables.changes.verb import About, Verb
from arportal.receivables.models import Change
from arportal.stores.access import Permission
from arportal.stores.models import Membership

# API id of a company → code of a payment method → on or off.
States = dict[int, dict[str, bool]]


class _Switching:
    def send(self, client: Client, change: Change) -> int:
        # The API has no condition on a PUT: this look is as close to it as we can get.
        if self._states(client, change) != change.before:
            raise Conflict(_("The methods have changed since they were shown; they were left as they are."))
        client.methods.update_of_company(change.company_id, change.payload["methods"])
        return change.company_id

    def look_up(self, client: Client, change: Change) -> LookupResult:
        states = self._states(client, change)
        if states == change.after:
            return LookupResult(LookupOutcome.DONE, change.company_id)
        return LookupResult(LookupOutcome.NOT_DONE if states == change.before else LookupOutcome.OVERTAKEN)

    def read_back(self, change: Change) -> None:
        refresh_company_methods(change.store, change.company_id)

    def _states(self, client: Client, change: Change) -> dict[str, bool]:
        """Those of the methods that are to be switched, at the store."""
        present = client.methods.of_company(change.company_id)
        return {method.code: method.is_enabled for method in present if method.code in change.after}


@dataclass(kw_only=True)
class SwitchMethods(Verb[Company]):
    """Turns methods (by code) on or off for a company in one batch (PUT /companies/{id}/payments). `seen` is how
    the methods in `wanted` were shown; once one of them is no longer so, all stay as they are."""

    name = Change.Verb.SWITCH_METHODS
    about = About.COMPANY
    handler = _Switching()
    excludes = frozenset({Change.Verb.SWITCH_METHODS})

    company_id: int
    wanted: dict[str, bool]
    seen: dict[str, bool]
    # Those of all companies of the batch, as the mirror has them.
    present: States | None = field(default=None, init=False)

    def permission(self, row: Company | None = None) -> Permission:
        return Permission.SWITCH_METHODS

    def content(self) -> Content:
        return {"target_id": self.company_id, "payload": {"methods": self.wanted}}

    def row(self) -> Company:
        return Company.objects.visible_to(self.actor).get(api_id=self.company_id)

    def company_of(self, row: Company) -> int:
        return row.api_id

    def read(self, row: Company) -> Company:
        refresh_company_methods(self.actor.store, self.company_id)
        return row

    @classmethod
    def read_together(cls, pairs: Sequence[tuple[Self, Company]]) -> None:
        present = method_states(pairs[0][0].actor, [company.api_id for _verb, company in pairs])
        for verb, _company in pairs:
            verb.present = present

    def check(self, row: Company) -> None:
        present = method_states(self.actor, [row.api_id]) if self.present is None else self.present
        now = {code: is_on for code, is_on in present.get(row.api_id, {}).items() if code in self.wanted}
        if now != self.seen:
            words = _("The methods have changed since they were shown. Look at them, then save again.")
            raise Conflict(words, seen=self.seen, now=now)

    def draft(self, row: Company) -> Draft:
        return Draft(company_id=self.company_id, before=self.seen, after=self.wanted)


def method_states(actor: Membership, company_ids: Collection[int]) -> States:
    """The methods of companies as the mirror has them; in one query."""
    present = CompanyMethod.objects.visible_to(actor).filter(company_id__in=company_ids)
    states: States = {}
    for company_id, code, is_enabled in present.values_list("company_id", "code", "is_enabled"):
        states.setdefault(company_id, {})[code] = is_enabled
    return states
