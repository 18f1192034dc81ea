"""Exchange rates of a store: typed in by people, and kept with who and when."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from django.db import transaction

from arportal.receivables.ageing.ageing import AsOf, end_of
from arportal.receivables.models import ExchangeRate
from arportal.stores.access import Permission, require
from arportal.stores.activity import Kind, record
from arportal.stores.models import Membership


def set_rates(actor: Membership, day: dt.date, rates: Mapping[str, Decimal]) -> None:
    """Writes down what one unit of each currency was worth on that day, in the store's own. Raises NotAllowed."""
    require(actor, Permission.SET_RATES)
    own = actor.store.currency
    with transaction.atomic():
        ExchangeRate.objects.bulk_create(
            ExchangeRate(store=actor.store, currency=currency, into=own, day=day, rate=rate, actor=actor)
            for currency, rate in rates.items()
        )
        typed = ", ".join(f"1 {currency} = {rate:f} {own}" for currency, rate in rates.items())
        record(actor, Kind.RATE, f"{day}: {typed}")


def rates_as_of(actor: Membership, as_of: AsOf) -> dict[str, ExchangeRate]:
    """Currency → the rate of the latest day up to that of `as_of`, as far as it was typed in by `known_on`."""
    rates = ExchangeRate.objects.filter(store=actor.store, into=actor.store.currency, day__lte=as_of.day)
    if not as_of.is_as_known_now and as_of.known_on is not None:
        rates = rates.filter(at__lt=end_of(actor.store, as_of.known_on))
    latest = rates.order_by("currency", "-day", "-id").distinct("currency")
    return {rate.currency: rate for rate in latest}
