from typing import ClassVar

from django.db import models

from arportal.mirror.models.rows import MirrorQuerySet, MirrorRow


class Method(MirrorRow):
    """A payment method of the store's catalogue."""

    code = models.TextField()
    title = models.TextField(blank=True)

    objects = models.Manager["Method"]()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["store", "api_id"], name="one_row_per_method")
        ]

    def __str__(self) -> str:
        return self.title or self.code


class CompanyMethodQuerySet(MirrorQuerySet["CompanyMethod"]):
    pass


class CompanyMethod(MirrorRow):
    """The switch by which a company may pay by a method, or not; `api_id` is the method's id in the catalogue."""

    company_id = models.BigIntegerField()
    code = models.TextField()
    title = models.TextField(blank=True)
    is_enabled = models.BooleanField()

    objects = CompanyMethodQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["store", "company_id", "code"], name="one_row_per_company_method")
        ]

    def __str__(self) -> str:
        return f"{self.title or self.code}: {'on' if self.is_enabled else 'off'}"
