"""How long requests take, counted by all web processes of one machine together."""

import time
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponseBase
from prometheus_client import Histogram

METHODS = {"GET", "HEAD", "POST"}
SECONDS = Histogram(
    "arportal_request_seconds",
    "Time until the answer to a request began, by the name of its page.",
    ["method", "page", "status"],
    buckets=(0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=None,
)


class RequestTimes:
    """Middleware; where nobody may read the metrics it is left out."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        if not settings.METRICS_TOKEN:
            raise MiddlewareNotUsed
        settings.METRICS_DIRECTORY.mkdir(exist_ok=True)
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        began = time.monotonic()
        response = self._get_response(request)
        # Strangers must not be able to make labels.
        method = request.method if request.method in METHODS else "other"
        page = request.resolver_match.view_name if request.resolver_match else "none"
        SECONDS.labels(method, page, response.status_code).observe(time.monotonic() - began)
        return response
