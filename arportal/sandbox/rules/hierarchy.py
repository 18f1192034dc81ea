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


def upwards(company: Company) -> list[Company]:
    """The company, its parent, and so on; the last is the top of the family."""
    return [company, *(upwards(company.parent) if company.parent else [])]


def _layers(node: dict[str, Any], layer: int = 1) -> dict[int, int]:
    """Company id -> its layer in a tree, of which the top is 1."""
    layers = {node["companyId"]: layer}
    for child in node.get("subsidiaries", []):
        layers |= _layers(child, layer + 1)
    return layers


def attach(company: Company, given: object) -> None:
    parent = Company.objects.filter(pk=params.whole(given) or 0).first()
    if parent is None:
        raise refusals.titled(400, "Invalid parent company ID.")
    own = _layers(tree(company))
    if parent.pk in own:
        raise refusals.titled(400, "The parent company is a subsidiary of the current company.")
    family = upwards(parent)
    if len(family) + max(own.values()) > LAYERS:
        raise refusals.titled(400, "The parent company has reached the maximum layer.")
    if len(_layers(tree(family[-1])) | own) > SIZE:
        raise refusals.titled(400, "The hierarchy has reached the maximum number of companies.")
    company.parent = parent
    company.touch()


def detach(company: Company, child_id: int) -> None:
    child = company.subsidiaries.filter(pk=child_id).first()
    if child is None:
        raise refusals.titled(400, "Invalid child company ID.")
    child.parent = None
    child.touch()
