"""The mail of a choice: the text of its level, with a table of what is left to pay of each invoice."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from arportal.b2b import Money
from arportal.documents.branding.letterheads import Letterhead
from arportal.documents.figures import MINUS, calendar_day, figure
from arportal.documents.mails.compose import Composed, Table, compose
from arportal.documents.rendering.rendering import in_their_language
from arportal.receivables.collections.choosing import Choice, Level
from arportal.receivables.mails.texts import Text


def reminder_mail(
    letterhead: Letterhead, company_name: str, choice: Choice, levels: Sequence[Level], today: dt.date
) -> Composed:
    """The choice must have lines."""
    level = levels[choice.level - 1]
    with in_their_language():
        values: dict[str, str | Table] = {
            "company": company_name,
            "store": letterhead.name,
            "day": calendar_day(today),
            "invoices": _table(choice),
            "total": f"{figure(choice.total)} {choice.currency}",
            "days": str(max(line.invoice.days_late(today) for line in choice.lines)),
        }
        return compose(letterhead, Text(level.subject, level.text), values)


def _table(choice: Choice) -> Table:
    code = choice.currency
    rows = [
        (
            line.invoice.number,
            calendar_day(line.invoice.due_on),
            figure(Money(line.invoice.original, code)),
            figure(Money(line.left, code)),
        )
        for line in choice.lines
    ]
    if choice.covered:
        rows.append((_("Less credits and money on account"), "", "", f"{MINUS}{figure(choice.covered)}"))
    headings = (
        _("Invoice"),
        _("Due"),
        _("Amount, %(currency)s") % {"currency": code},
        _("Still open, %(currency)s") % {"currency": code},
    )
    return Table(headings, tuple(rows), figures=2)


def details_of(choice: Choice) -> dict[str, Any]:
    """The figures of the mail, kept with it: by its levels it is known what each invoice was reminded of."""
    return {
        "currency": choice.currency,
        "level": choice.level,
        "levels": {str(line.invoice.invoice_id): line.level for line in choice.lines},
        "left": {str(line.invoice.invoice_id): f"{line.left:.4f}" for line in choice.lines},
        "covered": f"{choice.covered.amount:.4f}",
    }
