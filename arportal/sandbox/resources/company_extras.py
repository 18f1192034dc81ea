"""The parts of a company beside its own columns: price lists by channel, and extra fields with label and type."""

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
            "channelId": entry["channelId"],
            "channelName": channels.names().get(entry["channelId"], ""),
            "priceListId": entry["priceListId"],
            "priceListName": PRICE_LISTS.get(entry["priceListId"], ""),
        }
        for entry in company.price_lists
    ]


def extra_fields(company: Company) -> list[dict[str, Any]]:
    """The type comes twice, as a number and as text (contract 1.2 Company)."""
    known = {field.name: field for field in ExtraField.objects.filter(noun="company")}
    described = []
    for value in company.extra_fields:
        field = known.get(value["fieldName"])
        kind = field.field_type if field else 0
        described.append(
            value
            | {
                "labelName": value["fieldName"],
                "isRequired": str(int(field is not None and field.is_required)),
                "dataType": str(kind),
                "fieldType": kind,
            }
        )
    return described


def having(rows: QuerySet[Company], request: Request) -> QuerySet[Company]:
    """extraFields=name:value, all of them: contained in any case, or exactly so with extraFieldFilterType."""
    wanted = [part.partition(":") for part in params.texts(request, "extraFields")]
    if not wanted:
        return rows
    is_exact = params.text(request, "extraFieldFilterType") == "exact-match"
    # In Python: SQLite can not look into a list of objects.
    companies = list(rows)
    for name, _, value in wanted:
        companies = [
            company
            for company in companies
            if any(
                field["fieldValue"] == value if is_exact else value.lower() in field["fieldValue"].lower()
                for field in company.extra_fields
                if field["fieldName"] == name
            )
        ]
    return rows.filter(pk__in=[company.pk for company in companies])
