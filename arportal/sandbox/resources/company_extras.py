"""What companies have beside their own columns: price lists by channel, and extra fields with label and type."""

from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request

from arportal.sandbox import channels
from arportal.sandbox.models import Company, ExtraField
from arportal.sandbox.requests import params

PRICE_LISTS = {11: "Contract prices", 12: "Winter campaign"}


def price_lists(company: Company) -> list[dict[str, Any]]:
    return [
        {
            "channelId": each["channelId"],
            "channelName": channels.names().get(each["channelId"], ""),
            "priceListId": each["priceListId"],
            "priceListName": PRICE_LISTS.get(each["priceListId"], ""),
        }
        for each in company.price_lists
    ]


def extra_fields(company: Company) -> list[dict[str, Any]]:
    """The type comes twice, as a number and as text (contract 1.2 Company)."""
    known = {field.name: field for field in ExtraField.objects.filter(noun="company")}
    return [_described(value, known.get(value["fieldName"])) for value in company.extra_fields]


def _described(value: dict[str, Any], field: ExtraField | None) -> dict[str, Any]:
    kind = field.field_type if field else 0
    return value | {
        "labelName": value["fieldName"],
        "isRequired": str(int(field is not None and field.is_required)),
        "dataType": str(kind),
        "fieldType": kind,
    }


def having(rows: QuerySet[Company], request: Request) -> QuerySet[Company]:
    """extraFields=name:value, all of them: contained in any case, or exactly so with extraFieldFilterType."""
    wanted = [part.partition(":") for part in params.texts(request, "extraFields")]
    if not wanted:
        return rows
    is_exact = params.text(request, "extraFieldFilterType") == "exact-match"
    return rows.filter(
        pk__in=[
            company.pk
            for company in rows
            if all(_has(company, name, value, is_exact=is_exact) for name, _, value in wanted)
        ]
    )


def _has(company: Company, name: str, value: str, *, is_exact: bool) -> bool:
    values = [field["fieldValue"] for field in company.extra_fields if field["fieldName"] == name]
    return any(value == found if is_exact else value.lower() in found.lower() for found in values)
