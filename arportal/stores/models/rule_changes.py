from typing import ClassVar

from django.db import models

from arportal.stores.models.memberships import Membership
from arportal.stores.models.stores import Store


class RuleChange(models.Model):
    """A change of a store's rules, with its person and the values before: raising a limit leaves a trace."""

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="+", db_index=False)
    actor = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    # Field of the store → its value, of the fields that changed.
    before = models.JSONField()
    after = models.JSONField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["store", "-at"], name="rule_change_newest")]

    def __str__(self) -> str:
        return f"{', '.join(self.after)} by {self.actor.user}"
