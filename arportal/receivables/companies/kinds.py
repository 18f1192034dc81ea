"""The kinds of values that can be set for many companies at once: payment methods, payment terms, credit holds."""

import uuid
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db.models import Model
from django.utils.translation import gettext as _

from arportal.mirror.models import Company, CreditTerms
from arportal.receivables.changes.verb import Verb
from arportal.receivables.companies.set_credit_hold import SetCreditHold
from arportal.receivables.companies.set_terms import SetTerms, known_terms
from arportal.receivables.companies.set_values import Values
from arportal.receivables.companies.switch_methods import SwitchMethods, method_states
from arportal.receivables.models import Change
from arportal.stores.access import Permission
from arportal.stores.models import Membership


@dataclass(frozen=True, slots=True)
class Wish:
    """The wish for one company: the values that change, as they were shown and as they are to be."""

    actor: Membership
    change_id: uuid.UUID
    company_id: int
    before: Values
    after: Values
    reason: str


class Kind(ABC):
    """A kind of values that can be set for many companies at once, each by a Change of one verb."""

    verb: ClassVar[type[Verb[Any]]]
    permission: ClassVar[Permission]
    needs_reason: ClassVar[bool] = True

    @abstractmethod
    def known(self, actor: Membership, company_ids: Sequence[int]) -> Mapping[int, Values]:
        """Company's API id → its values by the mirror; none for a company whose values cannot be set. One query."""

    @abstractmethod
    def unknown(self) -> str:
        """The reason why a company has no values."""

    def rows(self, actor: Membership, company_ids: Sequence[int]) -> Mapping[int, Model]:
        """Company's API id → the row that the verb is about."""
        return Company.objects.visible_to(actor).by_api_id(company_ids)

    @abstractmethod
    def fill(self, wish: Wish) -> Verb[Any]:
        """The verb of one company."""


class Methods(Kind):
    """Code of a payment method → on or off."""

    verb = SwitchMethods
    permission = Permission.SWITCH_METHODS
    needs_reason = False

    def known(self, actor: Membership, company_ids: Sequence[int]) -> Mapping[int, Values]:
        return method_states(actor, company_ids)

    def unknown(self) -> str:
        return _("Its payment methods were never read from the store yet.")

    def fill(self, wish: Wish) -> Verb[Any]:
        return SwitchMethods(
            actor=wish.actor,
            change_id=wish.change_id,
            company_id=wish.company_id,
            wanted=wish.after,
            seen=wish.before,
        )


class Terms(Kind):
    """`own_terms_days`."""

    verb = SetTerms
    permission = Permission.ADMINISTER_COMPANY

    def known(self, actor: Membership, company_ids: Sequence[int]) -> Mapping[int, Values]:
        visible = Company.objects.visible_to(actor).filter(api_id__in=company_ids)
        return known_terms(actor.store_id, visible.ids())

    def unknown(self) -> str:
        return _("Its payment terms were never read from the store yet.")

    def fill(self, wish: Wish) -> Verb[Any]:
        return SetTerms(
            actor=wish.actor,
            change_id=wish.change_id,
            target_id=wish.company_id,
            seen=wish.before,
            wanted=wish.after,
            reason=wish.reason,
        )


class Holds(Kind):
    """`is_on_hold`."""

    verb = SetCreditHold
    permission = Permission.HOLD_CREDIT

    def known(self, actor: Membership, company_ids: Sequence[int]) -> Mapping[int, Values]:
        return {
            company_id: {"is_on_hold": terms.is_on_hold}
            for company_id, terms in self.rows(actor, company_ids).items()
            if terms.can_be_held
        }

    def unknown(self) -> str:
        return _("It does not buy on credit, or was never read from the store yet.")

    def rows(self, actor: Membership, company_ids: Sequence[int]) -> Mapping[int, CreditTerms]:
        return CreditTerms.objects.visible_to(actor).by_api_id(company_ids)

    def fill(self, wish: Wish) -> Verb[Any]:
        return SetCreditHold(
            actor=wish.actor,
            change_id=wish.change_id,
            company_id=wish.company_id,
            is_on_hold=wish.after["is_on_hold"],
            reason=wish.reason,
        )


KINDS: dict[str, Kind] = {"methods": Methods(), "terms": Terms(), "hold": Holds()}
VERBS = [kind.verb.name for kind in KINDS.values()]


def kind_of(change: Change) -> str:
    """The kind of values that the Change of a batch sets."""
    return next(name for name, kind in KINDS.items() if kind.verb.name == change.verb)
