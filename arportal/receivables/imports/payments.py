"""Lines as offline payments, each of one invoice: what would become of them, by the mirror."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from arportal.b2b import Money, ProcessingStatus
from arportal.mirror import figures
from arportal.mirror.models import Invoice, Payment
from arportal.receivables.allocation.allocations import Allocation, open_amounts
from arportal.receivables.allocation.duplicates import likely_duplicates
from arportal.receivables.changes.periods import closed_days
from arportal.receivables.imports.ids import claims
from arportal.receivables.imports.lines import Cells, Companies, Reader
from arportal.receivables.imports.mapping import Mapping
from arportal.receivables.models import Change, Import, ImportRow, PaymentRecord
from arportal.receivables.payments.record_payment import Accepted, OfflinePayment, RecordPayment
from arportal.receivables.tables.table import Line, as_json
from arportal.stores.models import Membership

State = ImportRow.State
READ = ("store", "api_id", "number", "company_id", "currency", "open_balance", "status", "balance")


class PaymentLines:
    """Judges the lines of one file in their order. What earlier ones would pay is no longer open for later ones."""

    def __init__(self, actor: Membership, mapping: Mapping, columns: tuple[str, ...]) -> None:
        self.actor, self.mapping = actor, mapping
        self.reader = Reader(Import.Of.PAYMENTS, mapping, columns)
        self.companies = Companies(actor)
        self.today = actor.store.today(timezone.now())
        self.left: dict[int, Decimal] = {}
        # A file has few days, and each is looked up in the database.
        self.closed = cache(lambda day: closed_days(actor.store, {"day": day}).get("day", []))
        # Two equal lines in one file are two payments: the first and the second of their kind.
        self.times: Counter[str] = Counter()

    def rows(self, lines: Sequence[Line]) -> list[ImportRow]:
        cells = [self.reader.read(line) for line in lines]
        numbers = [each.text("number") for each in cells]
        known: dict[str, list[Invoice]] = defaultdict(list)
        visible = Invoice.objects.visible_to(self.actor).filter(number__in=set(numbers) - {""})
        for invoice in visible.only(*READ):
            known[invoice.number].append(invoice)
        invoices = [
            self._invoice(each, known[number], number) for each, number in zip(cells, numbers, strict=True)
        ]
        new = {each.api_id: each for each in invoices if each and each.api_id not in self.left}
        self.left |= open_amounts(self.actor, list(new.values())) if new else {}
        rows = [self._row(*parts) for parts in zip(lines, cells, invoices, strict=True)]
        self._tell_known([row for row in rows if row.state == State.READY])
        return rows

    def _invoice(self, cells: Cells, known: Sequence[Invoice], number: str) -> Invoice | None:
        company_id = cells.company(self.companies)
        mine = [invoice for invoice in known if company_id in (None, invoice.company_id)]
        if not number:
            return None
        if len(mine) == 1:
            return mine[0]
        words = {"number": number, "company": self.companies.names.get(company_id or 0)}
        if mine:
            cells.problems.append(_("Several invoices have the number %(number)s.") % words)
        elif company_id:
            cells.problems.append(_("“%(company)s” has no invoice %(number)s.") % words)
        else:
            cells.problems.append(_("There is no invoice %(number)s.") % words)
        return None

    def _row(self, line: Line, cells: Cells, invoice: Invoice | None) -> ImportRow:
        row = ImportRow(line=line.number, cells=as_json(line.cells), state=State.REFUSED)
        currency = cells.currency() or (invoice.currency if invoice else "")
        day = cells.day("received_on")
        amount = cells.amount("amount", currency) if currency else None
        if invoice and currency != invoice.currency:
            words = {"currency": currency, "other": invoice.currency}
            cells.problems.append(_("The invoice is in %(other)s, not in %(currency)s.") % words)
        if day is not None:
            is_ahead = day > self.today
            cells.problems += [_("The value date is in the future.")] if is_ahead else self.closed(day)
        texts = {key: cells.text(key) for key in ("reference", "payer_name", "memo")}
        row.amount, row.currency = amount, currency if amount is not None else ""
        if cells.problems or invoice is None or amount is None or day is None:
            row.reason = " ".join(cells.problems)
            return row
        row.company_id = invoice.company_id
        row.content = {
            "invoice_id": invoice.api_id,
            "amount": str(amount),
            "received_on": day.isoformat(),
            **texts,
        }
        row.state = State.READY
        return row

    def _tell_known(self, rows: Sequence[ImportRow]) -> None:
        """Tells those that were asked for before, those that look so, and those of which too little is open."""
        keys = {row.line: self._key(row) for row in rows}
        claimed = claims(self.actor.store_id, keys.values())
        paid = self._paid(rows)
        for row in rows:
            claim = claimed[keys[row.line]]
            row.change_id = claim.change_id
            invoice_id, amount = row.content["invoice_id"], row.amount or Decimal(0)
            left = self.left[invoice_id]
            if claim.change is not None:
                row.state, row.reason = State.THERE, _("It was recorded before.")
            elif amount > left:
                still_open = figures.amount(Money(max(left, Decimal(0)), row.currency))
                row.state = State.REFUSED
                row.reason = _("Only %(left)s is open on this invoice.") % {"left": still_open}
            else:
                self.left[invoice_id] = left - amount
                if (row.company_id, row.currency, row.amount) in paid:
                    self._check_duplicates(row)

    def _key(self, row: ImportRow) -> str:
        content = row.content
        parts = (
            row.company_id,
            content["invoice_id"],
            row.currency,
            row.amount.normalize() if row.amount else "",
        )
        key = "|".join(map(str, ("payment", *parts, content["received_on"], content["reference"].casefold())))
        self.times[key] += 1
        return f"{key}|{self.times[key]}"

    def _paid(self, rows: Sequence[ImportRow]) -> set[tuple[int | None, str, Decimal | None]]:
        """Company, currency and amount of the payments there are or that are on their way: no other is a double."""
        companies = {row.company_id for row in rows if row.company_id}
        amounts = {row.amount for row in rows if row.amount is not None}
        known = Payment.objects.visible_to(self.actor).filter(company_id__in=companies, total__in=amounts)
        ours = Change.objects.unfinished().filter(
            store=self.actor.store,
            verb=Change.Verb.RECORD_PAYMENT,
            company_id__in=companies,
            amount__in=amounts,
        )
        return {
            *known.values_list("company_id", "currency", "total").distinct(),
            *ours.values_list("company_id", "currency", "amount").distinct(),
        }

    def _check_duplicates(self, row: ImportRow) -> None:
        payment = payment_of(row, self.mapping, self.companies.names)
        duplicates = likely_duplicates(self.actor, payment, row.change_id or UUID(int=0))
        if duplicates:
            first = duplicates[0]
            row.state = State.DOUBTFUL
            row.content["accepted"] = [each.key for each in duplicates]
            words = {"day": first.on, "reference": first.reference or _("none")}
            row.reason = _("There is a payment of this amount of %(day)s (reference: %(reference)s).") % words


def payment_of(row: ImportRow, mapping: Mapping, names: dict[int, str]) -> OfflinePayment:
    content: dict[str, Any] = row.content
    company_id = row.company_id or 0
    return OfflinePayment(
        company_id=company_id,
        currency=row.currency,
        allocations=(Allocation(content["invoice_id"], Decimal(content["amount"])),),
        payer_name=content["payer_name"] or names.get(company_id, ""),
        reference=content["reference"],
        received_on=dt.date.fromisoformat(content["received_on"]),
        memo=content["memo"],
        status=ProcessingStatus(mapping.status),
        method=PaymentRecord.Method(mapping.method),
    )


def verb_of(actor: Membership, row: ImportRow, mapping: Mapping, names: dict[int, str]) -> RecordPayment:
    """Refuses what looks like a payment that the dry run has not shown."""
    return RecordPayment(
        actor=actor,
        change_id=row.change_id or UUID(int=0),
        payment=payment_of(row, mapping, names),
        accepted=Accepted(duplicates=frozenset(row.content.get("accepted", []))),
        batch=row.of_id,
    )
