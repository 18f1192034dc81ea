"""HTML to PDF by WeasyPrint, from which nothing can be fetched: text goes in, bytes come out.

It knows neither Django nor a database, so that processes of its own can do it (`rendering.py`). The same HTML, CSS
and pictures give the same bytes, in any process: a PDF's sha256 is a statement about its content.
"""

import gc
import logging
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from xml.etree import ElementTree

from cssselect2 import ElementWrapper
from weasyprint import CSS, HTML
from weasyprint.text.ffi import harfbuzz_subset
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from arportal.documents.rendering.artifacts import set_apart
from arportal.documents.rendering.sheets import SCHEME, Printed, Sheet

logger = logging.getLogger(__name__)

OPTIONS = {"pdf_variant": "pdf/ua-1"}
# Looking up fonts is what a document costs most, and what it learns of them serves the next one. The library
# behind it is not made for several threads at once.
_fonts = FontConfiguration()
_one_at_a_time = threading.Lock()

if not harfbuzz_subset:
    logger.warning("libharfbuzz-subset is missing: every PDF takes about three times as long to make.")


class OnlyOurPictures(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
    """Answers for the pictures it was given and for nothing else: no network, no file, no data address."""

    def __init__(self, pictures: Mapping[str, bytes]) -> None:
        super().__init__(allowed_protocols=(), allow_redirects=False)
        self._pictures = pictures

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        name = url.removeprefix(SCHEME)
        if name == url or name not in self._pictures:
            logger.error("A document asked for %.80r, which it may not.", url)
            raise ValueError("Documents fetch nothing.")
        return URLFetcherResponse(url, self._pictures[name], {"Content-Type": "image/png"})


class Page(HTML):  # type: ignore[misc]
    """HTML that is XML as well, and brings all its style along.

    Reading HTML and matching the 300 selectors of a browser's own style would be a fifth of the whole work.
    """

    def __init__(self, sheet: Sheet) -> None:
        self.base_url, self.media_type = None, "print"
        self.url_fetcher = OnlyOurPictures(sheet.pictures)
        root = ElementTree.fromstring(sheet.html)  # noqa: S314 - of our own templates
        self.wrapper_element = ElementWrapper.from_html_root(root, content_language=None)
        self.etree_element = self.wrapper_element.etree_element

    def _ua_stylesheets(self, forms: bool = False) -> list[CSS]:
        return []


def print_sheet(sheet: Sheet) -> Printed:
    """A tagged PDF (PDF/UA-1) in the language of the HTML."""
    with _one_at_a_time, _without_collections():
        document = Page(sheet).render(font_config=_fonts, stylesheets=[_style(sheet.css)], **OPTIONS)
        content = document.write_pdf(finisher=set_apart, **OPTIONS)
    codes = sorted({code for font in document.fonts.values() for code in font.missing})
    return Printed(content, "".join(map(chr, codes)))


@contextmanager
def _without_collections() -> Iterator[None]:
    """A document is a great many objects that all live until it is done: looking for garbage finds none."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@lru_cache(maxsize=64)
def _style(css: str) -> CSS:
    return CSS(string=css, font_config=_fonts, url_fetcher=OnlyOurPictures({}))
