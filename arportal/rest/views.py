"""The door of the API: whose token it is, in which store, and may they; and what all answers have in common."""

import uuid
from typing import Any, ClassVar

import orjson
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from rest_framework.exceptions import APIException, ParseError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from arportal.rest import etags
from arportal.rest.authentication import TokenAuthentication
from arportal.rest.problems import Problem
from arportal.stores.access import Permission, require
from arportal.stores.models import Membership, Store

CSV = "text/csv"
LARGEST_BODY = 1_000_000


class OneNegotiation(BaseContentNegotiation):
    """JSON, whatever a client would rather have; a list looks at `Accept` itself, for CSV."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return next((parser for parser in parsers if parser.media_type in (request.content_type or "")), None)

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        return renderers[0], renderers[0].media_type


class TooLarge(APIException):
    status_code = 413
    default_code = "too_large"


class Json(BaseParser):
    """A body of JSON, of a limited size and depth."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        content = stream.read(LARGEST_BODY + 1)
        if len(content) > LARGEST_BODY:
            raise TooLarge(_("The body is larger than a megabyte."))
        try:
            return orjson.loads(content)
        except orjson.JSONDecodeError as broken:
            raise ParseError(_("The body is not JSON: %(reason)s") % {"reason": broken}) from broken


@method_decorator(gzip_page, name="dispatch")
class StoreView(APIView):
    """An address of the API below `/api/v1/stores/<store>/`.

    Who has no token of this store gets 404: it does not exist for them. Times are the store's inside a view.
    """

    permission: ClassVar[Permission] = Permission.READ
    authentication_classes = (TokenAuthentication,)
    permission_classes = ()
    renderer_classes = (JSONRenderer,)
    parser_classes = (Json,)
    content_negotiation_class = OneNegotiation
    # Names of parameters of the address; others are refused, for a filter that is misspelt would give all rows.
    parameters: ClassVar[frozenset[str]] = frozenset()

    @property
    def actor(self) -> Membership:
        actor: Membership = self.request.auth  # type: ignore[assignment]
        return actor

    @property
    def store(self) -> Store:
        return self.actor.store

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if self.store.slug != kwargs.get("store", self.store.slug):
            raise Http404(_("There is no such store."))
        require(self.actor, self.permission)
        self.check_parameters()
        timezone.activate(self.store.zone)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with timezone.override(timezone.get_current_timezone()):
            response = super().dispatch(request, *args, **kwargs)
        # Figures of a store are not left behind in a cache that somebody else may use next.
        patch_cache_control(response, private=True, no_cache=True)
        patch_vary_headers(response, ["Authorization", "Accept"])
        return response

    def check_parameters(self) -> None:
        """Raises Problem for a parameter that the address does not have."""
        if unknown := sorted(set(self.request.GET) - self.parameters):
            words = _("This address has no parameter of that name.")
            raise Problem(400, "unknown-parameter", words, {name: [words] for name in unknown})

    def answer(self, body: Any, *, snapshot: str = "", headers: dict[str, str] | None = None) -> HttpResponse:
        """The body as JSON with its ETag, or 304 if the client has it. `snapshot` is the sealed one of a thing."""
        content = orjson.dumps(body, default=str)
        tag = etags.digest_of(content)
        etag = f'"{tag}.{snapshot}"' if snapshot else f'"{tag}"'
        response = HttpResponse(content, content_type="application/json", headers=headers)
        if etags.is_unchanged(self.request, etag):
            response = HttpResponse(status=304)
        response["ETag"] = etag
        return response


def whole_number(values: Any, name: str, default: int, most: int) -> int:
    """A parameter from 1 to `most`. Raises Problem."""
    raw = values.get(name, "")
    if not raw:
        return default
    if not (raw.isascii() and raw.isdecimal() and len(raw) < 20 and 1 <= int(raw) <= most):
        words = _("Give a whole number from 1 to %(most)d.") % {"most": most}
        raise Problem(400, "invalid-query", words, {name: [words]})
    return int(raw)


def new_id(raw: str, name: str) -> uuid.UUID:
    """Raises Problem unless it is a UUID."""
    try:
        return uuid.UUID(raw)
    except ValueError:
        words = _("Give a UUID of your own making: the same again is the same request.")
        raise Problem(400, "no-key", words, {name: [words]}) from None
