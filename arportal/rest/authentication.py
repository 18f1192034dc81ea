"""Authentication by token (`Authorization: Bearer arp_…`), and how often a token may ask."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, Throttled
from rest_framework.request import Request

from arportal import logs
from arportal.stores.accounts import lacks_second_factor
from arportal.stores.api_tokens import PREFIX, actor_of, token_used
from arportal.stores.models import Membership, User

SCHEME = "Bearer"


class TokenAuthentication(BaseAuthentication):
    """`request.auth` becomes the Membership as whom the token acts, with no more than the token's own rights.

    Each request counts against the token before anything else is done for it, whichever process it comes to.
    """

    def authenticate(self, request: Request) -> tuple[User, Membership]:
        scheme, _space, text = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != SCHEME.lower() or not text.startswith(PREFIX):
            raise AuthenticationFailed(_("Send a token as “Authorization: Bearer arp_…”."), "no_token")
        token = token_used(text.strip())
        if token is None:
            raise AuthenticationFailed(_("This token is not known, was revoked, or has ended."), "bad_token")
        if token.used > settings.REST_REQUESTS_A_MINUTE and token.last_used_at:
            raise Throttled(wait=60 - token.last_used_at.second)
        actor = actor_of(token)
        if actor is None or (not actor.user.is_service and lacks_second_factor(actor)):
            raise AuthenticationFailed(_("The store is closed to whom this token acts as."), "closed")
        logs.tell(person=actor.user_id, store=actor.store_id)
        return actor.user, actor

    def authenticate_header(self, request: Request) -> str:
        return SCHEME


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "A token made under “API tokens”."}
