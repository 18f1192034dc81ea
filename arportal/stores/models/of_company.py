"""The rule which rows a person may see, for every table whose rows are about a company."""

from typing import ClassVar, Self, TypeVar

from django.db import models

from arportal.stores.models.memberships import Membership

Row = TypeVar("Row", bound=models.Model, covariant=True)


class OfCompanyQuerySet(models.QuerySet[Row]):
    """Rows of a store, each about a company. `visible_to` comes first in every query made for a person."""

    # The paths from a row to its store and its company.
    store_field: ClassVar[str] = "store_id"
    company_field: ClassVar[str] = "company_id"

    def visible_to(self, actor: Membership) -> Self:
        """The rows of the actor's store and companies. A row without a company is for those who see them all."""
        rows = self.filter((self.store_field, actor.store_id))
        if actor.all_companies:
            return rows
        return rows.filter((f"{self.company_field}__in", actor.company_ids))
