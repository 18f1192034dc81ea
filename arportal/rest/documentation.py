"""The OpenAPI document, and the page that shows it and tries it out."""

from functools import lru_cache

import orjson
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator


@lru_cache(maxsize=1)
def document() -> bytes:
    """The document is the same for everybody, and takes a second to make: once for each process."""
    generator = SchemaGenerator()  # type: ignore[no-untyped-call]
    schema = generator.get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return orjson.dumps(schema, option=orjson.OPT_NON_STR_KEYS, default=str)


@login_not_required  # It tells of no store.
@require_safe
@gzip_page
@cache_control(max_age=300, public=True)
def openapi(request: HttpRequest) -> HttpResponse:
    return HttpResponse(document(), content_type="application/vnd.oai.openapi+json")


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """The page of the document, for people who are signed in; it tries out only what they paste a token for."""
    return render(request, "rest/docs.html")
