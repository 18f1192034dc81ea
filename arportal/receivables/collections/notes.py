"""Notes about a company, with what is to be done next."""

import datetime as dt
import uuid

from django.db import transaction
from django.utils.translation import gettext as _

from arportal.receivables.changes.errors import Invalid
from arportal.receivables.collections.records import What, tell, write_once
from arportal.receivables.models import Note
from arportal.stores.access import Permission, may, require
from arportal.stores.models import Membership


def people(actor: Membership, company_id: int) -> list[Membership]:
    """Those who may work on the collections of this company, by name."""
    members = Membership.objects.filter(store_id=actor.store_id, user__is_service=False)
    members = members.select_related("user").order_by("user__name")
    return [member for member in members if may(member, Permission.COLLECT) and member.sees(company_id)]


def add_note(
    actor: Membership,
    form_id: uuid.UUID,
    company_id: int,
    text: str,
    *,
    action_on: dt.date | None,
    person: Membership | None,
    now: dt.datetime,
) -> Note:
    """Raises NotAllowed and Invalid."""
    require(actor, Permission.COLLECT, company_id=company_id)
    if person is not None and action_on is None:
        raise Invalid({"action_on": [_("Choose the day on which this person is to act.")]})
    if action_on is not None and action_on < actor.store.today(now):
        raise Invalid({"action_on": [_("This day is over.")]})
    return write_once(
        Note, What.NOTE, actor, form_id, company_id, now, text=text, action_on=action_on, person=person
    )


@transaction.atomic
def finish_action(actor: Membership, note_id: int, now: dt.datetime) -> Note:
    """Marks the note's action as done, once. Raises NotAllowed and DoesNotExist."""
    require(actor, Permission.COLLECT)
    note = Note.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=note_id)
    if note.is_to_do:
        note.done_at, note.done_by = now, actor
        note.save(update_fields=["done_at", "done_by"])
        tell(note, What.DONE, actor, now)
    return note
