"""The base of every view: who may ask (contract 2.2) and the envelope of a plain success."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from arportal.sandbox.requests import quirks, refusals

STORE_HASH = "sandbox"
TOKEN = "sandbox-token"  # noqa: S105 - the stand-in's public token, it opens nothing else
NO_TOKEN = "Invalid token header. No credentials provided."  # noqa: S105 - a message


def check_access(request: Request) -> None:
    """No token 401, wrong token 403, right token with a wrong or missing store hash a bare 500."""
    token = request.headers.get("X-Auth-Token")
    if not token:
        raise refusals.worded(401, NO_TOKEN, NO_TOKEN)
    if token != TOKEN:
        raise refusals.worded(403, "Invalid access token", "Invalid access token")
    if request.headers.get("X-Store-Hash") != STORE_HASH:
        raise refusals.plain(500, "Internal Server Error")


class Endpoint(APIView):
    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        check_access(request)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Response:
        final = super().finalize_response(request, response, *args, **kwargs)
        if final.status_code >= 400 and quirks.on("errors_as_200"):
            final.status_code = 200
        return final


def success(data: Any, message: str = "SUCCESS") -> Response:
    return Response({"code": 200, "data": data, "meta": {"message": message}})
