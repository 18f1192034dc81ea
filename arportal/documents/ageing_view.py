"""The text of an ageing report's document: a table for each currency, every figure already written."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from arportal.b2b import Money
from arportal.documents.figures import calendar_day, figure, quantity
from arportal.documents.parts import Party
from arportal.receivables.ageing.ageing import Aged
from arportal.receivables.ageing.conversion import Conversion
from arportal.receivables.ageing.report import Report
from arportal.receivables.models import Basis

# A landscape page has room for so many figures side by side in the usual size, and in a smaller one.
MOST, MOST_DENSE = 8, 11


@dataclass(frozen=True)
class AgeingTable:
    """`rows`: name and figures. `total`: () where there is none. `rests`: what of the balance nothing explains, as
    words and figure."""

    currency: str
    rows: tuple[tuple[str, tuple[str, ...]], ...]
    total: tuple[str, ...]
    rests: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class AgeingView:
    """All text is as people read it and none of it is trusted. `headings`: those of the columns after the first."""

    title: str
    number: str
    facts: tuple[tuple[str, str], ...]
    first_heading: str
    headings: tuple[str, ...]
    tables: tuple[AgeingTable, ...]
    converted: AgeingTable | None = None
    parties: tuple[Party, ...] = ()

    @property
    def width(self) -> str:
        """A class of paper.css, by the number of columns."""
        if len(self.headings) <= MOST:
            return ""
        return "dense" if len(self.headings) <= MOST_DENSE else "densest"


def ageing_view(
    report: Report, first_heading: str, currency: str, conversion: Conversion | None
) -> AgeingView:
    """All rows of the report, of one currency or ("") of all. Raises NotKnown."""
    currencies = [code for code in report.currencies if currency in ("", code)]
    # A column of its own, where anything is on account at all.
    with_received = any(code in report.on_account for code in currencies)
    rows: dict[str, list[tuple[str, tuple[str, ...]]]] = {code: [] for code in currencies}
    for group in report.all_rows():
        if group.aged.currency in rows:
            received = (_figure(report.on_account_of(group)),) if with_received else ()
            rows[group.aged.currency].append((group.name, (*_figures(group.aged), *received)))
    return AgeingView(
        title=_("Ageing"),
        number=calendar_day(report.as_of.day),
        facts=_facts(report),
        first_heading=first_heading,
        headings=_headings(report, with_received=with_received),
        tables=tuple(
            _table(report, code, tuple(rows[code]), with_received=with_received) for code in currencies
        ),
        converted=_converted(conversion) if conversion else None,
    )


def _headings(report: Report, *, with_received: bool) -> tuple[str, ...]:
    buckets = [str(bucket.label) for bucket in report.as_of.buckets]
    received = (_("On account"),) if with_received else ()
    return (*buckets, _("Open"), _("Credit"), _("Balance"), *received)


def _table(
    report: Report, currency: str, rows: tuple[tuple[str, tuple[str, ...]], ...], *, with_received: bool
) -> AgeingTable:
    received = (_figure(report.on_account_total(currency)),) if with_received else ()
    rests = report.not_explained.get(currency, ())
    return AgeingTable(
        currency=currency,
        rows=rows,
        total=(*_figures(report.total(currency)), *received),
        rests=tuple((str(part.cause.label), figure(part.amount)) for part in rests),
    )


def _converted(conversion: Conversion) -> AgeingTable:
    rows = []
    for row in conversion.rows:
        words = {"currency": row.currency}
        name = row.currency
        if row.rate is not None:
            words["rate"] = quantity(row.rate.rate)
            words["into"] = row.rate.into
            words["day"] = calendar_day(row.rate.day)
            name = _("%(currency)s (1 = %(rate)s %(into)s of %(day)s)") % words
        elif row.aged is None:
            name = _("%(currency)s (no rate)") % words
        rows.append((name, _figures(row.aged) if row.aged else ()))
    total = _figures(conversion.total) if conversion.total else ()
    return AgeingTable(currency=conversion.into, rows=tuple(rows), total=total, rests=())


def _facts(report: Report) -> tuple[tuple[str, str], ...]:
    as_of, actor = report.as_of, report.actor
    known = calendar_day(as_of.known_on) if as_of.known_on else _("now")
    by = _("due date") if as_of.basis == Basis.DUE else _("invoice date")
    seen = (
        () if actor.all_companies else ((_("Companies"), _("those that %(who)s sees") % {"who": actor.user}),)
    )
    return ((_("As of"), calendar_day(as_of.day)), (_("As known"), known), (_("Days late by"), by), *seen)


def _figure(amount: Money | None) -> str:
    return figure(amount) if amount else ""


def _figures(aged: Aged) -> tuple[str, ...]:
    return tuple(_figure(amount) for amount in aged.figures)
