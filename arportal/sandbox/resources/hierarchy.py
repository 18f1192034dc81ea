"""The company hierarchy: C7 to C10 of the contract. Its answers carry no code."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from arportal.sandbox.models import Company
from arportal.sandbox.requests import lists, refusals
from arportal.sandbox.requests.bodies import fields
from arportal.sandbox.requests.endpoint import Endpoint
from arportal.sandbox.rules import hierarchy as rules


def find(company_id: int) -> Company:
    company = Company.objects.select_related("parent").filter(pk=company_id).first()
    if company is None:
        raise refusals.titled(404, "Company does not exist.")
    return company


def _page(nodes: list[dict[str, Any]], total: int, request: Request) -> Response:
    view = lists.window(request)
    pagination = {"totalCount": total, "limit": view.limit, "offset": view.offset}
    shown = nodes[view.offset : view.offset + view.limit]
    return Response({"data": shown, "meta": {"message": "SUCCESS", "pagination": pagination}})


class Subsidiaries(Endpoint):
    def get(self, request: Request, company_id: int) -> Response:
        below = rules.tree(find(company_id)).get("subsidiaries", [])
        return _page(below, len(below), request)


class Hierarchy(Endpoint):
    """The whole family, from its top down; the count is that of the company's own subsidiaries."""

    def get(self, request: Request, company_id: int) -> Response:
        company = find(company_id)
        return _page([rules.tree(rules.upwards(company)[-1])], company.subsidiaries.count(), request)


class Parent(Endpoint):
    def post(self, request: Request, company_id: int) -> Response:
        rules.attach(find(company_id), fields(request).get("parentCompanyId"))
        return Response({"data": [], "meta": {"message": "SUCCESS"}}, status=201)


class OneSubsidiary(Endpoint):
    def delete(self, request: Request, company_id: int, child_id: int) -> Response:
        rules.detach(find(company_id), child_id)
        return Response(status=204)
