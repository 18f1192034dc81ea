"""The content of a Change in words: before and after, and which invoices get how much."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from arportal.b2b import InvoiceStatus, Money
from arportal.desk.format.formats import formatter
from arportal.desk.format.statuses import BUYER_ROLE_WORDS, COMPANY_WORDS, INVOICE_STATUS_WORDS, payment_words
from arportal.desk.payments.differences import differences, invoice_numbers
from arportal.mirror.models import Company, Invoice, Method
from arportal.receivables.ageing.closing import DAYS
from arportal.receivables.changes import telling
from arportal.receivables.companies.set_values import EXTRA
from arportal.receivables.models import Change, PaymentRecord
from arportal.stores.models import Activity, Membership

# Shown in ways of their own, or of no use to people.
ELSEWHERE = ("lines", "currency", "methods", "shown", "open", "duplicates", "updated_at", "reason", "kept")
# Of moves of balances: told in words of their own, or nothing for people.
MOVES = ("last_payment", "credit", "undoes", "on_account")
About, Verb = Activity.About, Change.Verb
# Those whose name alone would not do.
LABELS: dict[str, Promise] = {
    "applied": _lazy("Counts towards balances"),
    "payer_name": _lazy("Payer"),
    "received_on": _lazy("Value date"),
    "external_id": _lazy("External ID"),
    "open_balance": _lazy("Open balance"),
    "due_on": _lazy("Due date"),
    "po_number": _lazy("PO number"),
    "is_on_hold": _lazy("Credit on hold"),
    "credit_enabled": _lazy("Buys on credit"),
    "credit_currency": _lazy("Currency of the credit"),
    "limits_purchases": _lazy("Purchases above the available credit are stopped"),
    "own_terms_days": _lazy("Payment terms"),
    "parent_id": _lazy("Parent company"),
    "email": _lazy("E-mail"),
    "address_line1": _lazy("Address"),
    "address_line2": _lazy("Address, second line"),
    "zip_code": _lazy("Postal code"),
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One field that changes; `before` is "" where nothing was there, or where it stays as it was."""

    label: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.label}: {self.before} → {self.after}" if self.before else f"{self.label}: {self.after}"


@dataclass(frozen=True, slots=True)
class Part:
    """The part of a payment that goes to one invoice, which is None when the person cannot see it."""

    invoice: Invoice | None
    invoice_id: int
    amount: Money


def facts(change: Change) -> list[Fact]:
    """The fields that change, where the Change says so, else those that were asked for."""
    if change.verb != Verb.RECORD_PAYMENT and (change.after or change.before):
        names = [*change.before, *(name for name in change.after if name not in change.before)]
        pairs = ((name, change.before.get(name), change.after.get(name)) for name in names)
    else:
        pairs = ((name, None, value) for name, value in change.payload.items())
    told = [
        Fact(_label(name), _words(change, name, before), _words(change, name, after))
        for name, before, after in pairs
        if name not in (*ELSEWHERE, *MOVES) and before != after
    ]
    if change.credit_id is not None and change.after:
        # The credit that is applied or taken back.
        credits = (side["credit"]["open_balance"] for side in (change.before, change.after))
        before, after = (_words(change, "open_balance", balance) for balance in credits)
        told.append(Fact(_("Open balance of the credit"), before, after))
    return told


def _label(name: str) -> str:
    if name.startswith(EXTRA):
        return name.removeprefix(EXTRA)
    return str(LABELS.get(name) or name.replace("_", " ").capitalize())


def method_titles(actor: Membership) -> dict[str, str]:
    """Code of a payment method of the store → its title; methods that are gone have theirs still."""
    titles = Method.objects.filter(store=actor.store_id).exclude(title="")
    return dict(titles.values_list("code", "title"))


def all_facts(actor: Membership, change: Change, titles: Mapping[str, str] | None = None) -> list[Fact]:
    """The facts as the change's page shows them: also the switches, and the reason where one had to be given.
    `titles` are those of the payment methods, for whoever asks about many changes."""
    if change.verb == Verb.SWITCH_METHODS:
        words = {True: _("on"), False: _("off"), None: ""}
        named = method_titles(actor) if titles is None else titles
        return [
            Fact(named.get(code, code), words[change.before.get(code)], words[on])
            for code, on in change.after.items()
        ]
    if change.verb == Verb.EDIT_PAYMENT:
        numbers = invoice_numbers(actor, change.before, change.after)
        edited = differences(change.before, change.after, numbers)
        return [Fact(field.label, field.was, field.now) for field in edited]
    if change.verb == Verb.SET_PARENT:
        # The companies above; the ID of one that this person cannot see.
        ids = (change.before.get("parent_id"), change.after.get("parent_id"))
        companies = Company.objects.visible_to(actor).by_api_id(each for each in ids if each)
        was, now = (str(companies.get(each) or f"#{each}") if each else _("stands alone") for each in ids)
        told = [Fact(_label("parent_id"), was, now)]
    else:
        told = facts(change)
    if reason := change.payload.get("reason"):
        told.append(Fact(_("Reason"), "", str(reason)))
    return told


def parts(actor: Membership, change: Change) -> Iterator[Part]:
    lines = change.payload.get("lines", [])
    if telling.about[change.verb] != About.PAYMENT:
        return
    invoices = Invoice.objects.visible_to(actor).by_api_id(line["invoice_id"] for line in lines)
    currency = change.payload.get("currency") or change.currency
    for line in lines:
        amount = Money(Decimal(line["amount"]), currency)
        yield Part(invoices.get(line["invoice_id"]), line["invoice_id"], amount)


def total(change: Change) -> Money | None:
    """The money it moves; None where it moves none."""
    return Money(change.amount, change.currency) if change.amount is not None else None


def _words(change: Change, name: str, value: Any) -> str:
    if name == "own_terms_days":
        days = ngettext("%(days)s day", "%(days)s days", value or 0)
        return _("the store's own") if value is None else days % {"days": value}
    if value is None or value == "":
        return ""
    if name in DAYS:
        return formatter().date(dt.date.fromisoformat(value))
    if name == "status" and telling.about[change.verb] == About.PAYMENT:
        return payment_words(int(value))
    if name == "status" and telling.about[change.verb] == About.INVOICE:
        return str(INVOICE_STATUS_WORDS.get(InvoiceStatus(value), value))
    if name == "status" and change.verb == Verb.SET_COMPANY_STATUS:
        return str(COMPANY_WORDS.get(value, value))
    if name == "role":
        return str(BUYER_ROLE_WORDS.get(value, value))
    if name == "available_credit":
        amount = Decimal(value)
        write = formatter()
        return write.amount(Money(amount, change.currency)) if change.currency else write.number(amount)
    if name == "open_balance" and change.currency:
        return formatter().amount(Money(Decimal(value), change.currency))
    if name == "applied":
        return {0: _("no"), 1: _("yes")}.get(value, str(value))
    if name == "method" and value in PaymentRecord.Method.values:
        return str(PaymentRecord.Method(value).label)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list | dict):
        return ", ".join(str(each) for each in value)
    return formatter().number(value) if isinstance(value, int) and name != "id" else str(value)
