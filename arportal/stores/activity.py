"""Writing down what happened, for every floor to call in the transaction of what it tells of; and who may read it."""

import uuid
from collections.abc import Mapping
from typing import Any, TypedDict, Unpack

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from arportal.stores.access import Permission, may
from arportal.stores.models import Activity, Membership, Store

Kind = Activity.Kind
LONGEST_NAME = 300
# Of people rather than of the store's business: not for every colleague.
SECURITY = (Kind.SIGN_IN, Kind.SIGN_IN_FAILED, Kind.SIGN_OUT, Kind.PERSON, Kind.TOKEN)


class About(TypedDict, total=False):
    """`details` are JSON, and hold nothing secret. `about` is a document's kind, and `about_id` its API id.
    `company_id` decides who may see it: without one, only who sees every company."""

    company_id: int | None
    about: str
    about_id: int | None
    change_id: uuid.UUID | None
    details: Mapping[str, Any]


def record(by: Membership | Store, kind: Activity.Kind, words: str, **about: Unpack[About]) -> Activity:
    """Writes down what `by` did: a member, or the store where arportal acts by itself or nobody is signed in.

    `words` are short and for people.
    """
    row = new_row(by, kind, words, **about)
    row.save(force_insert=True)
    return row


def new_row(by: Membership | Store, kind: Activity.Kind, words: str, **about: Unpack[About]) -> Activity:
    """The row that `record` writes down, for whoever writes down many at once."""
    actor = by if isinstance(by, Membership) else None
    who = str(actor.user) if actor else ""
    if actor and actor.token_name:
        # A program did it: it is not told as the person's own doing.
        who = _("%(person)s, by API token %(token)s") % {"person": who, "token": actor.token_name}
    return Activity(
        store=by.store if isinstance(by, Membership) else by,
        actor=actor,
        who=who[:LONGEST_NAME],
        kind=kind,
        words=words,
        **about,
    )


def visible_activity(actor: Membership) -> QuerySet[Activity]:
    """The rows this person may see: of their companies, and what they did themselves to no company.

    What concerns people rather than companies is for those who may audit. The outcome of a Change is told in the row
    of the Change, whatever it is by now.
    """
    rows = Activity.objects.filter(store_id=actor.store_id).exclude(kind=Kind.OUTCOME)
    own = Q(actor=actor, company_id=None)
    if not actor.all_companies:
        return rows.filter(own | Q(company_id__in=actor.company_ids))
    return rows if may(actor, Permission.AUDIT) else rows.filter(own | ~Q(kind__in=SECURITY))
