"""The things that people keep for themselves on the desk; nothing of the store's business depends on them."""

from typing import ClassVar, Self
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from arportal.stores.models import Membership, Store, User


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def visible_to(self, actor: Membership) -> Self:
        """The person's own, and what others share with everybody in the store."""
        return self.filter(Q(owner=actor) | Q(is_shared=True), store_id=actor.store_id)


class SavedView(models.Model):
    """The query of a list under a name. It says what to look for and never what may be seen: whoever opens a
    shared view sees their own rows in it."""

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="+")
    owner = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="saved_views")
    # The name of the list (desk/lists/lists.py).
    of = models.CharField(max_length=40)
    name = models.CharField(_("name"), max_length=80)
    query = models.TextField(blank=True)
    is_shared = models.BooleanField(_("shared with everybody in the store"), default=False)
    saved_at = models.DateTimeField(auto_now=True)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["owner", "of", "name"], name="one_view_of_a_name")
        ]
        indexes: ClassVar = [models.Index(fields=["store", "of", "name"], name="saved_view_of_list")]

    def __str__(self) -> str:
        return self.name


class KeptForm(models.Model):
    """A form that its person sent when their session had ended: to be shown to them again, and to nobody else."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    # Where it was sent, and the page it stood on.
    path = models.CharField(max_length=500)
    page = models.CharField(max_length=500)
    # Encrypted (stores/tokens.py): the query of the address, and what was typed.
    content = models.TextField()
    kept_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "path"], name="one_kept_form_of_a_path")
        ]

    def __str__(self) -> str:
        return self.path
