"""What goes to the press and what comes back: it travels between processes, and knows nothing of either."""

from collections.abc import Mapping
from dataclasses import dataclass, field

SCHEME = "picture:"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A document ready to be printed: HTML that is well-formed XML, and CSS that says how every element looks.

    `pictures`: name → PNG; the HTML shows one as `<img src="picture:name"/>`.
    """

    html: str
    css: str
    pictures: Mapping[str, bytes] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Printed:
    """`missing`: characters for which this machine has no font; boxes stand in their place."""

    content: bytes = field(repr=False)
    missing: str = ""
