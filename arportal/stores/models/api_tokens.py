"""Tokens with which programs use our REST API."""

import datetime as dt
import uuid
from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from arportal.stores.models.memberships import Membership


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def in_use(self, now: dt.datetime) -> Self:
        """Those that still open something."""
        return self.filter(revoked_at=None, expires_at__gt=now)


class ApiToken(models.Model):
    """A program's key to one store: it acts as `membership`, with no more than `permissions` and these companies.

    The membership is that of the person who made it, or of a service, which is nobody's. The token itself is not
    here: its digest is, and its last characters, by which people tell it from others. The id is born in the form.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(_("name"), max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=8)
    permissions = ArrayField(models.CharField(max_length=30), default=list)
    all_companies = models.BooleanField(default=True)
    company_ids = ArrayField(models.BigIntegerField(), default=list)
    created_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    # The minute of the last request, and the requests of that minute.
    minute = models.DateTimeField(null=True)
    used = models.PositiveIntegerField(default=0)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["membership", "-created_at"], name="token_of_member")]

    def __str__(self) -> str:
        return f"{self.name} (…{self.hint})"

    @property
    def is_service(self) -> bool:
        return self.membership.user.is_service
