"""A finished document: its bytes under a name that people and file systems understand."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from arportal.documents.rendering import cache
from arportal.documents.rendering.render_job import RenderJob
from arportal.documents.rendering.rendering import rendered


@dataclass(frozen=True)
class Pdf:
    """`filename` is safe on every system; `content` starts with %PDF. `was_kept`: it came from the cache."""

    filename: str
    content: bytes = field(repr=False)
    was_kept: bool = False


def made_once(filename: str, key: str, job: Callable[[], RenderJob]) -> Pdf:
    """The PDF of this key: from the cache, or made and put there. Raises DocumentFailed."""
    kept = cache.get(key)
    if kept is not None:
        return Pdf(filename, kept, was_kept=True)
    done = rendered(job())
    if not done.missing:
        # With boxes instead of letters it is good only until somebody installs the fonts.
        cache.put(key, done.content)
    return Pdf(filename, done.content)


def file_name(number: str, company: str) -> str:
    """Such as `INV-00000141 Acme.pdf`: letters of any script stay, what a file system forbids goes."""
    name = re.sub(r'[\x00-\x1f\x7f<>:"/\\|?*]+', " ", f"{number} {company}")
    return f"{' '.join(name.split())[:120].rstrip('. ')}.pdf"
