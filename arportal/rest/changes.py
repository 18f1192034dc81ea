"""Changes: what somebody asked the store to do, and what became of it."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from arportal.b2b import plain
from arportal.receivables.models import Change
from arportal.rest.fields import AMOUNT, RowSerializer, integer, moment, string
from arportal.rest.problems import Problem
from arportal.rest.views import StoreView, whole_number

SIZE, MOST = 100, 500


class ChangeSerializer(RowSerializer):
    """`state`: waiting (for a second person), asked (to be sent), sent, unknown (being confirmed), applied, refused.
    `is_mirrored`: reads show what it did."""

    id = string()
    verb = serializers.ChoiceField(Change.Verb.choices, read_only=True)
    state = serializers.ChoiceField(Change.State.choices, read_only=True)
    company_id = integer()
    target_id = integer(allow_null=True)
    credit_id = integer(allow_null=True)
    by = string(source="actor.user.name")
    amount = serializers.SerializerMethodField()
    currency = string()
    before = serializers.JSONField(read_only=True)
    after = serializers.JSONField(read_only=True)
    error = string()
    asked_at = moment(null=False)
    sent_at = moment()
    settled_at = moment()
    is_mirrored = serializers.SerializerMethodField()

    @extend_schema_field(AMOUNT | {"type": ["string", "null"]})
    def get_amount(self, change: Change) -> str | None:
        return None if change.amount is None else plain(change.amount)

    def get_is_mirrored(self, change: Change) -> bool:
        return change.mirrored_at is not None


def as_json(change: Change) -> Mapping[str, Any]:
    body: Mapping[str, Any] = ChangeSerializer().to_representation(change)
    return body


class ChangesView(StoreView):
    """The newest first; `before`, the id of a page's last one, goes on to older ones."""

    parameters = frozenset({"before", "limit", "state", "verb", "company_id", "target_id"})

    def get(self, request: Any, **_ids: Any) -> HttpResponse:
        limit = whole_number(request.GET, "limit", SIZE, MOST)
        changes = Change.objects.visible_to(self.actor).select_related("actor__user")
        for name, choices in (("state", Change.State.values), ("verb", Change.Verb.values)):
            if value := request.GET.get(name):
                if value not in choices:
                    raise Problem(400, "invalid-query", _("There is no such one."), {name: list(choices)})
                changes = changes.filter((name, value))
        for name in ("company_id", "target_id"):
            if request.GET.get(name):
                changes = changes.filter((name, whole_number(request.GET, name, 0, 2**63 - 1)))
        if before := request.GET.get("before"):
            try:
                last = Change.objects.visible_to(self.actor).get(pk=before)
            except (Change.DoesNotExist, ValidationError):
                words = _("Give the id of a change.")
                raise Problem(400, "invalid-query", words, {"before": [words]}) from None
            # Changes asked for together have the same moment.
            changes = changes.filter(
                Q(asked_at__lt=last.asked_at) | Q(asked_at=last.asked_at, pk__gt=last.pk)
            )
        rows = list(changes.order_by("-asked_at", "pk")[:limit])
        return self.answer({"data": [as_json(row) for row in rows]})


class ChangeView(StoreView):
    """One change: poll it until `state` is applied or refused."""

    def get(self, request: Any, **ids: Any) -> HttpResponse:
        changes = Change.objects.visible_to(self.actor).select_related("actor__user")
        return self.answer(as_json(changes.get(pk=ids["change_id"])))
