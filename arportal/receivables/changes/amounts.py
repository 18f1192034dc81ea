"""An amount that somebody asks to be moved: above zero, in whole units of its currency's smallest."""

from django.utils.translation import gettext as _

from arportal.b2b import Money, minor_digits
from arportal.receivables.changes.errors import Invalid


def problem_in_amount(money: Money, has: Money | None = None) -> str:
    """The reason why it cannot be asked for; empty if it can. What a thing `has` already may stay as it is."""
    if money.amount <= 0:
        return _("Enter an amount above zero.")
    digits = minor_digits(money.currency)
    if money != has and money.amount != round(money.amount, digits):
        return _("%(currency)s has %(digits)d decimals.") % {"currency": money.currency, "digits": digits}
    return ""


def check_amount(money: Money) -> None:
    """Raises Invalid with the field `amount`."""
    if problem := problem_in_amount(money):
        raise Invalid({"amount": [problem]})
