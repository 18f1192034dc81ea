"""The operations that are of no list and no verb."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers

from arportal.documents.einvoices.profiles import Profile
from arportal.receivables.models import Basis, Change
from arportal.rest.changes import ChangeSerializer
from arportal.rest.exports import ExportForm, ExportSerializer
from arportal.rest.reads import company, reports
from arportal.rest.schema.operations import KEY, query


def rows_of(serializer: type[serializers.Serializer[Any]]) -> Any:
    """The answer of a list that has no pages."""
    name = f"{serializer.__name__.removesuffix('Serializer')}Rows"
    return type(name, (serializers.Serializer,), {"data": serializer(many=True)})


def of_company(name: str, summary: str, body: Any, *parameters: OpenApiParameter) -> Any:
    return extend_schema(
        operation_id=f"get_{name}",
        summary=summary,
        tags=["companies"],
        parameters=[OpenApiParameter("id", int, OpenApiParameter.PATH), *parameters],
        responses={200: body},
    )


CREDIT = of_company("credit", "Credit of a company", company.CreditSerializer)
TERMS = of_company("terms", "Payment terms of a company", company.TermsSerializer)
METHODS = of_company("methods", "Payment methods of a company", rows_of(company.MethodSerializer))
STATEMENT = of_company(
    "statement",
    "Statement of a company",
    OpenApiResponse(company.STATEMENT, "An account for each currency."),
    query("first", "The first day; without it that of the month.", OpenApiTypes.DATE),
    query("last", "The last day; without it today.", OpenApiTypes.DATE),
    query("subsidiaries", "With the companies below it.", bool),
)
INVOICE_DOCUMENT = extend_schema(
    operation_id="get_invoice_document",
    summary="Fetch the document of an invoice",
    description="A PDF; with `Accept: application/xml` the XML of an e-invoice.",
    tags=["invoices"],
    parameters=[
        OpenApiParameter("id", int, OpenApiParameter.PATH),
        query("profile", "An e-invoice; without it a plain PDF.", str, enum=list(Profile)),
    ],
    responses={(200, "application/pdf"): OpenApiTypes.BINARY, (200, "application/xml"): OpenApiTypes.BINARY},
)
AGEING = extend_schema(
    operation_id="get_ageing",
    summary="Ageing report",
    tags=["reports"],
    parameters=[
        query("on", "As of this day; without it today.", OpenApiTypes.DATE),
        query("known", "As known at the end of this day.", OpenApiTypes.DATE),
        query("basis", "Days late by.", str, enum=Basis.values),
        query("by", "Rows: `company`, `parent`, or an extra field of companies.", str),
        query("buckets", "The last day of each bucket: `30, 60, 90`.", str),
        query("currency", "This currency alone.", str),
    ],
    responses={200: OpenApiResponse(reports.AGEING, "Totals by currency, and rows, the largest first.")},
)
SYNC = extend_schema(
    operation_id="get_sync",
    summary="Health of the sync",
    tags=["reports"],
    responses={200: OpenApiResponse(reports.SYNC, "How old the figures are.")},
)
STORES = extend_schema(
    operation_id="list_stores",
    summary="The store of the token",
    tags=["stores"],
    responses={200: OpenApiResponse(reports.STORES, "The store that the token opens.")},
)
EXPORTS = extend_schema(
    operation_id="list_exports",
    summary="List exports",
    tags=["exports"],
    responses={200: rows_of(ExportSerializer)},
)
START_EXPORT = extend_schema(
    operation_id="start_export",
    summary="Start an export of invoice PDFs",
    tags=["exports"],
    parameters=[KEY],
    request=ExportForm,
    responses={202: ExportSerializer},
    examples=[OpenApiExample("Overdue", {"query": "status=overdue", "shape": "zip"}, request_only=True)],
)
EXPORT = extend_schema(
    operation_id="get_export",
    summary="Get one export",
    tags=["exports"],
    responses={200: ExportSerializer},
)
EXPORT_FILE = extend_schema(
    operation_id="get_export_file",
    summary="Fetch the file of an export",
    tags=["exports"],
    responses={(200, "application/zip"): OpenApiTypes.BINARY, (200, "application/pdf"): OpenApiTypes.BINARY},
)
CHANGES = extend_schema(
    operation_id="list_changes",
    summary="List changes",
    tags=["changes"],
    parameters=[
        query("before", "The id of the last change of the page before.", OpenApiTypes.UUID),
        query("limit", "Rows.", {"type": "integer", "minimum": 1, "maximum": 500, "default": 100}),
        query("state", "In this state.", str, enum=Change.State.values),
        query("verb", "Of this verb.", str, enum=Change.Verb.values),
        query("company_id", "Of this company.", int),
        query("target_id", "Of this thing.", int),
    ],
    responses={200: rows_of(ChangeSerializer)},
)
CHANGE = extend_schema(
    operation_id="get_change",
    summary="Get one change",
    tags=["changes"],
    responses={200: ChangeSerializer},
)
