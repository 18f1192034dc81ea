"""All that reaches into WeasyPrint beyond its documented API: read this first when its version is raised.

The rest of the room uses HTML, CSS, FontConfiguration, URLFetcher and `write_pdf` as they are documented.
"""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Any
from xml.etree import ElementTree

import pydyf
from cssselect2 import ElementWrapper
from weasyprint import CSS, HTML
from weasyprint.css import ColorProfile
from weasyprint.text.ffi import harfbuzz_subset
from weasyprint.urls import URLFetcher

# Without libharfbuzz-subset WeasyPrint cuts fonts down in Python, which takes most of a document's time.
CUTS_FONTS_FAST = bool(harfbuzz_subset)
SRGB = "sRGB2014.icc"


class Page(HTML):  # type: ignore[misc]  # WeasyPrint has no types
    """HTML that is XML as well, and brings all its style along.

    Reading HTML and matching the 300 selectors of a browser's own style would be a fifth of the whole work.
    """

    def __init__(self, xml: str, fetcher: URLFetcher) -> None:
        # What HTML.__init__ would set, but for its HTML parser.
        self.base_url = None
        self.media_type = "print"
        self.url_fetcher = fetcher
        root = ElementTree.fromstring(xml)  # noqa: S314 - of our own templates
        self.wrapper_element = ElementWrapper.from_html_root(root, content_language=None)
        self.etree_element = self.wrapper_element.etree_element

    def _ua_stylesheets(self, forms: bool = False) -> list[CSS]:
        return []


def missing_characters(document: Any) -> str:
    """Characters of a rendered document for which this machine has no font, each once, sorted."""
    codes = {code for font in document.fonts.values() for code in font.missing}
    return "".join(map(chr, sorted(codes)))


def mark_page_furniture(document: Any, pdf: pydyf.PDF) -> None:
    """A `finisher` of `write_pdf`: marks as artifact what cannot be reached from the structure's root.

    Running heads, small print and page numbers stand on every page but are no part of what a document says.
    WeasyPrint tags them and then leaves them out of the structure, where a reader could meet them unexplained;
    PDF/UA wants them marked as artifacts.
    """
    objects = {thing.reference: thing for thing in pdf.objects}
    root = objects[pdf.catalog["StructTreeRoot"]]
    reached = set(_below(root, objects))
    # The parent tree: page number, its elements by their marks, next page number, …
    elements_of_pages = objects[root["ParentTree"]]["Nums"][1::2]
    for page, elements in zip(pdf.page_references, elements_of_pages, strict=False):
        furniture = {mark for mark, reference in enumerate(elements) if reference not in reached}
        for mark in furniture:
            elements[mark] = b"null"
        stream = objects[objects[page]["Contents"]].stream
        # A mark is three items: a name such as /Span, its properties, and the operator BDC.
        for at, item in enumerate(stream):
            if isinstance(item, pydyf.Dictionary) and item.get("MCID") in furniture:
                stream[at - 1 : at + 1] = ["/Artifact", pydyf.Dictionary({"Type": "/Pagination"})]


def give_colours(document: Any) -> None:
    """Says which colours an archived document's numbers stand for: those of screens.

    WeasyPrint has the same profile, but opens its file anew for each document and leaves it open.
    """
    profile = ColorProfile(BytesIO(_srgb()), SRGB, "relative-colorimetric", (["r"], ["g"], ["b"]))
    document.color_profiles["srgb"] = profile


@cache
def _srgb() -> bytes:
    return (files("weasyprint.pdf") / SRGB).read_bytes()


def finish_archive(document: Any, pdf: pydyf.PDF, *, xmp: bytes) -> None:
    """A `finisher` of a PDF/A with a file enclosed: page furniture as above, and what is said of the file.

    WeasyPrint would put `xmp` behind its own RDF, but XMP is one RDF and readers stop after the first; and it names
    the file twice among those that belong to the document.
    """
    mark_page_furniture(document, pdf)
    objects = {thing.reference: thing for thing in pdf.objects}
    metadata = objects[pdf.catalog["Metadata"]]
    [written] = metadata.stream
    metadata.stream = [written.replace(b"</rdf:RDF>", xmp + b"</rdf:RDF>", 1)]
    # Programs that know nothing of PDF look for it by its text.
    metadata.compress = False
    pdf.catalog["AF"] = pydyf.Array(dict.fromkeys(pdf.catalog["AF"]))


def _below(element: Any, objects: dict[bytes, Any]) -> Iterator[bytes]:
    """References of all elements below one in the structure."""
    for kid in element.get("K", ()):
        # What is no reference is the number of a mark.
        if isinstance(kid, bytes):
            yield kid
            yield from _below(objects[kid], objects)
