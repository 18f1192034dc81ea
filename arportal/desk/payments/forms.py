"""The base of the forms that change a payment: the change's id, and the payment as it was shown."""

import uuid
from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as _lazy

from arportal.desk.forms.keepable import Keepable
from arportal.desk.forms.widgets import Input
from arportal.mirror.models import Payment
from arportal.receivables.changes.reasons import LONGEST
from arportal.receivables.payments.payment_contents import Contents, shown

STALE = _lazy("This form is out of date. Check the payment as it is now, then send it again.")
SALT = "payment as shown"


class SeenField(forms.CharField):
    """The payment as it was shown, sealed: nobody can be made to agree to something they did not see."""

    def __init__(self) -> None:
        super().__init__(widget=Input("hidden"), error_messages={"required": STALE})
        self.payment_id = 0

    def clean(self, value: Any) -> Contents:
        try:
            payment_id, contents = signing.loads(super().clean(value), salt=SALT)
        except signing.BadSignature:
            payment_id, contents = None, {}
        if payment_id != self.payment_id:
            raise forms.ValidationError(STALE)
        seen: Contents = contents
        return seen


def sealed(payment: Payment) -> str:
    return signing.dumps([payment.api_id, shown(payment)], salt=SALT, compress=True)


class PaymentForm(Keepable, forms.Form):
    change_id = forms.UUIDField(
        widget=Input("hidden"), initial=uuid.uuid4, error_messages={"invalid": STALE, "required": STALE}
    )
    seen = SeenField()
    ticks: ClassVar[tuple[str, ...]] = ()

    def __init__(self, data: dict[str, str] | None, payment_id: int, **more: Any) -> None:
        super().__init__(data, use_required_attribute=False, **more)
        self.payment_id = payment_id
        seen: Any = self.fields["seen"]
        seen.payment_id = payment_id

    def top_reasons(self) -> list[str]:
        """The reasons that stand above the form because they have no visible field."""
        hidden = [*self.errors.get("change_id", []), *self.errors.get("seen", [])]
        return list(dict.fromkeys([*self.non_field_errors(), *hidden]))

    def renew(self, payment: Payment) -> None:
        """Sent again, it is a new change, of the payment as it is now; what was ticked was ticked for another."""
        kept = {name: value for name, value in self.data.items() if name not in self.ticks}
        self.data = {**kept, "change_id": str(uuid.uuid4()), "seen": sealed(payment)}

    def again(self) -> None:
        """Sent again, it is a new change, but of what was agreed to: nothing has happened."""
        self.data = {**self.data, "change_id": str(uuid.uuid4())}

    def refuse(self, reasons: Mapping[str, list[str]]) -> None:
        """Puts each reason beside its field; those without a field stand above the form."""
        for name, words in reasons.items():
            self.add_error(name if name in self.fields else None, words)


class ReasonField(forms.CharField):
    def __init__(self) -> None:
        super().__init__(
            label=_lazy("Reason"),
            max_length=LONGEST,
            help_text=_lazy("It is kept in the history."),
            error_messages={"required": _lazy("Give a reason: it is kept in the history.")},
            widget=Input(),
        )


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
