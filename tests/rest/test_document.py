"""The OpenAPI document and what the API really answers: never an error of ours, never another shape than is told."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from arportal.mirror.models import Buyer, Company, Invoice, Order, Payment, Receipt, ReceiptLine
from arportal.receivables.models import Change, LedgerEntry
from tests.rest.fuzz import Fuzz
from tests.whole import only_whole

ROWS = {
    "companies": Company,
    "invoices": Invoice,
    "payments": Payment,
    "receipts": Receipt,
    "receipt-lines": ReceiptLine,
    "orders": Order,
    "buyers": Buyer,
    "ledger": LedgerEntry,
}


def wrong(document: dict[str, Any], operation: dict[str, Any], answer: Any) -> list[str]:
    """What of the answer is not as the operation tells."""
    told = operation["responses"].get(str(answer.status_code))
    if told is None:
        return [f"status {answer.status_code}"]
    content = told.get("content", {}).get(answer["Content-Type"])
    if content is None:
        return [f"{answer['Content-Type']} of {answer.status_code}"]
    if content["schema"] == {"type": "string", "format": "binary"}:
        return [] if answer.content else ["an empty file"]
    schema = {**content["schema"], "components": document["components"]}
    return [error.message for error in Draft202012Validator(schema).iter_errors(answer.json())]


def test_answers_are_as_documented(program, admin):
    """Each address once, about a thing that is there where we know of one; else about none.

    Each thing is named by one address, so that nobody is told of one twice, and has one operation for each.
    """
    ask = program(admin)
    document = ask.get("/api/v1/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    paths = document["paths"]
    ids = [each["operationId"] for path in paths.values() for each in path.values()]
    assert len(ids) == len(set(ids)) > 60
    for verb in Change.Verb:
        assert f"/api/v1/stores/{{store}}/changes/{verb.value.replace(' ', '-')}/" in paths
    found = {}
    for path, operations in paths.items():
        part = path.split("/")[5] if path.count("/") > 5 else ""
        first = ROWS[part].objects.order_by("pk").first() if part in ROWS else None
        nobody = "00000000-0000-4000-8000-000000000000"
        address = path.replace("{store}", "demo").replace("{id}", str(first.api_id if first else 1))
        address = address.replace("{change_id}", nobody).replace("{export_id}", nobody)
        for method, operation in operations.items():
            answer = ask.get(address) if method == "get" else ask.post(address, "{}", "application/json")
            if problems := wrong(document, operation, answer):
                found[f"{method} {address}"] = problems
            assert answer.status_code == 200 or method == "post" or not first, address
    assert found == {}
    assert ask.get("/api/v1/nowhere/").json()["status"] == 404


@pytest.fixture
def fuzz(admin, token, settings) -> Fuzz:
    settings.REST_REQUESTS_A_MINUTE = 1_000_000
    return Fuzz(admin, token(admin), seed=7)


@only_whole("test_answers_are_as_documented")
def test_whatever_is_asked(fuzz, sandbox):
    fuzz.run(3)
    assert fuzz.failures == {}, "\n".join(fuzz.failures.values())
    assert fuzz.count > 200
    assert fuzz.statuses[200] > 40
