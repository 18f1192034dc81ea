"""Operations as the OpenAPI document tells them: of lists, of one thing, of writes."""

from collections.abc import Callable
from typing import Any

import django_filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers

from arportal.desk.lists.filters import AmountFilter, TickFilter
from arportal.rest.changes import ChangeSerializer
from arportal.rest.reads.resources import COMPANY, SINCE, Resource
from arportal.rest.writes.forms import VerbForm


def query(name: str, words: str, schema: Any = str, **more: Any) -> OpenApiParameter:
    return OpenApiParameter(name, schema, OpenApiParameter.QUERY, description=words, **more)


def header(name: str, words: str, *, required: bool = False, schema: Any = str) -> OpenApiParameter:
    return OpenApiParameter(name, schema, OpenApiParameter.HEADER, description=words, required=required)


KEY = header(
    "Idempotency-Key",
    "A UUID of your making, which becomes the id of the change. The same again is the same change.",
    required=True,
    schema=OpenApiTypes.UUID,
)
PREFER = header("Prefer", "`respond-async`: send it as soon as the store has room, and answer 202 at once.")
PREVIEW = query("preview", "1: answers what it would do, and asks nothing.", str, enum=["1"])
FIELDS = query("fields", "Only these fields, separated by commas.")


def of_list(resource: Resource) -> Callable[[Any], Any]:
    page = type(
        f"{resource.serializer.__name__.removesuffix('Serializer')}Page",
        (serializers.Serializer,),
        {
            "data": resource.serializer(many=True),
            "next": serializers.CharField(allow_null=True, help_text="The address of the next page."),
        },
    )
    return extend_schema(
        operation_id=f"list_{resource.name.replace('-', '_')}",
        summary=f"List {resource.name.replace('-', ' ')}",
        description="With `Accept: text/csv` all rows that match, as a table.",
        tags=[resource.name],
        parameters=[
            FIELDS,
            query(
                "limit", "Rows of a page.", {"type": "integer", "minimum": 1, "maximum": 500, "default": 100}
            ),
            query("after", "The cursor of the page before: take the whole address from `next`."),
            query("sort", "A column, or `-column` for the reverse.", str, enum=resource.sorts),
            *_of_filters(resource),
        ],
        responses={200: OpenApiResponse(page, "A page of rows.")},
    )


def of_one(resource: Resource) -> Callable[[Any], Any]:
    return extend_schema(
        operation_id=f"get_{resource.one.replace(' ', '_')}",
        summary=f"Get one {resource.one}",
        description="Its ETag is what a change of it has to send as If-Match." if resource.snapshot else "",
        tags=[resource.name],
        parameters=[FIELDS, OpenApiParameter("id", int, OpenApiParameter.PATH)],
        responses={200: resource.serializer},
    )


def of_write(form: type[VerbForm], name: str) -> Callable[[Any], Any]:
    parameters = [KEY, PREFER, PREVIEW]
    if form.kind:
        words = f"The ETag of the {form.kind}, as its GET answered."
        parameters.insert(1, header("If-Match", words, required=True))
    later = "It waits for a second person, or its turn: poll the change."
    return extend_schema(
        operation_id=name.replace("-", "_"),
        summary=str(form.verb.name.label),
        tags=["writes"],
        parameters=parameters,
        request=form,
        responses={
            200: OpenApiResponse(ChangeSerializer, "Done; with `preview` what would be done."),
            202: OpenApiResponse(ChangeSerializer, later),
        },
        examples=[OpenApiExample(str(form.verb.name.label), dict(form.example), request_only=True)],
    )


def _of_filters(resource: Resource) -> list[OpenApiParameter]:
    parameters = [query(name, str(each.label), *_type_of(each)) for name, each in resource.filters.items()]
    if COMPANY in resource.more_filters:
        parameters.append(query(COMPANY, "Of this company.", int))
    if SINCE in resource.more_filters:
        parameters.append(query(SINCE, "Changed at the store since this moment.", OpenApiTypes.DATETIME))
    return parameters


def _type_of(each: Any) -> tuple[Any, ...]:
    match each:
        case AmountFilter():
            return ({"type": "string", "pattern": r"^-?\d{1,12}(\.\d{1,4})?$"},)
        case TickFilter():
            return (bool,)
        case django_filters.DateFilter():
            return (OpenApiTypes.DATE,)
        case django_filters.NumberFilter():
            return ({"type": "integer", "minimum": 1},)
        case django_filters.ChoiceFilter() if choices := each.extra.get("choices"):
            return ({"type": "string", "enum": [str(value) for value, _words in choices]},)
    return (str,)
