"""Names of our cookies: over https with a prefix by which browsers keep other hosts from planting one."""

from typing import Any

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage


def named(cookie: str) -> str:
    return f"{settings.COOKIE_PREFIX}{cookie}"


class _MessageCookie(CookieStorage):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cookie_name = named("messages")


class Messages(FallbackStorage):
    """As Django's own: a cookie, and the session for what is too long for one."""

    storage_classes = (_MessageCookie, SessionStorage)
