"""Groups of companies, for figures that are not asked for company by company."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from arportal.mirror.models import Company
from arportal.stores.models import Membership


@dataclass(frozen=True)
class Grouping:
    """The group of each company, by a key.

    `keys`: company → key. A company that is not in it, such as one that the mirror does not have, is in the group
    `other`; None: it is a group of its own, whose key is its id.
    """

    store_id: int
    keys: Mapping[int, str] = field(default_factory=dict)
    other: str | None = None

    @property
    def is_by_company(self) -> bool:
        return not self.keys and self.other is None

    def key_of(self, company_id: int) -> str:
        return self.keys.get(company_id, str(company_id) if self.other is None else self.other)

    def names(self, keys: Iterable[str]) -> dict[str, str]:
        """Key → the group's name: that of the company, or what the field says."""
        if self.other is not None:
            return {key: key or _("Not given") for key in keys}
        ids = {int(key): key for key in keys}
        known = Company.objects.filter(store_id=self.store_id).names(ids)
        return {key: known.get(api_id) or _("Company %(id)s") % {"id": api_id} for api_id, key in ids.items()}


def by_company(actor: Membership) -> Grouping:
    return Grouping(actor.store_id)


def by_parent(actor: Membership) -> Grouping:
    """Each company under the topmost parent that the actor may see."""
    parents = dict(Company.objects.visible_to(actor).values_list("api_id", "parent_id"))
    return Grouping(actor.store_id, {company_id: str(_top(company_id, parents)) for company_id in parents})


def by_field(actor: Membership, name: str) -> Grouping:
    """Companies with the same value in the extra field of this name, such as their salesperson."""
    companies = Company.objects.visible_to(actor).values_list("api_id", "extra_fields")
    values = {
        company_id: str(given["fieldValue"])
        for company_id, extra_fields in companies
        for given in extra_fields
        if given.get("fieldName") == name and given.get("fieldValue") is not None
    }
    return Grouping(actor.store_id, values, other="")


def _top(company_id: int, parents: Mapping[int, int | None]) -> int:
    """The last of its ancestors; a circle of parents ends with its smallest id."""
    passed = [company_id]
    while (parent := parents.get(passed[-1])) is not None and parent in parents:
        if parent in passed:
            return min(passed[passed.index(parent) :])
        passed.append(parent)
    return passed[-1]
