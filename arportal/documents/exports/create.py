"""Creating an export: what is in it is settled here, once and for all."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from arportal.documents.einvoices.records import facts_of
from arportal.documents.exports import jobs
from arportal.documents.exports.names import file_names
from arportal.documents.models import Export, ExportItem
from arportal.mirror import figures
from arportal.mirror.models import Invoice
from arportal.mirror.models.invoices import InvoiceQuerySet
from arportal.receivables.changes.errors import Invalid
from arportal.stores.access import Permission, require
from arportal.stores.activity import Kind, record
from arportal.stores.models import Membership

# From the store these take more than an hour of its request budget, and every file is kept for a week.
MOST = 10_000
# Merging holds the structure of every page in memory: some 50 KB a file.
MOST_MERGED = 5_000
# Of one person, under way at a time: all share the store's requests.
MOST_AT_ONCE = 3


def create_export(
    actor: Membership,
    export_id: UUID,
    invoices: InvoiceQuerySet,
    *,
    source: Export.Source,
    shape: Export.Shape,
    words: str = "",
) -> Export:
    """Freezes which of `invoices` the actor may see, in their order, and has the worker begin.

    The same id asked for again is the same export. Raises NotAllowed, Invalid.
    """
    require(actor, Permission.READ)
    before = same_form(actor, export_id)
    if before is not None:
        return before
    if source == Export.Source.EINVOICE:
        _check_einvoices(actor, shape)
    chosen = list(invoices.visible_to(actor).only(*_READ)[: MOST + 1])
    if not chosen:
        raise Invalid({"": [_("No invoice that you may see was chosen.")]})
    asked = {
        "source": source,
        "shape": shape,
        "words": words,
        "company_ids": sorted({invoice.company_id for invoice in chosen}),
    }
    return begin(actor, export_id, _items(chosen), **asked)


def _check_einvoices(actor: Membership, shape: Export.Shape) -> None:
    """Raises Invalid where no e-invoice can come of it."""
    if shape != Export.Shape.ZIP:
        words = _("E-invoices come as a zip file: merged into one PDF they would lose what machines read.")
        raise Invalid({"shape": [words]})
    if facts_of(actor.store) is None:
        words = _("The store has not said yet who it is on e-invoices (Settings, E-invoices).")
        raise Invalid({"source": [words]})


_READ = ("store", "api_id", "company_id", "company_name", "number")


def same_form(actor: Membership, export_id: UUID) -> Export | None:
    """The export that this form has already become. Raises Invalid."""
    before = Export.objects.filter(pk=export_id).first()
    return _same(before, actor) if before is not None else None


def begin(actor: Membership, export_id: UUID, items: list[ExportItem], **asked: Any) -> Export:
    """Writes the export down with its items, whatever they are, and has the worker begin. Raises Invalid."""
    most = MOST_MERGED if asked["shape"] == Export.Shape.MERGED else MOST
    if len(items) > most:
        words = _(
            "An export holds at most %(most)s of these files. Narrow the list down, by date or company."
        )
        raise Invalid({"shape": [words % {"most": figures.count(most)}]})
    if Export.objects.filter(actor=actor).unfinished().count() >= MOST_AT_ONCE:
        words = _("%(count)d exports of yours are under way. Wait for one to finish, or cancel one.")
        raise Invalid({"": [words % {"count": MOST_AT_ONCE}]})
    asked |= {"store": actor.store, "actor": actor, "total": len(items), "began_at": timezone.now()}
    with transaction.atomic():
        export, is_new = Export.objects.get_or_create(pk=export_id, defaults=asked)
        if is_new:
            for item in items:
                item.export = export
            ExportItem.objects.bulk_create(items, batch_size=1000)
            jobs.ask_for_work(export)
            _record(actor, export)
    return _same(export, actor)


def _same(export: Export, actor: Membership) -> Export:
    if export.actor_id != actor.pk:
        raise Invalid({"": [_("This form was already used for something else. Start a new export.")]})
    return export


def _record(actor: Membership, export: Export) -> None:
    is_run = export.of == Export.Of.STATEMENTS
    words = _("%(count)d %(what)s: %(words)s") % {
        "count": export.total,
        "what": export.get_of_display(),
        "words": export.words or export.get_shape_display(),
    }
    only = export.company_ids[0] if len(export.company_ids) == 1 else None
    record(
        actor,
        Kind.STATEMENTS if is_run else Kind.EXPORT,
        words,
        company_id=only,
        details={"export": str(export.pk), "shape": export.shape},
    )


def _items(invoices: list[Invoice]) -> list[ExportItem]:
    names = file_names((invoice.number, invoice.company_name) for invoice in invoices)
    return [
        ExportItem(
            position=position,
            invoice_id=invoice.api_id,
            number=invoice.number,
            company_name=invoice.company_name,
            filename=name,
        )
        for position, (invoice, name) in enumerate(zip(invoices, names, strict=True), start=1)
    ]
