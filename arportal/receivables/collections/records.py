"""The writing down of notes, promises and disputes: each form once, each with a line in the company's history."""

import datetime as dt
import uuid
from typing import Any, TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from arportal.receivables.changes.errors import Invalid
from arportal.receivables.models import CollectionEvent, Dispute, Note, PromiseToPay
from arportal.stores.activity import Kind, record
from arportal.stores.models import Activity, Membership

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
    row: Note | PromiseToPay | Dispute,
    what: CollectionEvent.What,
    actor: Membership | None,
    at: dt.datetime,
    text: str = "",
) -> None:
    """Adds a line to the company's history, and to the activity."""
    CollectionEvent.objects.create(
        store_id=row.store_id,
        company_id=row.company_id,
        what=what,
        note=row if isinstance(row, Note) else None,
        promise=row if isinstance(row, PromiseToPay) else None,
        dispute=row if isinstance(row, Dispute) else None,
        text=text,
        actor=actor,
        at=at,
    )
    record(
        actor or row.store,
        Kind.COLLECTION,
        f"{what.label}: {text}" if text else str(what.label),
        company_id=row.company_id,
        about=Activity.About.INVOICE if isinstance(row, Dispute) else "",
        about_id=row.invoice_id if isinstance(row, Dispute) else None,
    )
