"""Companies: C1 to C4 and C6 of the contract."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from arportal.sandbox.models import Company
from arportal.sandbox.requests import lists, params, quirks, refusals
from arportal.sandbox.requests.bodies import fields
from arportal.sandbox.requests.endpoint import Endpoint, success
from arportal.sandbox.resources import company_extras
from arportal.sandbox.rules import companies as rules

SORTS = {"updatedAt": "updated_at", "companyName": "name"}


def find(company_id: int) -> Company:
    company = Company.objects.select_related("parent").filter(pk=company_id).first()
    if company is None:
        raise refusals.plain(404, "This resource is not found.")
    return company


def _plain_or_text(value: int) -> int | str:
    return str(value) if quirks.on("company_strings") else value


def present(company: Company) -> dict[str, Any]:
    parent = company.parent
    return {
        "companyId": company.pk,
        "companyName": company.name,
        "bcGroupId": company.group_id,
        "bcGroupName": company.name,
        "companyEmail": company.email,
        "companyPhone": company.phone,
        "companyStatus": _plain_or_text(company.status),
        "addressLine1": company.street1,
        "addressLine2": company.street2,
        "city": company.city,
        "state": company.state,
        "country": company.country,
        "zipCode": company.zip_code,
        "catalogId": company.catalog_id,
        "catalogName": None,
        "uuid": company.uuid,
        "parentCompany": {"id": parent.pk, "name": parent.name} if parent else {"id": None, "name": ""},
        "priceListAssign": company_extras.price_lists(company),
        "createdAt": _plain_or_text(company.created_at),
        "updatedAt": _plain_or_text(company.updated_at),
    }


def present_whole(company: Company) -> dict[str, Any]:
    return present(company) | {"extraFields": company_extras.extra_fields(company)}


BOUNDS = {
    "minModified": "updated_at__gte",
    "maxModified": "updated_at__lte",
    "minCreated": "created_at__gte",
    "maxCreated": "created_at__lte",
    "companyStatus": "status",
    "bcGroupId": "group_id",
    "customerId": "users__bc_customer_id",
    "bcOrderId": "order__bc_order_id",
    "orderId": "order__bc_order_id",  # also BigCommerce's number (contract 2.9)
}


class Companies(Endpoint):
    def get(self, request: Request) -> Response:
        rows = company_extras.having(Company.objects.filter(**params.lookups(request, BOUNDS)), request)
        if name := params.text(request, "q"):
            rows = rows.filter(name__icontains=name)
        # A filter over people or orders finds a company once for each of them.
        rows = rows.select_related("parent").distinct()
        shape = present_whole if params.flag(request, "isIncludeExtraFields") else present
        return lists.page(lists.ordered(rows, request, SORTS, "updatedAt"), request, shape, maximum=None)

    def post(self, request: Request) -> Response:
        company, admin = rules.create(fields(request))
        ids = {
            "companyId": company.pk,
            "customerId": admin.bc_customer_id,
            "customerGroupId": company.group_id,
        }
        return success(ids)


class OneCompany(Endpoint):
    def get(self, request: Request, company_id: int) -> Response:
        return success(present_whole(find(company_id)))

    def put(self, request: Request, company_id: int) -> Response:
        rules.change(find(company_id), fields(request))
        return success({"companyId": company_id})


class CompanyStatus(Endpoint):
    def put(self, request: Request, company_id: int) -> Response:
        rules.set_status(find(company_id), fields(request).get("companyStatus"))
        return success({"companyId": company_id})
