"""The base of every row."""

from typing import ClassVar, Self

from django.db import models

from arportal.sandbox.requests import clock


class Row(models.Model):
    """Times are Unix seconds by the sandbox's clock; born is when the row really appeared (for index_delay_s)."""

    created_at = models.BigIntegerField(default=clock.seconds, db_index=True)
    updated_at = models.BigIntegerField(default=clock.seconds, db_index=True)
    born = models.FloatField(default=clock.now)

    objects: ClassVar[models.Manager[Self]] = models.Manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{type(self).__name__} {self.pk}"

    def touch(self) -> None:
        """Save, and let updatedAt say so."""
        self.updated_at = clock.seconds()
        self.save()
