"""Formats and icons for templates; lists make their cells in Python instead."""

import datetime as dt
from decimal import Decimal

from django import forms, template
from django.forms.utils import flatatt
from django.utils import timezone
from django.utils.safestring import SafeString

from arportal.b2b import Money, minor_digits
from arportal.desk.format import formats, icons, statuses
from arportal.desk.format.number_formats import FIELD, in_use
from arportal.desk.forms.amount_fields import NumberField
from arportal.desk.lists import cells
from arportal.desk.site import links
from arportal.mirror.models import InvoiceState
from arportal.receivables.models import ExchangeRate
from arportal.receivables.tables import amounts
from arportal.stores.models import NumberFormat

register = template.Library()


@register.simple_tag
def icon(name: str, size: int = 16) -> SafeString:
    return icons.icon(str(name), size)


@register.simple_tag
def amounts_of(currency: str) -> SafeString:
    """Attributes of a form, from which its scripts know how to read and write amounts: see amounts.js."""
    number_format = in_use().writing
    return flatatt(
        {
            "data-digits": minor_digits(currency),
            "data-pattern": amounts.pattern(number_format, currency),
            "data-format": number_format.value,
        }
    )


@register.inclusion_tag("forms/_number_format.html")
def number_format_field() -> dict[str, str]:
    """A hidden field for every form with amounts: their format, should the person choose another one meanwhile."""
    return {"name": FIELD, "value": in_use().writing.value}


@register.filter
def other_format(field: forms.BoundField) -> NumberFormat | None:
    """The other number format, if a value that was refused could be read in that one."""
    number = field.field
    return number.other_reading(field.data) if isinstance(number, NumberField) else None


@register.simple_tag
def page_url(page: str, slug: str, api_id: int | None = None) -> str:
    return links.link(page, slug, api_id)


@register.filter
def money(amount: Money) -> SafeString:
    return cells.money(amount, formats.formatter())


@register.filter
def figure(amount: Money) -> str:
    """The number alone, for a place beside which the currency stands already."""
    return formats.formatter().figure(amount)


@register.filter
def day(moment: dt.datetime | None) -> str:
    return formats.formatter().day(moment) or cells.NOTHING


@register.filter
def calendar_day(date: dt.date | None) -> str:
    return formats.formatter().date(date) or cells.NOTHING


@register.filter
def quantity(number: Decimal | None) -> str:
    return "" if number is None else formats.formatter().number(number)


@register.filter
def exchange_rate(rate: ExchangeRate) -> str:
    """`1 EUR = 1.0845 USD`."""
    return f"1 {rate.currency} = {formats.formatter().rate(rate.rate)} {rate.into}"


@register.filter
def moment(when: dt.datetime | None) -> str:
    return formats.formatter().moment(when) or cells.NOTHING


@register.filter
def age(when: dt.datetime) -> str:
    return formats.formatter().age(when, timezone.now())


@register.filter
def duration(length: dt.timedelta) -> str:
    return formats.formatter().duration(length)


@register.filter
def wait(seconds: int) -> str:
    """`45 seconds`, `2 minutes`; waiting.js says it in the same words."""
    return formats.formatter().duration(dt.timedelta(seconds=seconds))


@register.filter
def late(days: int) -> str:
    return formats.formatter().days_late(days)


@register.filter
def mail_pill(state: str) -> SafeString:
    return cells.mail_pill(state)


@register.filter
def invoice_pill(state: InvoiceState) -> SafeString:
    return cells.invoice_pill(state)


@register.filter
def payment_pill(status: int) -> SafeString:
    return cells.payment_pill(status)


@register.filter
def payment_words(status: int) -> str:
    return statuses.payment_words(status)


@register.filter
def receipt_pill(transaction_type: str) -> SafeString:
    return cells.receipt_pill(transaction_type)


@register.filter
def change_pill(state: str) -> SafeString:
    return cells.change_pill(state)


@register.filter
def invoice_status(status: int) -> str:
    return statuses.invoice_status_words(status)


@register.filter
def company_pill(status: int) -> SafeString:
    return cells.company_pill(status)


@register.filter
def promise_pill(state: str) -> SafeString:
    return cells.promise_pill(state)


@register.filter
def tier_pill(tier: str) -> SafeString:
    return cells.tier_pill(tier)


@register.filter
def dispute_pill(outcome: str) -> SafeString:
    return cells.dispute_pill(outcome)
