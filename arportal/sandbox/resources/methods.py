"""Payment methods: the catalogue (M1) and what each company may use (M2-M4)."""

from typing import Any

from django.db.models import Q
from rest_framework.request import Request
from rest_framework.response import Response

from arportal.sandbox.models import Company, CompanyMethod, Method
from arportal.sandbox.requests import lists, params, refusals
from arportal.sandbox.requests.bodies import fields
from arportal.sandbox.requests.endpoint import Endpoint, success

DONE = "Success"
SORTS = {"updatedAt": "updated_at", "createdAt": "created_at"}


def find_company(company_id: int) -> Company:
    company = Company.objects.filter(pk=company_id).first()
    if company is None:
        raise refusals.worded(404, "Company Does not Exist", "Company Does not Exist")
    return company


class Catalogue(Endpoint):
    def get(self, request: Request) -> Response:
        rows = Method.objects.order_by("pk")
        data = [{"id": row.pk, "paymentCode": row.code, "paymentTitle": row.title} for row in rows]
        return success(data, DONE)


def present_for_company(row: CompanyMethod) -> dict[str, Any]:
    return {
        "paymentId": row.method_id,
        "code": row.method.code,
        "paymentTitle": row.method.title,
        "isEnabled": row.enabled,
    }


class OneCompanyMethods(Endpoint):
    def get(self, request: Request, company_id: int) -> Response:
        rows = find_company(company_id).methods.select_related("method").order_by("method_id")
        return success([present_for_company(row) for row in rows], DONE)

    def put(self, request: Request, company_id: int) -> Response:
        """All or nothing: one bad entry and no method changes (rule 35), for a refusal rolls back."""
        company, entries = find_company(company_id), fields(request).get("payments")
        if not isinstance(entries, list):
            raise refusals.worded(400, "Payments is required.; ", refusals.BAD_REQUEST)
        for entry in entries:
            if not isinstance(entry, dict) or not entry.get("code"):
                raise refusals.worded(400, "Code is required.; ", refusals.BAD_REQUEST)
            if not isinstance(entry.get("isEnabled"), bool):
                raise refusals.worded(400, "Invalid Is enabled", refusals.BAD_REQUEST)
        for entry in entries:
            row = company.methods.filter(method__code=str(entry["code"])).first()
            if row is None:
                raise refusals.worded(404, "Payment Does not Exist", "Payment Does not Exist")
            if row.enabled != entry["isEnabled"]:
                row.enabled = entry["isEnabled"]
                row.touch()
        return success([], DONE)


def present_active(row: CompanyMethod) -> dict[str, Any]:
    return {
        "companyId": row.company_id,
        "paymentId": row.method_id,
        "paymentMethodCode": row.method.code,
        "paymentMethodTitle": row.method.title,
        "createdAt": row.created_at,
        "updatedAt": row.updated_at,
    }


class ActiveMethods(Endpoint):
    def get(self, request: Request) -> Response:
        rows = CompanyMethod.objects.filter(enabled=True).select_related("method")
        if (company_id := params.number(request, "companyId")) is not None:
            rows = rows.filter(company_id=company_id)
        if keyword := params.text(request, "q"):
            rows = rows.filter(Q(method__code__icontains=keyword) | Q(method__title__icontains=keyword))
        rows = lists.ordered(rows, request, SORTS, "updatedAt")
        return lists.page(rows, request, present_active, maximum=None, message=DONE)
