"""A render job and its result: they travel between processes, and know nothing of either."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

SCHEME = "picture:"


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file that lies in the PDF and says the same for machines.

    `xmp`: the content of an rdf:RDF, which tells readers of the file; it goes beside what the PDF says of itself.
    """

    name: str
    description: str
    content: bytes = field(repr=False)
    written_at: dt.datetime
    xmp: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class RenderJob:
    """A document ready to be rendered: HTML that is well-formed XML, and CSS that says how every element looks.

    `pictures`: name → PNG; the HTML shows one as `<img src="picture:name"/>`. With a file `enclosed` the PDF is one
    to be archived, PDF/A-3a.
    """

    html: str
    css: str
    pictures: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    enclosed: Enclosed | None = None


@dataclass(frozen=True, slots=True)
class Rendered:
    """`missing`: characters for which this machine has no font; boxes stand in their place."""

    content: bytes = field(repr=False)
    missing: str = ""
