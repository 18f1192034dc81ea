"""Bringing a file, reading it in another way, and giving its columns a meaning."""

import uuid
from contextlib import suppress
from dataclasses import asdict, replace

from django.db import transaction
from django.utils.translation import gettext as _

from arportal.receivables.changes.errors import Invalid
from arportal.receivables.imports import jobs
from arportal.receivables.imports.fields import PERMISSIONS
from arportal.receivables.imports.mapping import Mapping
from arportal.receivables.models import Import, ImportFile, ImportSender
from arportal.receivables.tables.reading import read_table
from arportal.receivables.tables.table import Reading, Table, Unreadable
from arportal.stores.access import NotAllowed, require
from arportal.stores.models import Membership

State = Import.State
# Lines of one file: of payments, most of a day of the store's request budget.
MOST = 50_000


def bring(
    actor: Membership, import_id: uuid.UUID, *, of: str, sender: str, file_name: str, content: bytes
) -> Import:
    """Keeps the file. The same form sent again is the same import. Raises NotAllowed; Invalid by field."""
    require(actor, PERMISSIONS[of])
    before = Import.objects.filter(pk=import_id).first()
    if before is not None:
        if before.actor_id != actor.pk:
            raise Invalid({"": [_("This form was already used for something else. Start again.")]})
        return before
    table = _read(content, sender_of(actor, of, sender))
    with transaction.atomic():
        new = Import.objects.create(
            pk=import_id,
            store=actor.store,
            actor=actor,
            of=of,
            sender=sender,
            file_name=file_name[-255:],
            reading=asdict(table.reading),
            columns=table.columns,
            lines=len(table.lines),
        )
        ImportFile.objects.create(of=new, content=content)
    return new


def sender_of(actor: Membership, of: str, name: str) -> ImportSender | None:
    return ImportSender.objects.filter(store=actor.store, of=of, name=name).first() if name else None


def table_of(brought: Import) -> Table:
    """The table in its file, read as it says. Raises Unreadable."""
    return _table(bytes(brought.file.content), Reading(**brought.reading))


def read_otherwise(brought: Import, reading: Reading) -> None:
    """The file is read so from now on. Raises Invalid."""
    table = _readable(bytes(brought.file.content), reading)
    brought.reading, brought.columns = asdict(table.reading), table.columns
    brought.lines = len(table.lines)
    brought.save(update_fields=["reading", "columns", "lines"])


def check(actor: Membership, brought: Import, mapping: Mapping) -> None:
    """Remembers the columns, and has a worker judge every line. Raises NotAllowed; Invalid by field."""
    require_own(actor, brought)
    if problems := mapping.problems(brought.of, table_of(brought)):
        raise Invalid(problems)
    with transaction.atomic():
        again = Import.objects.filter(pk=brought.pk, state__in=[State.UPLOADED, State.CHECKED])
        if not again.update(state=State.CHECKING, mapping=mapping.as_json(), checked=0, problem=""):
            raise Invalid({"": [_("It is under way already.")]})
        brought.refresh_from_db()
        if brought.sender:
            ImportSender.objects.update_or_create(
                store=actor.store,
                of=brought.of,
                name=brought.sender,
                defaults={"reading": brought.reading, "mapping": brought.mapping},
            )
        jobs.ask_for_work(brought)


def require_own(actor: Membership, brought: Import) -> None:
    """Raises NotAllowed: the Changes of an import are those of the person who brought the file."""
    require(actor, PERMISSIONS[brought.of])
    if brought.actor_id != actor.pk:
        raise NotAllowed(_("Only %(who)s can go on with this import.") % {"who": brought.actor.user})


def _read(content: bytes, remembered: ImportSender | None) -> Table:
    """The table; where its columns are not found so, as the sender's last file was read. Raises Invalid."""
    table = _readable(content, Reading())
    if remembered is None:
        return table
    last, columns = Reading(**remembered.reading), set(Mapping.of_json(remembered.mapping).columns.values())
    # A file that says itself how its letters are written is not read as another one was.
    encoding = "" if table.is_sure else last.encoding
    for reading in (Reading(encoding=encoding), replace(last, encoding=encoding)):
        with suppress(Unreadable):
            as_last = _table(content, reading)
            if columns <= set(as_last.columns):
                return as_last
    return table


def _readable(content: bytes, reading: Reading) -> Table:
    try:
        return _table(content, reading)
    except Unreadable as reason:
        raise Invalid({"file": [str(reason)]}) from reason


def _table(content: bytes, reading: Reading) -> Table:
    table = read_table(content, reading)
    if len(table.lines) > MOST:
        raise Unreadable(_("At most 50,000 lines can be imported at once: split the file."))
    return table
