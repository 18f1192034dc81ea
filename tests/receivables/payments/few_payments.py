"""A store with few payments and no HTTP, for what a handler makes of them, and what Changes keep of those."""

from typing import Any, Self

from arportal.b2b import Payment
from arportal.b2b.errors import NotFound
from arportal.receivables.payments.payment_contents import Contents, contents_of
from tests.b2b import samples

# The id in the sample.
PAYMENT = 61


def payment(**changes: Any) -> Payment:
    return Payment.parse(samples.payment(**changes))


def contents(**changes: Any) -> Contents:
    return contents_of(payment(**changes))


class FewPayments:
    """A client of it; `done` are the calls that change something."""

    def __init__(self, *payments: Payment) -> None:
        self.known = {each.payment_id: each for each in payments}
        self.done: list[tuple[str, Any]] = []

    @property
    def payments(self) -> Self:
        return self

    def get(self, payment_id: int) -> Payment:
        if payment_id not in self.known:
            raise NotFound("no such payment")
        return self.known[payment_id]

    def delete(self, payment_id: int) -> int:
        self.done.append(("delete", payment_id))
        return payment_id

    def set_processing_status(self, payment_id: int, status: int) -> int:
        self.done.append(("status", status))
        return payment_id

    def create_offline(self, **about: Any) -> int:
        self.done.append(("create", about))
        return PAYMENT
