from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from arportal.stores.models.stores import Store
from arportal.stores.models.users import User


class Role(models.TextChoices):
    VIEWER = "viewer", _("Viewer")
    CLERK = "clerk", _("AR clerk")
    CONTROLLER = "controller", _("Controller")
    ADMIN = "admin", _("Admin")


class MembershipQuerySet(models.QuerySet["Membership"]):
    def active(self) -> Self:
        """Memberships that open something: a deactivated one is only kept for the history."""
        return self.filter(is_active=True)


class Membership(models.Model):
    """A person in a store: their role, and the companies they may see. The `actor` of every verb."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=20, choices=Role)
    all_companies = models.BooleanField(_("sees every company"), default=False)
    # B2B company ids, not foreign keys: the mirror that holds the companies may be rebuilt at any time.
    company_ids = ArrayField(models.BigIntegerField(), default=list, blank=True)
    # Companies that were chosen together with their subsidiaries. Where there are some, a trigger of the database
    # (mirror/migrations/0016) keeps `company_ids` at these and all companies below them, whoever writes either.
    families = ArrayField(models.BigIntegerField(), default=list, blank=True)
    is_active = models.BooleanField(default=True)
    # The API token by which the member acts just now: its permissions (None: all those of the role), and its name.
    granted: frozenset[str] | None = None
    token_name: str = ""

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "store"], name="one_membership_per_store")
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.get_role_display()}, {self.store})"

    def sees(self, company_id: int) -> bool:
        return self.all_companies or company_id in self.company_ids
