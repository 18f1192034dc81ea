"""Parents and subsidiaries (rule 38): at most five layers and 500 companies, no circles."""

from typing import Any

from arportal.sandbox.models import Company
from arportal.sandbox.requests import params, refusals

LAYERS, SIZE = 5, 500


def tree(company: Company) -> dict[str, Any]:
    """A company and everything below it; no key subsidiaries where there are none."""
    node: dict[str, Any] = {
        "companyId": company.pk,
        "companyName": company.name,
        "companyStatus": company.status,
    }
    below = [tree(child) for child in company.subsidiaries.order_by("pk")]
    return node | {"subsidiaries": below} if below else node


def root(company: Company) -> Company:
    return root(company.parent) if company.parent else company


def _layers_above(company: Company) -> int:
    return 1 + (_layers_above(company.parent) if company.parent else 0)


def _layers_below(node: dict[str, Any]) -> int:
    return 1 + max((_layers_below(child) for child in node.get("subsidiaries", [])), default=0)


def _ids(node: dict[str, Any]) -> set[int]:
    return {node["companyId"]}.union(*(_ids(child) for child in node.get("subsidiaries", [])))


def attach(company: Company, given: object) -> None:
    parent = Company.objects.filter(pk=params.whole(given) or 0).first()
    if parent is None:
        raise refusals.titled(400, "Invalid parent company ID.")
    own = tree(company)
    if parent.pk in _ids(own):
        raise refusals.titled(400, "The parent company is a subsidiary of the current company.")
    if _layers_above(parent) + _layers_below(own) > LAYERS:
        raise refusals.titled(400, "The parent company has reached the maximum layer.")
    if len(_ids(tree(root(parent))) | _ids(own)) > SIZE:
        raise refusals.titled(400, "The hierarchy has reached the maximum number of companies.")
    company.parent = parent
    company.touch()


def detach(company: Company, child_id: int) -> None:
    child = company.subsidiaries.filter(pk=child_id).first()
    if child is None:
        raise refusals.titled(400, "Invalid child company ID.")
    child.parent = None
    child.touch()
