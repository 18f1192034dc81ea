"""Taking a bank file in: its lines are kept once, however often they come."""

import datetime as dt
import hashlib
from collections import Counter
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from arportal.b2b import plain
from arportal.receivables.bank import table
from arportal.receivables.bank.access import require_every_company
from arportal.receivables.bank.entries import Entry
from arportal.receivables.bank.reading import SECONDS, Format, NoStatement, Statement, collected, read
from arportal.receivables.bank.tokens import tokens
from arportal.receivables.models import BankAccount, BankColumns, BankFile, BankLine, BankUpload
from arportal.receivables.tables.reading import read_table
from arportal.receivables.tables.table import Table, Unreadable
from arportal.stores.access import Permission, require
from arportal.stores.activity import record
from arportal.stores.models import Activity, Membership

# By its name: the task's module imports the rooms above this one.
APPLY_READY = "arportal.receivables.tasks.apply_ready_lines"
# What nobody came back to explain is not kept for ever.
KEPT_ASIDE = dt.timedelta(days=7)


@dataclass(frozen=True)
class Kept:
    """A file that was taken in, and the earlier one with the very same content, if there is one."""

    file: BankFile
    earlier: BankFile | None


def take_in(actor: Membership, name: str, content: bytes) -> Kept | BankUpload:
    """Reads the file and keeps what is new in it; a table whose columns nobody has explained yet is put aside.

    Raises NotAllowed; Unreadable when nothing of it can be read.
    """
    require(actor, Permission.MATCH_BANK)
    require_every_company(actor)
    try:
        return _keep(actor, name, content, read(content))
    except NoStatement as reason:
        try:
            read_as = read_table(content)
        except Unreadable:
            raise reason from None
        if len(read_as.columns) < 2:
            raise
    known = BankColumns.objects.filter(store=actor.store, kind=table.kind_of(read_as)).first()
    if known is not None:
        return _keep(actor, name, content, _of_table(read_as, table.BankMapping(**known.mapping)))
    BankUpload.objects.filter(store=actor.store, at__lt=timezone.now() - KEPT_ASIDE).delete()
    return BankUpload.objects.create(store=actor.store, name=name[:200], content=content, actor=actor)


def take_in_table(actor: Membership, upload: BankUpload, mapping: table.BankMapping) -> Kept:
    """Takes in a table that was put aside, and remembers what its columns are. Raises as `take_in` does."""
    require(actor, Permission.MATCH_BANK)
    require_every_company(actor)
    content = bytes(upload.content)
    read_as = read_table(content)
    with transaction.atomic():
        kept = _keep(actor, upload.name, content, _of_table(read_as, mapping))
        BankColumns.objects.update_or_create(
            store=actor.store,
            kind=table.kind_of(read_as),
            defaults={"mapping": mapping.as_json(), "actor": actor},
        )
        upload.delete()
    return kept


def _of_table(read_as: Table, mapping: table.BankMapping) -> Statement:
    statement = Statement(Format.TABLE, read_as.reading.encoding or "XLSX")
    return collected(statement, table.read(read_as, mapping), SECONDS)


def _keep(actor: Membership, name: str, content: bytes, statement: Statement) -> Kept:
    digest = hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        # Two who send the same day at once: the second waits, and then knows the first one's lines.
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"bank/{actor.store_id}"]
            )
        files = BankFile.objects.filter(store=actor.store, sha256=digest)
        earlier = files.order_by("at").first()
        file = BankFile(
            store=actor.store,
            name=name[:200],
            sha256=digest,
            format=statement.format,
            encoding=statement.encoding,
            problems=[{"line": problem.number, "reason": problem.reason} for problem in statement.problems],
            actor=actor,
        )
        BankLine.objects.filter(store=actor.store).mark_done()
        new = _new_lines(actor, file, statement.entries)
        file.added, file.known = len(new), len(statement.entries) - len(new)
        file.save()
        BankLine.objects.bulk_create(new, batch_size=2_000)
        words = _("Bank file %(name)s: %(added)d new lines, %(known)d known, %(refused)d refused") % {
            "name": file.name,
            "added": file.added,
            "known": file.known,
            "refused": len(file.problems),
        }
        record(actor, Activity.Kind.BANK, words, details={"file": file.pk, "sha256": digest})
        if new:
            app.configure_task(APPLY_READY, allow_unknown=False).defer(bank_file_id=file.pk)
    return Kept(file, earlier)


def checksum(entry: Entry) -> str:
    """Tells lines of one account apart. Where the bank's id stays the same, texts do not count: they are written out
    in full the next morning. The id alone is not enough: some banks give one to all lines of a collective entry."""
    parts = [entry.booked_on.isoformat(), plain(entry.amount), entry.bank_id]
    if not entry.is_identified:
        parts += [entry.reference, entry.payer_name, entry.payer_account, entry.text]
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def _new_lines(actor: Membership, file: BankFile, entries: list[Entry]) -> list[BankLine]:
    """The lines that are not kept yet. Of lines alike the file has so many and we so many: twins of one day are kept,
    and none twice."""
    accounts: dict[tuple[str, str], BankAccount] = {}
    for entry in entries:
        key = (entry.account, entry.currency)
        if key not in accounts:
            accounts[key], _is_new = BankAccount.objects.get_or_create(
                store=actor.store, number=entry.account, currency=entry.currency
            )
    known: Counter[tuple[int, str]] = Counter()
    sums = {checksum(entry) for entry in entries}
    rows = BankLine.objects.filter(account__in=accounts.values(), checksum__in=sums)
    for account_id, digest, last in rows.values_list("account_id", "checksum").annotate(last=Max("twin")):
        known[account_id, digest] = last
    met: Counter[tuple[int, str]] = Counter()
    new = []
    for entry in entries:
        account = accounts[entry.account, entry.currency]
        digest = checksum(entry)
        if entry.is_unique and met[account.pk, digest]:
            continue
        met[account.pk, digest] += 1
        if met[account.pk, digest] <= known[account.pk, digest]:
            continue
        new.append(_line(file, account, entry, digest, met[account.pk, digest]))
    return new


def _line(file: BankFile, account: BankAccount, entry: Entry, digest: str, twin: int) -> BankLine:
    return BankLine(
        store_id=file.store_id,
        account=account,
        file=file,
        number=entry.number,
        checksum=digest,
        twin=twin,
        booked_on=entry.booked_on,
        value_on=entry.value_on,
        amount=entry.amount,
        currency=entry.currency,
        bank_id=entry.bank_id,
        reference=entry.reference,
        payer_name=entry.payer_name,
        payer_account=entry.payer_account,
        text=entry.text,
        is_reversal=entry.is_reversal,
        tokens=tokens(entry.reference, entry.text),
    )
