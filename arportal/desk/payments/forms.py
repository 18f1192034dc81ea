"""The base of the forms that change a payment: the change's id, and the payment as it was shown."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _lazy

from arportal.desk.forms.change_form import ChangeForm, ReasonField, SeenField
from arportal.mirror.models import Payment
from arportal.receivables.changes.snapshot import Snapshot
from arportal.receivables.payments.payment_contents import shown


def sealed(payment: Payment) -> str:
    return Snapshot("payment", payment.api_id, shown(payment)).seal()


class PaymentForm(ChangeForm):
    """The base of the forms that change a payment, with the payment as it was shown."""

    seen = SeenField("payment")
    ticks: ClassVar[tuple[str, ...]] = ()

    def __init__(self, data: dict[str, str] | None, payment_id: int, **more: Any) -> None:
        super().__init__(data, **more)
        self.payment_id = payment_id
        seen: Any = self.fields["seen"]
        seen.api_id = payment_id

    def renew(self, payment: Payment) -> None:
        """Sent again, it is a new change, of the payment as it is now; what was ticked was ticked for another."""
        self.data = {name: value for name, value in self.data.items() if name not in self.ticks}
        self.again(seen=sealed(payment))


class TickField(forms.BooleanField):
    """A confirmation that has to be ticked."""

    def __init__(self, label: Any) -> None:
        super().__init__(
            label=label,
            error_messages={"required": _lazy("Tick this to continue.")},
            widget=forms.CheckboxInput({"class": "form-check-input"}),
        )


class DeletionForm(PaymentForm):
    reason = ReasonField()
    sure = TickField(_lazy("Delete this payment permanently"))
    ticks = ("sure",)
