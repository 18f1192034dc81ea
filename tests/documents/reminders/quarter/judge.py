"""An independent, naive judge of reminders and promises, who knows the world and asks the product nothing."""

import datetime as dt
import re
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from email.message import EmailMessage

from arportal.receivables.collections.choosing import Level
from arportal.receivables.models import PromiseToPay
from tests.documents.reminders.quarter.world import Invoice, Key, Promise, World

LEVELS = [
    Level(3, Decimal(0), "First from us", "{company}\n\n{invoices}\n\nTogether: {total}"),
    Level(10, Decimal(20), "Second from us", "{company}\n\n{invoices}\n\nTogether: {total}"),
    Level(24, Decimal(0), "Third from us", "{company}\n\n{invoices}\n\nTogether: {total}"),
]
LINE = re.compile(r"^(Q\d+)\s.*\s([\d,]+(?:\.\d+)?)$", re.MULTILINE)
TOTAL = re.compile(r"^Together: ([\d,]+(?:\.\d+)?) ([A-Z]{3})$", re.MULTILINE)
ZERO = Decimal(0)


@dataclass
class Verdict:
    """What was wrong, as (day, what, which); and how much there was to be right about."""

    wrong: list[tuple[dt.date, str, object]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)


class Judge:
    def __init__(self, world: World) -> None:
        self.world, self.verdict = world, Verdict()

    def complain(self, what: str, which: object) -> None:
        self.verdict.wrong.append((self.world.today, what, which))

    def promises(self) -> None:
        """Every promise whose day is over, against what the product has found of it by itself."""
        today = self.world.today
        rows = dict(PromiseToPay.objects.values_list("pk", "state"))
        for promise in [one for of_key in self.world.promises.values() for one in of_key]:
            state = self.state(promise, today)
            if today == promise.pay_by + dt.timedelta(1):
                self.verdict.counts[state] += 1
            if rows[promise.pk] != state:
                self.complain(f"a promise is {state}", (promise.pk, rows[promise.pk]))

    def is_held(self, invoice: Invoice) -> bool:
        if invoice.invoice_id in self.world.disputes:
            return True
        return any(
            invoice.invoice_id in promise.invoice_ids or not promise.invoice_ids
            for promise in self.world.promises[invoice.key]
            if promise.pay_by >= self.world.today and self.state(promise, self.world.today) == "open"
        )

    def available(self, key: Key) -> Decimal:
        credits = sum((-one.open for one in self.world.of_key[key] if one.open < 0), ZERO)
        return credits + sum((amount for _day, amount in self.world.on_account[key]), ZERO)

    def due(self, key: Key) -> dict[int, Decimal]:
        """Invoice → what a mail of today has to ask for it, net of what covers it."""
        today, available, reached = self.world.today, self.available(key), ZERO
        overdue = [one for one in self.world.of_key[key] if one.open > 0 and one.due_on < today]
        lines: dict[int, Decimal] = {}
        for invoice in sorted(overdue, key=lambda one: (one.due_on, one.invoice_id)):
            if self.is_held(invoice):
                continue
            reached += invoice.open
            # All that is owed up to here is covered.
            if reached > available and self.is_level_due(invoice, today):
                lines[invoice.invoice_id] = min(invoice.open, reached - available)
        if lines and sum(lines.values()) < LEVELS[self.level(lines)].minimum:
            return {}
        return lines

    def is_level_due(self, invoice: Invoice, today: dt.date) -> bool:
        sent = len(invoice.reminded)
        if sent == len(LEVELS) or (today - invoice.due_on).days < LEVELS[sent].days:
            return False
        return not sent or (today - invoice.reminded[-1]).days >= LEVELS[sent].days - LEVELS[sent - 1].days

    def level(self, invoice_ids: object) -> int:
        """The index of the level whose text the mail should have."""
        return max(len(self.world.invoices[one].reminded) for one in invoice_ids)  # type: ignore[attr-defined]

    def all_due(self) -> dict[Key, dict[int, Decimal]]:
        return {key: lines for key in self.world.of_key if (lines := self.due(key))}

    def mails(
        self, accepted: list[tuple[str, EmailMessage]], due_before: dict[Key, dict[int, Decimal]]
    ) -> None:
        """Of a day: what was sent, against what was due when it was sent and, to find what is missing, before too."""
        due_now, named = self.all_due(), Counter[int]()
        told = [self.read(address, message, due_now) for address, message in accepted]
        for invoice_id in (one for ids in told for one in ids):
            named[invoice_id] += 1
            self.world.invoices[invoice_id].reminded.append(self.world.today)
        for invoice_id, times in named.items():
            if times > 1:
                self.complain("twice on a day", invoice_id)
        for key, lines in due_before.items():
            for invoice_id in lines.keys() & due_now.get(key, {}).keys() - named.keys():
                self.complain("missing", invoice_id)

    def read(self, address: str, message: EmailMessage, due_now: dict[Key, dict[int, Decimal]]) -> list[int]:
        """The invoices that the mail names; each against what the world knows of it."""
        part = message.get_body(("plain",))
        text = part.get_content().replace("\r\n", "\n") if part else ""
        shown = [
            (self.world.by_number[number], Decimal(left.replace(",", "")))
            for number, left in LINE.findall(text)
        ]
        self.verdict.counts.update(mails=1, lines=len(shown))
        if not shown:
            self.complain("a mail without invoices", text)
            return []
        key = shown[0][0].key
        due, ids = due_now.get(key, {}), [invoice.invoice_id for invoice, _left in shown]
        if address != f"c{key[0]}@example.org":
            self.complain("to somebody else", address)
        for invoice, left in shown:
            if invoice.invoice_id not in due:
                self.complain(self.why(invoice), invoice.invoice_id)
            elif left != invoice.open:
                self.complain("not what is left", (invoice.invoice_id, left, invoice.open))
        if message["Subject"] != LEVELS[self.level(ids)].subject:
            self.complain("another level", ids)
        (total, currency) = TOTAL.findall(text)[0]
        expected = sum((due.get(one, ZERO) for one in ids), ZERO)
        if (Decimal(total.replace(",", "")), currency) != (expected, key[1]):
            self.complain("another total", (ids, total, expected))
        return ids

    def why(self, invoice: Invoice) -> str:
        if invoice.open <= 0:
            return "paid"
        if invoice.invoice_id in self.world.disputes:
            return "disputed"
        if self.is_held(invoice):
            return "promised"
        return "covered, too early or too little"

    def state(self, promise: Promise, today: dt.date) -> str:
        """By what was paid until now or the end of its day."""
        if promise.is_withdrawn:
            return "withdrawn"
        until = min(promise.pay_by, today)
        about = [
            one
            for one in self.world.of_key[promise.key]
            if not promise.invoice_ids or one.invoice_id in promise.invoice_ids
        ]
        ids = {one.invoice_id for one in about}
        said_on, later = promise.at.astimezone(self.world.zone).date(), ZERO
        on_account = self.world.on_account[promise.key]
        paid = sum((amount for day, amount in on_account if said_on <= day <= until), ZERO)
        for payment in self.world.paid[promise.key]:
            if payment.invoice_id not in ids:
                continue
            day = payment.at.astimezone(self.world.zone).date()
            if day > until:
                later += payment.amount
            elif payment.at > promise.at:
                paid += payment.amount
        issued_later = sum((one.original for one in about if one.issued_on > until), ZERO)
        left = sum((one.open for one in about), ZERO) + later - issued_later
        if paid >= promise.amount:
            return "kept"
        if left <= 0:
            return "settled"
        if today <= promise.pay_by:
            return "open"
        return "part-kept" if paid else "broken"
