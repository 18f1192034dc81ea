"""Exchange rates: who may set them, and which one counts."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone

from arportal.receivables.ageing.ageing import AsOf
from arportal.receivables.ageing.conversion import Conversion
from arportal.receivables.ageing.rates import rates_as_of, set_rates
from arportal.receivables.models import ExchangeRate
from arportal.stores.access import NotAllowed
from arportal.stores.models import Activity, Membership, Store

DAY = dt.timedelta(days=1)


def rates(actor: Membership, as_of: AsOf) -> dict[str, Decimal]:
    return {currency: row.rate for currency, row in rates_as_of(actor, as_of).items()}


def typed_by_another(store: Store, into: str, actor: Membership, day: dt.date) -> None:
    ExchangeRate.objects.create(store=store, currency="JPY", into=into, day=day, rate=9, actor=actor)


def test_the_latest_of_the_stores_own_counts(controller, other_store, today):
    store = controller.store
    set_rates(controller, today - 2 * DAY, {"JPY": Decimal("0.01"), "XXX": Decimal(2)})
    set_rates(controller, today - DAY, {"JPY": Decimal("0.02")})
    set_rates(controller, today + DAY, {"JPY": Decimal("0.03")})
    typed_by_another(other_store, store.currency, controller, today)
    typed_by_another(store, "KWD", controller, today)
    assert rates(controller, AsOf(today, today)) == {"JPY": Decimal("0.02"), "XXX": 2}
    assert rates(controller, AsOf(today - 2 * DAY, today))["JPY"] == Decimal("0.01")


def test_as_they_were_known(controller, today):
    """Written down today, though of the day before yesterday."""
    day = today - 2 * DAY
    set_rates(controller, day, {"JPY": Decimal("0.01")})
    assert rates(controller, AsOf(day, today, today - DAY)) == {}
    for known_on in (today, None):
        assert rates(controller, AsOf(day, today, known_on)) == {"JPY": Decimal("0.01")}
    ExchangeRate.objects.update(at=timezone.now() - 2 * DAY)
    assert rates(controller, AsOf(day, today, today - DAY)) == {"JPY": Decimal("0.01")}


def test_who_may_and_what_is_told(controller, clerk, today):
    with pytest.raises(NotAllowed):
        set_rates(clerk, today, {"JPY": Decimal(1)})
    set_rates(controller, today, {"JPY": Decimal("0.0100"), "XXX": Decimal(2)})
    own = controller.store.currency
    told = Activity.objects.get(store=controller.store, kind=Activity.Kind.RATE)
    assert told.words == f"{today}: 1 JPY = 0.0100 {own}, 1 XXX = 2 {own}"


def test_nothing_owed_has_no_total():
    assert Conversion("EUR", []).total is None
