"""Running heads, small print and page numbers stand on every page but are no part of what a document says.

WeasyPrint tags them and then leaves them out of the structure, where a reader could meet them unexplained; PDF/UA
wants them marked as artifacts.
"""

from collections.abc import Iterator
from typing import Any

import pydyf


def set_apart(document: Any, pdf: pydyf.PDF) -> None:
    """A `finisher` of WeasyPrint's write_pdf: marks as artifact what is not reached from the structure's root."""
    objects = {thing.reference: thing for thing in pdf.objects}
    root = objects[pdf.catalog["StructTreeRoot"]]
    told = set(_below(root, objects))
    # The parent tree: page number, its elements by their marks, next page number, …
    elements_of_pages = objects[root["ParentTree"]]["Nums"][1::2]
    for page, elements in zip(pdf.page_references, elements_of_pages, strict=False):
        apart = {mark for mark, reference in enumerate(elements) if reference not in told}
        for mark in apart:
            elements[mark] = b"null"
        _mark(objects[objects[page]["Contents"]].stream, apart)


def _below(element: Any, objects: dict[bytes, Any]) -> Iterator[bytes]:
    for kid in element.get("K", ()):
        if isinstance(kid, bytes):
            yield kid
            yield from _below(objects[kid], objects)


def _mark(stream: list[Any], apart: set[int]) -> None:
    """A mark is three items: a name such as /Span, its properties, and the operator BDC."""
    for at, item in enumerate(stream):
        if isinstance(item, pydyf.Dictionary) and item.get("MCID") in apart:
            stream[at - 1 : at + 1] = ["/Artifact", pydyf.Dictionary({"Type": "/Pagination"})]
