"""Lines as invoices, each of one amount: what would become of them, by the mirror."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import cache
from uuid import UUID

from django.utils.translation import gettext as _

from arportal.mirror.models import Invoice
from arportal.receivables.changes.periods import closed_days
from arportal.receivables.imports.ids import claims
from arportal.receivables.imports.lines import Cells, Companies, Reader
from arportal.receivables.imports.mapping import Mapping
from arportal.receivables.invoices.create_invoice import CreateInvoice
from arportal.receivables.invoices.invoice_drafts import DraftLine, InvoiceDraft
from arportal.receivables.models import Import, ImportRow
from arportal.receivables.tables.table import Line, as_json
from arportal.stores.models import Membership

State = ImportRow.State


class InvoiceLines:
    """Judges the lines of one file in their order."""

    def __init__(self, actor: Membership, mapping: Mapping, columns: tuple[str, ...]) -> None:
        self.actor = actor
        self.reader = Reader(Import.Of.INVOICES, mapping, columns)
        self.companies = Companies(actor)
        # Number → the line that it stands on first.
        self.numbers: dict[str, int] = {}
        # A file has few days, and each is looked up in the database.
        self.closed = cache(lambda day: closed_days(actor.store, {"issued_on": day}))

    def rows(self, lines: Sequence[Line]) -> list[ImportRow]:
        rows = [self._row(line, self.reader.read(line)) for line in lines]
        self._tell_known([row for row in rows if row.state == State.READY])
        return rows

    def _row(self, line: Line, cells: Cells) -> ImportRow:
        row = ImportRow(line=line.number, cells=as_json(line.cells), state=State.REFUSED)
        number, currency = cells.text("number"), cells.currency()
        company_id = cells.company(self.companies)
        amount = cells.amount("amount", currency)
        issued_on, due_on = cells.day("issued_on"), cells.day("due_on")
        description = cells.text("description") or number
        po_number, order_number = cells.text("po_number"), cells.text("order_number")
        external_id = cells.text("external_id")
        row.amount, row.currency = amount, currency if amount is not None else ""
        if not cells.problems and company_id and amount is not None and issued_on is not None:
            draft = InvoiceDraft(
                company_id=company_id,
                number=number,
                currency=currency,
                issued_on=issued_on,
                due_on=due_on,
                lines=(DraftLine(description=description, quantity=Decimal(1), unit_price=amount),),
                po_number=po_number,
                order_number=order_number,
                external_id=external_id,
            )
            problems = draft.problems() | self.closed(issued_on)
            cells.problems += [reason for reasons in problems.values() for reason in reasons]
            row.company_id, row.content = company_id, draft.as_payload()
        if not cells.problems:
            first = self.numbers.setdefault(number, row.line)
            if first != row.line:
                cells.problems.append(_("Line %(line)d has the same number.") % {"line": first})
        row.reason = " ".join(cells.problems)
        if not cells.problems:
            row.state = State.READY
        return row

    def _tell_known(self, rows: Sequence[ImportRow]) -> None:
        claimed = claims(self.actor.store_id, map(_key, rows))
        # Of all companies: the number is taken, whoever may see it.
        known = Invoice.objects.filter(store=self.actor.store, gone_at=None)
        by_number = {invoice.number: invoice for invoice in known.filter(number__in=_values(rows, "number"))}
        ordered = set(
            known.filter(order_number__in=_values(rows, "order_number")).values_list(
                "order_number", flat=True
            )
        )
        for row in rows:
            claim = claimed[_key(row)]
            row.change_id = claim.change_id
            there = by_number.get(row.content["number"])
            theirs = there and (there.company_id, there.currency, there.original_balance)
            if claim.change is not None or theirs == (row.company_id, row.currency, row.amount):
                row.state, row.reason = State.THERE, _("There is this invoice already.")
            elif there is not None:
                words = _("There is already an invoice %s, of another company or amount.")
                row.state, row.reason = State.REFUSED, words % there.number
            elif row.content["order_number"] in ordered:
                row.state, row.reason = State.REFUSED, _("This order already has an invoice.")


def _key(row: ImportRow) -> str:
    amount = row.amount.normalize() if row.amount else ""
    return "|".join(map(str, ("invoice", row.content["number"], row.company_id, row.currency, amount)))


def _values(rows: Iterable[ImportRow], name: str) -> set[str]:
    return {row.content[name] for row in rows} - {""}


def verb_of(actor: Membership, row: ImportRow) -> CreateInvoice:
    draft = InvoiceDraft.of_payload(row.content)
    return CreateInvoice(actor=actor, change_id=row.change_id or UUID(int=0), invoice=draft)
