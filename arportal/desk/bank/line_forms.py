"""The forms of a bank line: which payment it is, on account of whom, or nothing of ours."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.b2b import plain
from arportal.desk.administration.company_field import CompanyField
from arportal.desk.format.formats import formatter
from arportal.desk.forms.amount_fields import AmountField
from arportal.desk.forms.change_form import ChangeForm, ReasonField
from arportal.desk.forms.form_data import FormData
from arportal.desk.forms.widgets import Input
from arportal.receivables.allocation.allocations import Allocation
from arportal.receivables.matching.accept import Acceptance
from arportal.receivables.matching.suggestion import Suggestion
from arportal.receivables.models import BankLine
from arportal.receivables.payments.record_payment import Accepted
from arportal.stores.models import Membership

CHOICE = re.compile(r"([0-9]{1,18}):((?:[0-9]{1,18}=[0-9]{1,15}(?:\.[0-9]{1,4})?,?){1,500})")


def choice_of(suggestion: Suggestion) -> str:
    """The suggestion in the value of a radio button: the company, and what each invoice gets."""
    lines = ",".join(f"{each.invoice_id}={plain(each.amount)}" for each in suggestion.allocations)
    return f"{suggestion.company_id}:{lines}"


class AcceptForm(ChangeForm):
    """Says which payment the line is: what was shown, whatever would be suggested by now."""

    choice = forms.CharField(error_messages={"required": _lazy("Choose what this line pays.")})
    write_off = forms.BooleanField(required=False)
    duplicates = forms.CharField(required=False)

    def clean_choice(self) -> tuple[int, tuple[Allocation, ...]]:
        match = CHOICE.fullmatch(self.cleaned_data["choice"])
        if match is None:
            raise forms.ValidationError(_("Choose what this line pays."))
        parts = [part.split("=") for part in match[2].strip(",").split(",")]
        return int(match[1]), tuple(Allocation(int(api_id), Decimal(amount)) for api_id, amount in parts)

    def acceptance(self, line: BankLine) -> Acceptance:
        company_id, allocations = self.cleaned_data["choice"]
        duplicates = frozenset(self.cleaned_data["duplicates"].split())
        return Acceptance(
            line_id=line.pk,
            company_id=company_id,
            allocations=allocations,
            accepted=Accepted(duplicates=duplicates),
        )


class IgnoreForm(ChangeForm):
    reason = ReasonField()

    def __init__(self, data: FormData) -> None:
        super().__init__(data, initial={"reason": _("Not a payment of a customer")})
        # Beside it are links to pages that ask for reasons of their own.
        self.fields["reason"].label = _("Reason to leave it out")


class OnAccountForm(ChangeForm):
    company = CompanyField(label=_lazy("Company"))
    reason = ReasonField()

    def __init__(
        self, data: FormData, actor: Membership, line: BankLine, company_id: int | None = None
    ) -> None:
        initial = {
            "company": f"#{company_id}" if company_id else "",
            "amount": formatter().figure(line.left_money),
            "reason": _("No invoice named"),
        }
        super().__init__(data, initial=initial)
        field: Any = self.fields["company"]
        field.offer_to(actor)
        # Who comes here by a key goes on by keys.
        field.widget.attrs["autofocus"] = True
        label = _("Amount in %(currency)s") % {"currency": line.currency}
        self.fields["amount"] = AmountField(
            line.currency, required=True, label=label, widget=Input("text", inputmode="decimal")
        )
        self.order_fields(["company", "amount", "reason"])

    def clean_company(self) -> int:
        company_id: int | None = self.cleaned_data["company"]
        if company_id is None:
            raise forms.ValidationError(_("Choose the company."))
        return company_id


class TakeBackForm(ChangeForm):
    reason = ReasonField()
