"""Templates to PDF. What a document says comes from outside, and every character of it is distrusted."""

import html
import logging
import re
from collections.abc import Mapping
from contextlib import AbstractContextManager
from functools import cache

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from arportal.documents.branding.letterheads import Letterhead
from arportal.documents.rendering.render_job import Rendered, RenderJob
from arportal.documents.rendering.render_pool import SECONDS, RenderFailed, RenderPool

logger = logging.getLogger(__name__)

MOST_CHARACTERS = 300_000
ZERO_WIDTH_SPACE = "\u200b"
BETWEEN_TAGS = re.compile(r">([^<]+)<")
# Nobody sees these, but they reverse what stands beside them, or no XML may hold them.
INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufff9-\uffff\U000e0000-\U000e0fff]"
)
# A word without a place to break it takes time that grows with the square of its length. Scripts that break
# anywhere are left alone.
LONG_WORD = re.compile(r"[^ \t\n\u200b\u2e80-\u9fff\uac00-\ud7af\uff00-\uffef\U00020000-\U0003ffff]{37,}")
PIECE = re.compile(r".{1,8}[\u0300-\u036f\u064b-\u065f]{0,4}")

# One pool a process, for all its threads.
_pool = cache(RenderPool)


class DocumentFailed(Exception):
    """There is no PDF; the message says why, and what to do instead where there is something."""


def make_job(template: str, context: Mapping[str, object], letterhead: Letterhead) -> RenderJob:
    """A document from `templates/documents/`, in the documents' own language. Raises DocumentFailed."""
    with in_their_language():
        text: str = render_to_string(
            f"documents/{template}", {**context, "letterhead": letterhead, "language": settings.LANGUAGE_CODE}
        )
        css = letterhead.css
    text = INVISIBLE.sub("", text)
    if sum(map(len, BETWEEN_TAGS.findall(text))) > MOST_CHARACTERS:
        raise DocumentFailed(_("This is too long to be made into a PDF here."))
    return RenderJob(BETWEEN_TAGS.sub(_with_breaks, text), css, letterhead.pictures)


def in_their_language() -> AbstractContextManager[None]:
    """A context in the documents' language: they go to buyers, whoever happens to ask for one."""
    return translation.override(settings.LANGUAGE_CODE)


def _with_breaks(between_tags: re.Match[str]) -> str:
    """The text between two tags, with an invisible place to break in each long word.

    Nothing where there is only a line of the template that ends: it would be made a box, and thrown away then.
    """
    if "\n" in between_tags[1] and between_tags[1].isspace():
        return "><"
    words = html.unescape(between_tags[1])
    broken = LONG_WORD.sub(lambda word: ZERO_WIDTH_SPACE.join(PIECE.findall(word[0])), words)
    return f">{html.escape(broken, quote=False)}<"


def rendered(job: RenderJob) -> Rendered:
    """The PDF. Raises DocumentFailed."""
    try:
        if settings.PDF_PROCESSES:
            done = _pool(settings.PDF_PROCESSES).render(job)
        else:
            # Loaded when it is needed: it takes a while, and without Pango everything but our PDFs works.
            from arportal.documents.rendering.worker import render_pdf

            done = render_pdf(job)
    except RenderFailed as failure:
        logger.error("A document of %s characters could not be rendered in %s s", len(job.html), SECONDS)
        raise DocumentFailed(_("This could not be made into a PDF within a minute.")) from failure
    except OSError as unloadable:
        logger.error("WeasyPrint cannot be loaded: %s", unloadable)
        raise DocumentFailed(
            _("PDFs cannot be made here: a library is missing (see README).")
        ) from unloadable
    if done.missing:
        codes = " ".join(f"U+{ord(letter):04X}" for letter in done.missing[:20])
        logger.warning("No font on this machine has %s: boxes stand in a PDF. README names fonts.", codes)
    return done
