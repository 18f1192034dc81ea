from collections.abc import Iterable
from typing import ClassVar

from django.db import models
from django.db.models.expressions import RawSQL

from arportal.mirror.models.rows import MirrorQuerySet, MirrorRow

# UNION, not UNION ALL: a circle of parents comes to an end.
_FAMILY = """
WITH RECURSIVE family(store_id, api_id) AS (
    {} UNION
    SELECT child.store_id, child.api_id FROM mirror_company child
    JOIN family ON child.store_id = family.store_id AND child.parent_id = family.api_id
) SELECT api_id FROM family
"""


class CompanyQuerySet(MirrorQuerySet["Company"]):
    company_field = "api_id"

    def ids(self) -> models.QuerySet["Company", int]:
        """API ids, for an `__in` on other tables."""
        return self.order_by().values_list("api_id", flat=True)

    def names(self, api_ids: Iterable[int]) -> dict[int, str]:
        """API id → name of those that are there, in one query; all must be of one store."""
        return dict(self.filter(api_id__in=set(api_ids)).order_by().values_list("api_id", "name"))

    def ids_with_subsidiaries(self) -> RawSQL:
        """API ids of these and of all companies below them, however deep, for an `__in` on other tables."""
        query, values = self.order_by().values_list("store_id", "api_id").query.sql_with_params()
        return RawSQL(_FAMILY.format(query), values)  # noqa: S611 - values are passed apart


class Company(MirrorRow):
    """A B2B company: the debtor. `status` is the API's companyStatus."""

    name = models.TextField()
    email = models.TextField(blank=True)
    phone = models.TextField(blank=True)
    status = models.SmallIntegerField()
    # The company it is a subsidiary of.
    parent_id = models.BigIntegerField(null=True)
    city = models.TextField(blank=True)
    country = models.TextField(blank=True)
    created_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField(null=True)
    extra_fields = models.JSONField(default=list)

    objects = CompanyQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["store", "api_id"], name="one_row_per_company")
        ]
        indexes: ClassVar = [
            models.Index(fields=["store", "name", "api_id"], name="company_by_name"),
            models.Index(fields=["store", "parent_id"], name="company_by_parent"),
        ]

    def __str__(self) -> str:
        return self.name
