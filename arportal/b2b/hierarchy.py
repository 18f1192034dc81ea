"""Parents and subsidiaries among companies, up to five layers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from arportal.b2b.errors import InvalidResponse
from arportal.b2b.http.address import path_id
from arportal.b2b.http.paging import Listing
from arportal.b2b.http.resources import Resource
from arportal.b2b.values import reading
from arportal.b2b.values.enums import CompanyStatus

_DEEPEST = 20  # four times the documented depth


@dataclass(frozen=True, slots=True)
class CompanyNode:
    """A company with the companies below it."""

    company_id: int
    name: str
    status: CompanyStatus
    subsidiaries: tuple[CompanyNode, ...]

    @classmethod
    def parse(cls, raw: Mapping[str, Any], depth: int = 1) -> Self:
        # An answer nested without end would exhaust the stack.
        if depth > _DEEPEST:
            raise InvalidResponse("subsidiaries are nested too deeply")
        return cls(
            company_id=reading.integer(raw, "companyId"),
            name=reading.text(raw, "companyName"),
            status=CompanyStatus(reading.state(raw, "companyStatus")),
            subsidiaries=tuple(cls.parse(child, depth + 1) for child in reading.records(raw, "subsidiaries")),
        )


class Hierarchy(Resource):
    """The calls below `/companies/{companyId}` about parents and subsidiaries."""

    def subsidiaries(self, company_id: int, *, page_size: int = 200) -> Listing[CompanyNode]:
        """GET /companies/{companyId}/subsidiaries: the companies below. Errors: NotFound."""
        return self._nodes(f"/companies/{path_id(company_id)}/subsidiaries", page_size)

    def tree(self, company_id: int, *, page_size: int = 200) -> Listing[CompanyNode]:
        """GET /companies/{companyId}/hierarchy: the whole tree it stands in, at most 15 times a minute.

        Errors: NotFound.
        """
        return self._nodes(f"/companies/{path_id(company_id)}/hierarchy", page_size)

    def set_parent(self, company_id: int, parent_company_id: int) -> None:
        """POST /companies/{companyId}/parent. Errors: Refused (a circle, more than five layers)."""
        body = {"parentCompanyId": int(parent_company_id)}
        self._transport.send("POST", f"/companies/{path_id(company_id)}/parent", body)

    def remove_subsidiary(self, company_id: int, child_company_id: int) -> None:
        """DELETE /companies/{companyId}/subsidiaries/{childCompanyId}. Errors: Refused."""
        path = f"/companies/{path_id(company_id)}/subsidiaries/{path_id(child_company_id)}"
        self._transport.send("DELETE", path)

    def _nodes(self, path: str, page_size: int) -> Listing[CompanyNode]:
        return self._listing(
            path, CompanyNode.parse, key=lambda node: node.company_id, page_size=page_size, query={}
        )
