"""Setting a company's payment terms: those of its own, or the store's."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Self

from django.utils.translation import gettext as _

from arportal.b2b import Client
from arportal.b2b.credit import TERMS_DAYS
from arportal.mirror.api.refresh import refresh_terms
from arportal.mirror.models import Company, CreditTerms
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.companies.set_values import SetValues, Values, Writer
from arportal.receivables.models import Change
from arportal.stores.models import Store

# The days of a company that has no terms of its own: the store's, which the API does not let us set.
STORES_OWN = None


class _TermsWriter(Writer):
    def values(self, client: Client, api_id: int) -> Values:
        terms = client.credit.terms(api_id)
        return {"own_terms_days": terms.days if terms.is_enabled else STORES_OWN}

    def write(self, client: Client, change: Change) -> None:
        days = change.after["own_terms_days"]
        # The API asks for days in any case; of a company without terms of its own it keeps none.
        client.credit.set_terms(change.company_id, is_enabled=days is not STORES_OWN, days=days or 0)

    def refresh(self, store: Store, api_id: int) -> None:
        refresh_terms(store, api_id)


@dataclass(kw_only=True)
class SetTerms(SetValues[Company]):
    """Sets `own_terms_days`, one of TERMS_DAYS or STORES_OWN (PUT /companies/{id}/payment-terms)."""

    name = Change.Verb.SET_TERMS
    handler = _TermsWriter()
    excludes = frozenset({Change.Verb.SET_TERMS})

    # Those of all companies of the batch.
    present: dict[int, Values] | None = field(default=None, init=False)

    @classmethod
    def read_together(cls, pairs: Sequence[tuple[Self, Company]]) -> None:
        present = known_terms(pairs[0][0].actor.store_id, [company.api_id for _verb, company in pairs])
        for verb, _company in pairs:
            verb.present = present

    @classmethod
    def known(cls, row: Company) -> Values | None:
        return known_terms(row.store_id, [row.api_id]).get(row.api_id)

    def now(self, row: Company) -> Values | None:
        return self.known(row) if self.present is None else self.present.get(row.api_id)

    def check(self, row: Company) -> None:
        super().check(row)
        if self.wanted["own_terms_days"] not in (STORES_OWN, *TERMS_DAYS):
            words = _("The store takes %(days)s days.") % {"days": ", ".join(map(str, TERMS_DAYS))}
            raise Invalid({"own_terms_days": [words]})


def known_terms(store_id: int, company_ids: Collection[int]) -> dict[int, Values]:
    """API id of a company → its `own_terms_days` as the mirror has it; in one query."""
    rows = CreditTerms.objects.filter(store=store_id, api_id__in=company_ids).exclude(terms_enabled=None)
    return {
        terms.api_id: {"own_terms_days": terms.terms_days if terms.terms_enabled else STORES_OWN}
        for terms in rows
    }
