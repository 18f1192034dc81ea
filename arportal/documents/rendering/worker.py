"""HTML to PDF by WeasyPrint, from which nothing can be fetched: text goes in, bytes come out.

It knows neither Django nor a database, so that processes of its own can do it (`render_pool.py`). The same HTML,
CSS and pictures give the same bytes, in any process: a PDF's sha256 is a statement about its content.
"""

import gc
import logging
import threading
from collections.abc import Mapping
from functools import lru_cache, partial
from io import BytesIO
from typing import Any

from weasyprint import CSS, Attachment
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from arportal.documents.rendering.render_job import SCHEME, Enclosed, Rendered, RenderJob
from arportal.documents.rendering.weasyprint_internals import (
    CUTS_FONTS_FAST,
    Page,
    finish_archive,
    give_colours,
    mark_page_furniture,
    missing_characters,
)

logger = logging.getLogger(__name__)

ACCESSIBLE: dict[str, Any] = {"pdf_variant": "pdf/ua-1"}
# Looking up fonts is what a document costs most, and what it learns of them serves the next one. The library
# behind it is not made for several threads at once.
_fonts = FontConfiguration()
_one_at_a_time = threading.Lock()

if not CUTS_FONTS_FAST:
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


# Style is read once for all documents of a letterhead. It fetches nothing, neither a picture nor a font.
_style = lru_cache(maxsize=64)(partial(CSS, font_config=_fonts, url_fetcher=OnlyOurPictures({})))


def render_pdf(job: RenderJob) -> Rendered:
    """A tagged PDF in the language of the HTML: PDF/UA-1, or PDF/A-3a with a file enclosed."""
    options = _archive(job.enclosed) if job.enclosed else ACCESSIBLE
    finish = partial(finish_archive, xmp=job.enclosed.xmp) if job.enclosed else mark_page_furniture
    with _one_at_a_time:
        # A document is a great many objects that all live until it is done: looking for garbage finds none.
        collects = gc.isenabled()
        gc.disable()
        try:
            page = Page(job.html, OnlyOurPictures(job.pictures))
            document = page.render(font_config=_fonts, stylesheets=[_style(string=job.css)], **options)
            if job.enclosed:
                give_colours(document)
            content = document.write_pdf(finisher=finish, **options)
        finally:
            if collects:
                gc.enable()
    return Rendered(content, missing_characters(document))


def _archive(enclosed: Enclosed) -> dict[str, Any]:
    """The options of a PDF/A-3a in which that file is another form of the document, so no reader may drop it."""
    file = Attachment(
        file_obj=BytesIO(enclosed.content),
        name=enclosed.name,
        description=enclosed.description,
        created=enclosed.written_at,
        modified=enclosed.written_at,
        relationship="Alternative",
    )
    # The colours are given by `give_colours`: anything but None keeps WeasyPrint from doing so.
    return {"pdf_variant": "pdf/a-3a", "attachments": [file], "output_intent": "given"}
