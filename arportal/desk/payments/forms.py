"""The base of the forms that change a payment: the change's id, and the payment as it was shown."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _lazy

from arportal.desk.forms.change_form import ChangeForm, ReasonField, SeenField
from arportal.desk.forms.ticks import Confirmation
from arportal.mirror.models import Payment
from arportal.receivables.changes.errors import Conflict, Invalid
from arportal.receivables.changes.snapshot import Snapshot
from arportal.receivables.payments.payment_contents import Contents
from arportal.receivables.payments.versions import Version

VERSION, VERSIONS = "payment version", "payment versions"


def sealed(payment_id: int, contents: Contents) -> str:
    return Snapshot("payment", payment_id, contents).seal()


def sealed_version(payment: Payment) -> str:
    """For a move, which needs no more of the payment than that; lists do not read its contents."""
    return Snapshot(VERSION, payment.api_id, Version.of(payment).as_before()).seal()


def sealed_versions(payments: Iterable[Payment]) -> str:
    versions = {str(payment.api_id): Version.of(payment).as_before() for payment in payments}
    return Snapshot(VERSIONS, 0, versions).seal()


class PaymentForm(ChangeForm):
    """The base of the forms that change a payment, with the payment as it was shown. `conflict` is the refusal of one
    that had changed by then."""

    seen = SeenField("payment")
    ticks: ClassVar[tuple[str, ...]] = ()

    def __init__(self, data: dict[str, str] | None, payment_id: int, **more: Any) -> None:
        super().__init__(data, of=payment_id, **more)
        self.payment_id = payment_id
        self.conflict: Conflict | None = None

    def refused(self, broken: Invalid) -> None:
        super().refused(broken)
        if isinstance(broken, Conflict):
            self.conflict = broken
            self.renew(broken.now)

    @property
    def is_outdated(self) -> bool:
        """True if a hidden field of it cannot be read: it is to be renewed."""
        return bool({"change_id", "seen"} & self.errors.keys())

    def renew(self, now: Contents) -> None:
        """Sent again, it is a new change, of the payment as it is now; what was ticked was ticked for another."""
        self.data = {name: value for name, value in self.data.items() if name not in self.ticks}
        self.again(seen=sealed(self.payment_id, now))


class DeletionForm(PaymentForm):
    reason = ReasonField()
    sure = Confirmation(_lazy("Delete this payment permanently"))
    ticks = ("sure",)
