"""The names that every template may use."""

from typing import Any

from django.http import HttpRequest

from arportal.desk.site.cookies import named

THEMES = ("light", "dark")


def desk(request: HttpRequest) -> dict[str, Any]:
    """`layout` is None outside a store; `theme` is "light", "dark" or "", which leaves it to the device."""
    user = getattr(request, "user", None)
    theme = (user.theme if user and user.is_authenticated else "") or request.COOKIES.get(named("theme"), "")
    return {"layout": getattr(request, "layout", None), "theme": theme if theme in THEMES else ""}
