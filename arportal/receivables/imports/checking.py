"""The dry run: every line is judged by the mirror, and nothing is asked of the store."""

from collections.abc import Sequence
from typing import Any, Protocol

from django.db import transaction

from arportal.mirror.figures import written_in
from arportal.receivables.imports.files import table_of
from arportal.receivables.imports.invoices import InvoiceLines
from arportal.receivables.imports.mapping import Mapping
from arportal.receivables.imports.payments import PaymentLines
from arportal.receivables.models import Import, ImportRow
from arportal.receivables.tables.table import Line, Unreadable
from arportal.stores.models import NumberFormat

CHUNK = 1_000
State = Import.State


class Lines(Protocol):
    def rows(self, lines: Sequence[Line]) -> list[ImportRow]:
        """Their outcomes, not saved; called for the lines of a file in their order."""


def check_lines(checked: Import) -> None:
    """Judges all lines from the beginning, whatever an interrupted run has left."""
    ImportRow.objects.filter(of=checked).delete()
    try:
        table = table_of(checked)
    except Unreadable as reason:
        _finish(checked, State.UPLOADED, problem=str(reason))
        return
    kind = PaymentLines if checked.of == Import.Of.PAYMENTS else InvoiceLines
    lines: Lines = kind(checked.actor, Mapping.of_json(checked.mapping), table.columns)
    for begin in range(0, len(table.lines), CHUNK):
        chunk = table.lines[begin : begin + CHUNK]
        # Its reasons name amounts.
        with transaction.atomic(), written_in(NumberFormat(checked.actor.user.number_format)):
            rows = lines.rows(chunk)
            for row in rows:
                row.of = checked
            ImportRow.objects.bulk_create(rows)
            still = Import.objects.filter(pk=checked.pk, state=State.CHECKING)
            if not still.update(checked=begin + len(chunk)):
                return
    of_companies = ImportRow.objects.filter(of=checked, company_id__isnull=False).order_by()
    company_ids = list(of_companies.values_list("company_id", flat=True).distinct())
    _finish(checked, State.CHECKED, company_ids=company_ids)


def _finish(checked: Import, state: State, **values: Any) -> None:
    Import.objects.filter(pk=checked.pk, state=State.CHECKING).update(state=state, **values)
