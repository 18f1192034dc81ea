"""Setting a company's credit: whether it buys on credit, how much is available, in which currency."""

from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.translation import gettext as _

from arportal.b2b import Client, plain
from arportal.mirror.api.refresh import refresh_credit
from arportal.mirror.models import Company, CreditTerms
from arportal.receivables.changes.draft import Draft
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.companies.set_values import SetValues, Values, Writer
from arportal.receivables.models import Change
from arportal.stores.models import Store

# While one of these is under way, nobody can say what the credit will be when the next one reaches it.
OF_CREDIT = frozenset({Change.Verb.SET_CREDIT, Change.Verb.SET_CREDIT_HOLD})


class _CreditWriter(Writer):
    def values(self, client: Client, api_id: int) -> Values:
        credit = client.credit.get(api_id)
        available = credit.available
        return {
            "credit_enabled": credit.is_enabled,
            "available_credit": None if available is None else plain(available.amount),
            "credit_currency": None if available is None else available.currency,
            "limits_purchases": credit.limits_purchases,
        }

    def write(self, client: Client, change: Change) -> None:
        after = change.after
        if after.get("credit_enabled") is False:
            # Of a company without credit the store keeps nothing else.
            client.credit.update(change.company_id, is_enabled=False)
            return
        amount = after.get("available_credit")
        client.credit.update(
            change.company_id,
            is_enabled=after.get("credit_enabled"),
            currency=after.get("credit_currency"),
            available=None if amount is None else Decimal(amount),
            limits_purchases=after.get("limits_purchases"),
        )

    def refresh(self, store: Store, api_id: int) -> None:
        refresh_credit(store, api_id)


@dataclass(kw_only=True)
class SetCredit(SetValues[Company]):
    """Sets `credit_enabled`, `available_credit`, `credit_currency` and `limits_purchases` by PUT
    /companies/{id}/credit."""

    name = Change.Verb.SET_CREDIT
    handler = _CreditWriter()
    excludes = OF_CREDIT

    @classmethod
    def known(cls, row: Company) -> Values | None:
        credit = CreditTerms.objects.filter(store=row.store_id, api_id=row.api_id).first()
        if credit is None or credit.credit_enabled is None:
            return None
        told = credit.available_credit
        return {
            "credit_enabled": credit.credit_enabled,
            "available_credit": None if told is None else plain(told),
            "credit_currency": credit.currency or None,
            "limits_purchases": credit.limits_purchases,
        }

    def draft(self, row: Company) -> Draft:
        known = self.known(row) or {}
        # Told with the amount, where it stays the same.
        currency = "" if "credit_currency" in self.wanted else known.get("credit_currency") or ""
        return replace(super().draft(row), currency=currency)

    def check(self, row: Company) -> None:
        super().check(row)
        if self.wanted.get("credit_enabled") is False and len(self.wanted) > 1:
            raise Invalid(
                {"": [_("A company without credit has nothing else to set: leave the rest as it is.")]}
            )
        is_enabled = self.wanted.get("credit_enabled", (self.known(row) or {}).get("credit_enabled"))
        if not is_enabled and set(self.wanted) - {"credit_enabled"}:
            # To which the store would say 200, and do nothing.
            raise Invalid({"": [_("The company does not buy on credit: switch that on as well.")]})
