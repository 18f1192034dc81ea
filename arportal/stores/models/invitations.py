import datetime as dt
from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from arportal.stores.models.memberships import Membership, Role
from arportal.stores.models.stores import Store


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def unanswered(self) -> Self:
        """Neither accepted nor withdrawn; they may have expired."""
        return self.filter(accepted_at=None, withdrawn_at=None)


class Invitation(models.Model):
    """Somebody who is to become a member of a store, and what they will see and do there.

    The link that accepts it is signed and has the `nonce`: a new one ends the links given out before.
    """

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="+")
    email = models.EmailField(_("e-mail address"))
    role = models.CharField(_("role"), max_length=20, choices=Role)
    # As those of a Membership.
    all_companies = models.BooleanField(default=False)
    company_ids = ArrayField(models.BigIntegerField(), default=list, blank=True)
    families = ArrayField(models.BigIntegerField(), default=list, blank=True)
    # None for the first admin, whom `manage.py first_admin` invites.
    invited_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+", null=True)
    nonce = models.CharField(max_length=32, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    # When the mail server took the mail; None where there is none, and the link is passed on by hand.
    mailed_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                "store",
                Lower("email"),
                condition=models.Q(accepted_at=None, withdrawn_at=None),
                name="one_unanswered_invitation",
            )
        ]

    def __str__(self) -> str:
        return f"{self.email} ({self.get_role_display()}, {self.store})"

    def is_open(self, now: dt.datetime) -> bool:
        return self.accepted_at is None and self.withdrawn_at is None and now < self.expires_at
