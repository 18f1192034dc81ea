"""The table of contents of our own API."""

from itertools import chain
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from drf_spectacular.utils import extend_schema_view

from arportal.receivables.models import Change
from arportal.rest import changes, documentation, exports, webhooks
from arportal.rest.problems import Problem
from arportal.rest.reads import company, documents, reports
from arportal.rest.reads.lists import RESOURCES
from arportal.rest.reads.records import RECORDS
from arportal.rest.reads.resources import ListView, OneView, Resource
from arportal.rest.schema import described, of_list, of_one, of_write
from arportal.rest.views import StoreView
from arportal.rest.writes.forms import VerbForm
from arportal.rest.writes.view import FORMS, WriteView, slug_of

app_name = "rest"


def address(route: str, view: type[StoreView], name: str, **told: Any) -> URLPattern:
    """The view with what the document tells of its methods."""
    pattern: URLPattern = path(route, extend_schema_view(**told)(view).as_view(), name=name)
    return pattern


def addresses_of(resource: Resource) -> list[URLPattern]:
    """The list and one of its rows."""
    listed = type("Listed", (ListView,), {"resource": resource})
    single = type("Single", (OneView,), {"resource": resource})
    one = resource.one.replace(" ", "-")
    return [
        address(f"{resource.name}/", listed, resource.name, get=of_list(resource)),
        address(f"{resource.name}/<int:id>/", single, one, get=of_one(resource)),
    ]


def address_of(verb: Change.Verb, form: type[VerbForm]) -> URLPattern:
    """The address under which the verb is asked for."""
    name = slug_of(verb)
    view = type("Write", (WriteView,), {"form": form})
    return address(f"changes/{name}/", view, name, post=of_write(form, name))


@csrf_exempt
@login_not_required
def nothing_there(request: HttpRequest, rest: str) -> HttpResponse:
    """404 as a program expects it, rather than a page."""
    return Problem(404, "not-found", _("The API has no such address.")).response()


of_a_store = [
    *chain.from_iterable(map(addresses_of, RESOURCES + RECORDS)),
    address("companies/<int:id>/credit/", company.CreditView, "credit", get=described.CREDIT),
    address("companies/<int:id>/terms/", company.TermsView, "terms", get=described.TERMS),
    address("companies/<int:id>/methods/", company.MethodsView, "methods", get=described.METHODS),
    address("companies/<int:id>/statement/", company.StatementView, "statement", get=described.STATEMENT),
    address(
        "invoices/<int:id>/document/",
        documents.InvoiceDocumentView,
        "invoice-document",
        get=described.INVOICE_DOCUMENT,
    ),
    address("ageing/", reports.AgeingView, "ageing", get=described.AGEING),
    address("sync/", reports.SyncView, "sync", get=described.SYNC),
    address("exports/", exports.ExportsView, "exports", get=described.EXPORTS, post=described.START_EXPORT),
    address("exports/<uuid:export_id>/", exports.ExportView, "export", get=described.EXPORT),
    address(
        "exports/<uuid:export_id>/file/", exports.ExportFileView, "export-file", get=described.EXPORT_FILE
    ),
    address("changes/", changes.ChangesView, "changes", get=described.CHANGES),
    address("changes/<uuid:change_id>/", changes.ChangeView, "change", get=described.CHANGE),
    *(address_of(verb, form) for verb, form in FORMS.items()),
]

api: list[URLPattern | URLResolver] = [
    path("", documentation.docs, name="docs"),
    path("openapi.json", documentation.openapi, name="openapi"),
    address("stores/", reports.StoresView, "stores", get=described.STORES),
    path("stores/<slug:store>/", include(of_a_store)),
    path("<path:rest>", nothing_there, name="nothing-there"),
]

urlpatterns = [
    path("hooks/<slug:slug>/", webhooks.receive, name="webhook"),
    path("api/v1/", include(api)),
]
