"""The type of what a form is filled in with."""

from collections.abc import Mapping

# What was sent, `request.POST` or what was kept of it; None for a form that is only shown.
FormData = Mapping[str, str] | None
