"""Libraries that PDFs need and this machine lacks, said at every start that checks (`manage.py check`, `migrate`)."""

import ctypes
import ctypes.util
from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Warning, register

NEEDED = {"pango-1.0": "libpango-1.0-0", "pangoft2-1.0": "libpangoft2-1.0-0"}
FASTER = "harfbuzz-subset"


@register()
def can_print(app_configs: Sequence[Any] | None, **more: Any) -> list[CheckMessage]:
    warnings: list[CheckMessage] = [
        Warning(
            f"The library {library} is missing: only the store's own PDFs can be had.",
            hint=f"On Debian: apt-get install {package}",
            id="documents.W002",
        )
        for library, package in NEEDED.items()
        if not is_there(library)
    ]
    if not is_there(FASTER):
        words = f"The library {FASTER} is missing: every PDF takes about three times as long to make."
        hint = "On Debian: apt-get install libharfbuzz-subset0"
        warnings.append(Warning(words, hint=hint, id="documents.W001"))
    return warnings


def is_there(library: str) -> bool:
    """True if a loader finds it: by the name of its first version, or by whatever the system's list says."""
    for name in (f"lib{library}.so.0", ctypes.util.find_library(library)):
        try:
            if name and ctypes.CDLL(name):
                return True
        except OSError:
            continue
    return False
