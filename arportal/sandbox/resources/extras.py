"""Configurations of extra fields: I8, O8, C5 and U4 of the contract; each noun spells them a little differently."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from arportal.sandbox.models import ExtraField
from arportal.sandbox.requests import lists
from arportal.sandbox.requests.endpoint import Endpoint

BOUNDS = ("maximumLength", "numberOfRows", "maximumValue")  # text, multiline, number
LIMIT = 100


def _common(field: ExtraField) -> dict[str, Any]:
    return {
        "id": field.pk,
        "fieldName": field.name,
        "fieldType": field.field_type,
        "isRequired": field.is_required,
        "isUnique": False,
        "visibleToEnduser": True,
        "configType": 2,
        "defaultValue": "",
    }


def present(field: ExtraField) -> dict[str, Any]:
    """Invoices, companies and users: bounds are texts, uuid too."""
    bound = BOUNDS[field.field_type] if field.field_type < len(BOUNDS) else ""
    return (
        _common(field)
        | {"uuid": "", "listOfValue": field.options}
        | {name: str(LIMIT) if name == bound else "" for name in BOUNDS}
    )


def present_for_orders(field: ExtraField) -> dict[str, Any]:
    """Orders: bounds and uuid are numbers, the list has another name (contract 1.2, X-53)."""
    return (
        _common(field)
        | {"uuid": field.pk, "labelName": field.name, "listOfValues": field.options}
        | dict.fromkeys(BOUNDS, LIMIT)
    )


class _ExtraFields(Endpoint):
    noun = ""
    maximum: int | None = 250
    message = "SUCCESS"

    def get(self, request: Request) -> Response:
        rows = ExtraField.objects.filter(noun=self.noun).order_by("pk")
        shape = present_for_orders if self.noun == "order" else present
        return lists.page(rows, request, shape, maximum=self.maximum, message=self.message)


class InvoiceExtraFields(_ExtraFields):
    noun = "invoice"


class OrderExtraFields(_ExtraFields):
    noun, maximum = "order", 200


class CompanyExtraFields(_ExtraFields):
    noun, maximum = "company", None


class UserExtraFields(_ExtraFields):
    noun, message = "user", "Success"
