"""Reading a payment afresh before something is asked of it."""

import pytest

from arportal.b2b.errors import RateLimited
from arportal.mirror.models import Payment
from arportal.receivables.changes.deferring import asking
from arportal.receivables.changes.errors import Invalid, StoreUnreadable
from arportal.receivables.payments import payment_contents
from arportal.receivables.payments.payment_contents import MOST_FRESH, read_afresh
from tests.b2b import samples
from tests.b2b.samples.parts import money
from tests.receivables.payments.few_payments import PAYMENT


@pytest.fixture
def read(controller, monkeypatch):
    """Reads the payment where the store answers so; tells what came of it, and the invoices read beside it."""

    def read(answer, **options):
        invoices = []

        def refresh(_store, _payment_id):
            if isinstance(answer, Exception):
                raise answer
            return answer

        monkeypatch.setattr(payment_contents, "refresh_payment", refresh)
        monkeypatch.setattr(payment_contents, "refresh_invoices", lambda _store, ids: invoices.extend(ids))
        return read_afresh(controller, PAYMENT, **options), invoices

    return read


def test_it_works(read):
    payment = Payment(raw=samples.payment())
    assert read(payment) == (payment, [])
    assert read(payment, with_balances=True) == (payment, [205, 206])


def test_of_many_invoices_some_are_read_beside_it(read):
    lines = [{"invoiceId": number, "amount": money("1")} for number in range(1, MOST_FRESH + 5)]
    _payment, invoices = read(Payment(raw=samples.payment(lineItems=lines)), with_balances=True)
    assert invoices == list(range(1, MOST_FRESH + 1))


@pytest.mark.parametrize("options", [{}, {"with_balances": True}])
def test_what_cannot_be_read(read, options):
    with pytest.raises(Invalid, match="no longer has this payment"):
        read(None, **options)
    with pytest.raises(StoreUnreadable):
        read(RateLimited("too many", wait=1), **options)


def test_what_may_wait_for_room_is_taken_from_the_mirror(controller, payment, sandbox):
    with asking(is_deferred=True):
        assert read_afresh(controller, payment.api_id, with_balances=True) == payment
    assert sandbox.control("GET", "requests") == []
