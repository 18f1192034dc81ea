"""The error envelopes of the API (contract 2.4): one exception, one small maker per envelope."""

from typing import Any

from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

NOT_FOUND = "Not Found Error"
BAD_REQUEST = "Bad Requests Error"
PARAMETER = "Parameter Error"
LOGIC = "API logic error"
REQUIRED = "This field is required."


class Refusal(Exception):
    """Stops a request; carries the HTTP status and the whole body of the answer."""

    def __init__(self, status: int, body: Any) -> None:
        super().__init__(f"{status} {body}")
        self.status = status
        self.body = body


def worded(status: int, words: str, message: str) -> Refusal:
    """Envelope A: the reason in data.errMsg."""
    return Refusal(status, {"code": status, "data": {"errMsg": words}, "meta": {"message": message}})


def plain(status: int, message: str, data: Any = None) -> Refusal:
    """Envelope B: the reason only in meta.message."""
    return Refusal(
        status, {"code": status, "data": {} if data is None else data, "meta": {"message": message}}
    )


def by_field(fields: dict[str, Any], status: int = 422) -> Refusal:
    """Envelope C: field -> list of reasons, right under data."""
    return Refusal(status, {"code": status, "data": fields, "meta": {"message": PARAMETER}})


def nested(fields: dict[str, Any], status: int = 422) -> Refusal:
    """Envelope D: data.errMsg is itself a map."""
    return Refusal(status, {"code": status, "data": {"errMsg": fields}, "meta": {"message": PARAMETER}})


def on_invoice(invoice_id: int, reasons: str) -> Refusal:
    """Envelope E: what an invoice update answers; reasons end in "; "."""
    meta = {"message": BAD_REQUEST, "errors": f"{reasons}; "}
    return Refusal(400, {"code": 400, "data": {"id": invoice_id}, "meta": meta})


def titled(status: int, reason: str) -> Refusal:
    """Envelope F: the hierarchy calls."""
    return Refusal(status, {"status": status, "title": "Parameter Error.", "errors": {"1": reason}})


def bare(status: int, message: str) -> Refusal:
    """Envelope G: the channel calls."""
    return Refusal(status, {"code": status, "message": message})


def missing(noun: str) -> Refusal:
    """404 of the /ip calls: "Invoice does not exist" and its kin."""
    return worded(404, f"{noun} does not exist", NOT_FOUND)


def answer(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's hook: every refusal rolls back and answers JSON; anything unknown becomes a real 500."""
    set_rollback()
    if isinstance(error, exceptions.APIException):
        error = plain(error.status_code, str(error.detail))
    if isinstance(error, Refusal):
        return Response(error.body, status=error.status)
    return None
