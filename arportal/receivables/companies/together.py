"""Payment methods, payment terms and credit holds of many companies at once: what would become of each, asking for
all of them together, and taking the whole batch back.

What is asked for is what was shown: company by company the values before and after, not the wish they came from,
which might mean something else by the time the form is sent.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Min, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from arportal.mirror.models import Company
from arportal.receivables.changes.approvals import take_back
from arportal.receivables.changes.batches import change_id_in
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.changes.excluding import in_the_way, under_way
from arportal.receivables.changes.verb import perform_batch
from arportal.receivables.companies.kinds import KINDS, VERBS, Wish, kind_of
from arportal.receivables.companies.set_values import Values
from arportal.receivables.models import Change, ChangeQuerySet
from arportal.stores.access import Permission, may, require
from arportal.stores.models import Membership

# Three requests each and 150 a minute: about three quarters of an hour's work for the store's budget.
MOST = 2_000
# So many of the last batches are offered again, to follow or to undo them, for so long.
LATEST = 5
OFFERED_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Outlook:
    """The outcome for one company: the values that change, before and after. `refusal` says why it would stay as it
    is; without one and with nothing in `after` it is so already."""

    company: Company
    before: Values
    after: Values
    refusal: str = ""

    @property
    def is_moved(self) -> bool:
        return bool(self.after) and not self.refusal


def outlooks(
    actor: Membership, kind: str, companies: Sequence[Company], wanted: Mapping[int, Values]
) -> list[Outlook]:
    """The outcome for each company, by the mirror: each is read afresh before it is changed. `wanted`: API id of a
    company → the values it is to have."""
    ids = [company.api_id for company in companies]
    known = KINDS[kind].known(actor, ids)
    busy = under_way(actor.store, ids, KINDS[kind].verb.excludes)
    rows = []
    for company in companies:
        values = wanted[company.api_id]
        now = known.get(company.api_id)
        if now is None:
            rows.append(Outlook(company, {}, {}, KINDS[kind].unknown()))
        elif missing := [name for name in values if name not in now]:
            rows.append(Outlook(company, {}, {}, _("It does not have “%(name)s”.") % {"name": missing[0]}))
        else:
            changed = [name for name, value in values.items() if now[name] != value]
            before = {name: now[name] for name in changed}
            after = {name: values[name] for name in changed}
            other = busy.get(company.api_id)
            rows.append(Outlook(company, before, after, in_the_way(other) if other and changed else ""))
    return rows


def undo_outlooks(actor: Membership, batch: uuid.UUID) -> list[Outlook]:
    """The outcome of taking the batch back: every company that it changed, and that is still so, is as before."""
    done = to_undo(actor, list(changes_in(actor, batch)))
    if not done:
        return []
    ids = [change.company_id for change in done]
    kind = KINDS[kind_of(done[0])]
    known = kind.known(actor, ids)
    busy = under_way(actor.store, ids, kind.verb.excludes)
    companies = Company.objects.visible_to(actor).by_api_id(ids)
    rows = []
    for change in done:
        if company := companies.get(change.company_id):
            now = known.get(company.api_id, {})
            other = busy.get(company.api_id)
            refusal = ""
            if other:
                refusal = in_the_way(other)
            elif {name: now.get(name) for name in change.after} != change.after:
                refusal = _("It was changed again since then.")
            rows.append(Outlook(company, change.after, change.before, refusal))
    return rows


def to_undo(actor: Membership, asked: Sequence[Change]) -> list[Change]:
    """Those Changes of a batch that were done and not taken back; none while anything about it is under way."""
    undos = undos_of(asked[0]) if asked else []
    back = list(Change.objects.visible_to(actor).filter(batch__in=undos))
    if any(change.state in Change.UNDER_WAY for change in [*asked, *back]):
        return []
    is_back = {change.company_id for change in back if change.state == Change.State.APPLIED}
    return [
        change
        for change in asked
        if change.state == Change.State.APPLIED and change.company_id not in is_back
    ]


def undo_of(batch: uuid.UUID, number: int = 0) -> uuid.UUID:
    """The batch that takes this one back; of a form that comes twice it is the same. Only what one of them has left,
    cancelled or refused, is taken back by one of the next number."""
    return uuid.uuid5(batch, f"undo {number}")


def undos_of(change: Change) -> list[uuid.UUID]:
    """The batches that took back the batch of this Change, in their order."""
    undos: list[uuid.UUID] = []
    of_store = Change.objects.filter(store_id=change.store_id)
    while change.batch and of_store.filter(batch=(undo := undo_of(change.batch, len(undos)))).exists():
        undos.append(undo)
    return undos


def ask_together(
    actor: Membership,
    batch: uuid.UUID,
    kind: str,
    shown: Mapping[int, tuple[Values, Values]],
    reason: str = "",
) -> None:
    """Asks for one Change for each company in `shown` (API id → its values before and after), all of them or none.

    The worker carries them out; asked for again under the same `batch`, nothing happens twice. Raises NotAllowed;
    Invalid, which names the first company that stands against it.
    """
    chosen = KINDS[kind]
    require(actor, chosen.permission)
    if not 0 < len(shown) <= MOST:
        raise Invalid({"": [_("Choose at least one company, and no more than %(most)d.") % {"most": MOST}]})
    rows = chosen.rows(actor, list(shown))
    if missing := sorted(set(shown) - set(rows)):
        raise Invalid({"": [_("Company #%(id)d is no longer at the store.") % {"id": missing[0]}]})
    pairs = [
        (
            chosen.fill(Wish(actor, change_id_in(batch, api_id), api_id, before, after, reason)),
            rows[api_id],
        )
        for api_id, (before, after) in sorted(shown.items())
    ]
    perform_batch(batch, pairs)


def changes_in(actor: Membership, batch: uuid.UUID) -> ChangeQuerySet:
    """The Changes of a batch of companies that this person may see, in the order in which they are sent."""
    asked = Change.objects.visible_to(actor).filter(batch=batch, verb__in=VERBS)
    return asked.select_related("store", "actor__user").order_by("asked_at", "pk")


def latest_batches(actor: Membership) -> list[dict[str, Any]]:
    """The batches of companies that were asked for last, the newest first: `batch`, `verb`, `asked_at`, and how many
    companies it has in `count`, of which `left` are not at their end."""
    recent = timezone.now() - OFFERED_FOR
    changes = (
        Change.objects.visible_to(actor).filter(verb__in=VERBS, asked_at__gte=recent).exclude(batch=None)
    )
    left = Count("pk", filter=Q(state__in=Change.UNDER_WAY))
    batches = changes.order_by().values("batch", "verb")
    counted = batches.annotate(count=Count("pk"), left=left, asked_at=Min("asked_at"))
    return [dict(batch) for batch in counted.order_by("-asked_at")[:LATEST]]


def cancel(actor: Membership, batch: uuid.UUID) -> int:
    """Takes back what of the batch was not sent yet, and counts it. What was sent goes its way.

    One's own batch; somebody else's only with the permission to approve. Raises NotAllowed.
    """
    return take_back(actor, changes_in(actor, batch).filter(state=Change.State.ASKED), may_cancel)


def may_cancel(actor: Membership, change: Change) -> bool:
    own = actor.pk == change.actor_id or may(actor, Permission.APPROVE)
    return own and may(actor, KINDS[kind_of(change)].permission)
