"""A render job and its result: they travel between processes, and know nothing of either."""

from collections.abc import Mapping
from dataclasses import dataclass, field

SCHEME = "picture:"


@dataclass(frozen=True, slots=True)
class RenderJob:
    """A document ready to be rendered: HTML that is well-formed XML, and CSS that says how every element looks.

    `pictures`: name → PNG; the HTML shows one as `<img src="picture:name"/>`.
    """

    html: str
    css: str
    pictures: Mapping[str, bytes] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Rendered:
    """`missing`: characters for which this machine has no font; boxes stand in their place."""

    content: bytes = field(repr=False)
    missing: str = ""
