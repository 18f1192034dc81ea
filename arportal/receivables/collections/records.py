"""The writing down of notes, promises and disputes: each form once, each with a line in the company's history."""

import datetime as dt
import uuid
from typing import Any, TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from arportal.receivables.changes.errors import Invalid
from arportal.receivables.models import CollectionEvent, Dispute, Note, PromiseToPay
from arportal.stores.models import Membership

Record = TypeVar("Record", Note, PromiseToPay, Dispute)
What = CollectionEvent.What


@transaction.atomic
def write_once(
    model: type[Record],
    what: CollectionEvent.What,
    actor: Membership,
    form_id: uuid.UUID,
    company_id: int,
    at: dt.datetime,
    **values: Any,
) -> Record:
    """The record of this form, new or already there. Raises Invalid for a form id that is another company's."""
    about = {"store_id": actor.store_id, "company_id": company_id}
    record, is_new = model.objects.get_or_create(
        form_id=form_id, defaults={**about, "actor": actor, "at": at, **values}
    )
    if (record.store_id, record.company_id) != (actor.store_id, company_id):
        raise Invalid({"": [_("This form was used already. Open it again.")]})
    if is_new:
        tell(record, what, actor, at)
    return record


def tell(
    record: Note | PromiseToPay | Dispute,
    what: CollectionEvent.What,
    actor: Membership | None,
    at: dt.datetime,
    text: str = "",
) -> None:
    """Adds a line to the company's history."""
    CollectionEvent.objects.create(
        store_id=record.store_id,
        company_id=record.company_id,
        what=what,
        note=record if isinstance(record, Note) else None,
        promise=record if isinstance(record, PromiseToPay) else None,
        dispute=record if isinstance(record, Dispute) else None,
        text=text,
        actor=actor,
        at=at,
    )
