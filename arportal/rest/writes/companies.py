"""Writes about companies and the people who buy for them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from rest_framework import serializers

from arportal.b2b import CompanyStatus, UserRole, plain
from arportal.receivables.changes.verb import Verb
from arportal.receivables.companies.add_buyer import AddBuyer
from arportal.receivables.companies.edit_buyer import EditBuyer
from arportal.receivables.companies.edit_company import EditCompany
from arportal.receivables.companies.remove_buyer import RemoveBuyer
from arportal.receivables.companies.set_company_status import SetCompanyStatus
from arportal.receivables.companies.set_credit import SetCredit
from arportal.receivables.companies.set_credit_hold import SetCreditHold
from arportal.receivables.companies.set_parent import SetParent
from arportal.receivables.companies.set_terms import SetTerms
from arportal.receivables.companies.set_values import EXTRA, SetValues
from arportal.receivables.companies.switch_methods import SwitchMethods
from arportal.rest.problems import Problem
from arportal.rest.writes.forms import Amount, ApiId, Texts, VerbForm, Words, WriteRequest, reason_field

COMPANY, BUYER = "company", "buyer"
ROLES = [(int(role), role.name) for role in UserRole]


class ValuesForm(VerbForm):
    """The form of a verb that sets values: all fields but the id and the reason are values to be set."""

    kind = COMPANY
    of = "company_id"
    verb: ClassVar[type[SetValues[Any]]]

    def build(self, request: WriteRequest) -> Verb[Any]:
        wanted: dict[str, Any] = {}
        for name, value in self.values.items():
            if name == "extra_fields":
                wanted |= {f"{EXTRA}{field}": text for field, text in value.items()}
            elif name not in (self.of, "reason"):
                wanted[name] = plain(value) if isinstance(value, Decimal) else value
        return self.verb.fill(
            actor=request.actor,
            change_id=request.change_id,
            target_id=self.values[self.of],
            seen=self.seen(request),
            wanted=wanted,
            reason=self.values["reason"],
        )


class SwitchMethodsForm(VerbForm):
    """Turns payment methods of a company on or off, by their codes. If-Match is that of its payment methods."""

    verb = SwitchMethods
    kind = "payment methods"
    of = "company_id"
    example: ClassVar = {"company_id": 1001, "methods": {"cheque": False}}

    company_id = ApiId()
    methods = serializers.DictField(child=serializers.BooleanField(), allow_empty=False)

    def build(self, request: WriteRequest) -> Verb[Any]:
        wanted = self.values["methods"]
        known: Mapping[str, bool] = self.seen(request)
        if unknown := sorted(set(wanted) - set(known)):
            words = _("The company has no payment method %(codes)s.") % {"codes": ", ".join(unknown)}
            raise Problem(422, "invalid", words, {"methods": [words]})
        return SwitchMethods(
            actor=request.actor,
            change_id=request.change_id,
            company_id=self.values["company_id"],
            wanted=wanted,
            seen={code: known[code] for code in wanted},
        )


class SetCreditHoldForm(VerbForm):
    """Puts a company's credit on hold, or releases it."""

    verb = SetCreditHold
    example: ClassVar = {"company_id": 1001, "is_on_hold": True, "reason": "60 days late"}

    company_id = ApiId()
    is_on_hold = serializers.BooleanField()
    reason = reason_field()


class SetCreditForm(ValuesForm):
    """Sets a company's credit. If-Match is that of its credit."""

    verb = SetCredit
    kind = "credit"
    example: ClassVar = {"company_id": 1001, "available_credit": "1200", "reason": "As agreed"}

    company_id = ApiId()
    credit_enabled = serializers.BooleanField(required=False)
    available_credit = Amount(required=False, min_value=Decimal(0))
    credit_currency = serializers.RegexField("^[A-Z]{3}$", required=False)
    limits_purchases = serializers.BooleanField(required=False)
    reason = reason_field()


class SetTermsForm(ValuesForm):
    """Sets a company's payment terms: days of its own, or null for the store's. If-Match is that of its terms."""

    verb = SetTerms
    kind = "terms"
    example: ClassVar = {"company_id": 1001, "own_terms_days": 45, "reason": "As agreed"}

    company_id = ApiId()
    own_terms_days = serializers.IntegerField(min_value=0, max_value=365, allow_null=True)
    reason = reason_field()


class SetCompanyStatusForm(ValuesForm):
    """Approves, rejects, deactivates or reactivates a company."""

    verb = SetCompanyStatus
    example: ClassVar = {"company_id": 1001, "status": 3, "reason": "Asked for by them"}

    company_id = ApiId()
    status = serializers.ChoiceField([(int(each), each.name) for each in CompanyStatus])
    reason = reason_field()


class SetParentForm(ValuesForm):
    """Puts a company below another one, or detaches it (null)."""

    verb = SetParent
    example: ClassVar = {"company_id": 1001, "parent_id": 1002, "reason": "Bought by them"}

    company_id = ApiId()
    parent_id = ApiId(allow_null=True)
    reason = reason_field()


class EditCompanyForm(ValuesForm):
    """Changes what the body names of a company's contact and address."""

    verb = EditCompany
    example: ClassVar = {"company_id": 1001, "phone": "+1 555 0100", "reason": "They wrote"}

    company_id = ApiId()
    email = serializers.EmailField(max_length=250, required=False)
    phone = Words(required=False)
    address_line1 = Words(required=False)
    address_line2 = Words(required=False)
    city = Words(required=False)
    state = Words(required=False)
    zip_code = Words(required=False)
    country = Words(required=False)
    extra_fields = Texts(required=False)
    reason = reason_field()


class AddBuyerForm(VerbForm):
    """Gives a person an account of the company. `channel_ids` are the storefronts, none where the store has one."""

    verb = AddBuyer
    example: ClassVar = {
        "company_id": 1001,
        "email": "ada@example.com",
        "first_name": "Ada",
        "last_name": "Voss",
        "role": 2,
        "reason": "They wrote",
    }

    company_id = ApiId()
    email = serializers.EmailField(max_length=250)
    first_name = serializers.CharField(max_length=200)
    last_name = serializers.CharField(max_length=200)
    phone = Words(default="")
    role = serializers.ChoiceField(ROLES)
    channel_ids = serializers.ListField(child=ApiId(), default=list, max_length=100)
    reason = reason_field()

    def build(self, request: WriteRequest) -> Verb[Any]:
        values = dict(self.values)
        return AddBuyer(
            actor=request.actor,
            change_id=request.change_id,
            company_id=values.pop("company_id"),
            channel_ids=values.pop("channel_ids"),
            reason=values.pop("reason"),
            wanted=values,
        )


class EditBuyerForm(ValuesForm):
    """Changes what the body names of a person who buys."""

    verb = EditBuyer
    kind = BUYER
    of = "buyer_id"
    example: ClassVar = {"buyer_id": 31, "role": 1, "reason": "They wrote"}

    buyer_id = ApiId()
    first_name = serializers.CharField(max_length=200, required=False)
    last_name = serializers.CharField(max_length=200, required=False)
    phone = Words(required=False)
    role = serializers.ChoiceField(ROLES, required=False)
    extra_fields = Texts(required=False)
    reason = reason_field()

    def seen(self, request: WriteRequest) -> Any:
        return super().seen(request)["values"]


class RemoveBuyerForm(VerbForm):
    """Takes a person's account of the company away."""

    verb = RemoveBuyer
    kind = BUYER
    of = "buyer_id"
    example: ClassVar = {"buyer_id": 31, "reason": "Left them"}

    buyer_id = ApiId()
    reason = reason_field()

    def build(self, request: WriteRequest) -> Verb[Any]:
        return RemoveBuyer(
            actor=request.actor,
            change_id=request.change_id,
            user_id=self.values["buyer_id"],
            seen=self.seen(request)["guarded"],
            reason=self.values["reason"],
        )


FORMS = (
    SwitchMethodsForm,
    SetCreditHoldForm,
    SetCreditForm,
    SetTermsForm,
    SetCompanyStatusForm,
    SetParentForm,
    EditCompanyForm,
    AddBuyerForm,
    EditBuyerForm,
    RemoveBuyerForm,
)
