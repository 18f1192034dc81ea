"""Hooks of drf-spectacular: they add what it cannot see of our views, once for all of them."""

from collections.abc import Sequence
from itertools import chain
from typing import Any

PREFIX = "/api/v1/"
PROBLEM = {
    "type": "object",
    "description": "RFC 9457. `errors` has the reasons by field, or by parameter.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "examples": ["urn:arportal:problem:invalid"]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "object",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
    },
}
OF_PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
EVERYWHERE = {
    "400": "The address, a header or the body cannot be read.",
    "401": "No token, or one that opens nothing.",
    "403": "The token does not allow this, or not for this company.",
    "404": "There is no such thing, or it is not yours to see.",
    "405": "This address does not take that method.",
    "415": "Bodies are application/json.",
    "422": "A rule was broken: `errors` says which.",
    "429": "The token's requests of this minute are used up: see Retry-After.",
    "503": "The store cannot be asked just now: see Retry-After.",
}
WRITES = {
    "409": "It may have reached the store, and is being confirmed: ask again, with the same Idempotency-Key.",
    "413": "The body is larger than a megabyte.",
    "412": "The thing is no longer as If-Match says: `seen` and `now` are both versions.",
    "428": "This needs If-Match, with the ETag of the thing.",
}
PREVIEW = {
    "type": "object",
    "description": "What a change would do, as `?preview=1` answers it.",
    "required": ["company_id", "before", "after", "amount", "currency", "needs_approval"],
    "properties": {
        "company_id": {"type": "integer"},
        "before": {"type": "object"},
        "after": {"type": "object"},
        "amount": {"type": ["string", "null"]},
        "currency": {"type": "string"},
        "needs_approval": {"type": "boolean"},
    },
}


def only_the_api(endpoints: Sequence[Any], **_more: Any) -> list[Any]:
    """Hook: the addresses that the document tells of."""
    return [endpoint for endpoint in endpoints if endpoint[0].startswith(PREFIX)]


def finished(result: dict[str, Any], **_more: Any) -> dict[str, Any]:
    """Hook: the problems of each operation, the ETag of what is read, and no field that is not told of."""
    schemas = result["components"].setdefault("schemas", {})
    schemas["Problem"] = PROBLEM
    schemas["Preview"] = PREVIEW
    for method, operation in chain.from_iterable(path.items() for path in result["paths"].values()):
        responses = operation["responses"]
        has_key = any(each["name"] == "Idempotency-Key" for each in operation.get("parameters", ()))
        for status, words in (EVERYWHERE | (WRITES if has_key else {})).items():
            responses.setdefault(status, {"description": words, "content": OF_PROBLEM})
        if "200" in responses and has_key:
            told = responses["200"]["content"]["application/json"]
            told["schema"] = {"anyOf": [told["schema"], {"$ref": "#/components/schemas/Preview"}]}
        if method == "get":
            responses.setdefault("304", {"description": "You have it already: If-None-Match names its ETag."})
            headers = responses["200"].setdefault("headers", {})
            headers["ETag"] = {
                "schema": {"type": "string"},
                "description": "For If-None-Match, and If-Match.",
            }
    return result
