"""A mail's subject, text and HTML, of a text with places and what stands in them. Every value is distrusted."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.conf import settings
from django.template.loader import render_to_string

from arportal.documents.branding.letterheads import Letterhead
from arportal.documents.rendering.rendering import INVISIBLE, in_their_language
from arportal.receivables.mails.texts import Text, filled

# Where a table goes while the text around it is filled in: it is taken out of everything else.
_MARK = "\ue000"


@dataclass(frozen=True, slots=True)
class Table:
    """Lines of cells, the last `figures` of each to the right."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    figures: int = 1

    @property
    def as_text(self) -> str:
        lines = [self.headings, *self.rows]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        left = len(widths) - self.figures
        return "\n".join(
            "  ".join(
                cell.ljust(width) if number < left else cell.rjust(width)
                for number, (cell, width) in enumerate(zip(line, widths, strict=True))
            ).rstrip()
            for line in lines
        )


@dataclass(frozen=True, slots=True)
class Composed:
    """A mail ready to be queued; the subject is one line."""

    subject: str
    text: str
    html: str


def fill(text: Text, values: Mapping[str, str]) -> Text:
    """The text as it reads, for a person to go over; every place must be among the values."""
    words = {name: _clean(value) for name, value in values.items()}
    return Text(" ".join(filled(text.subject, words).split()), filled(text.text, words))


def compose_as_it_is(letterhead: Letterhead, subject: str, text: str) -> Composed:
    """Of a text without places, such as a person has gone over."""
    return _made(letterhead, " ".join(subject.split()), INVISIBLE.sub("", text.replace(_MARK, "")), {})


def compose(letterhead: Letterhead, text: Text, values: Mapping[str, str | Table]) -> Composed:
    """Every place of the text must be among the values; a Table stands in a paragraph of its own."""
    words: dict[str, str] = {}
    tables: dict[str, Table] = {}
    for name, value in values.items():
        if isinstance(value, Table):
            tables[name] = replace(value, rows=tuple(tuple(map(_clean, row)) for row in value.rows))
        else:
            words[name] = _clean(value)
    subject = " ".join(filled(text.subject, words | dict.fromkeys(tables, "")).split())
    places = words | {name: f"\n\n{_MARK}{name}\n\n" for name in tables}
    body = INVISIBLE.sub("", filled(text.text.replace(_MARK, ""), places))
    return _made(letterhead, subject, body, tables)


def _made(letterhead: Letterhead, subject: str, body: str, tables: Mapping[str, Table]) -> Composed:
    """`body` has plain line ends, and a mark where each table stands."""
    paragraphs = [part.strip() for part in body.split("\n\n") if part.strip()]
    blocks = [tables[part[1:]] if part.startswith(_MARK) else part for part in paragraphs]
    context = {
        "subject": subject,
        "blocks": blocks,
        "letterhead": letterhead,
        "language": settings.LANGUAGE_CODE,
    }
    with in_their_language():
        html = render_to_string("mails/mail.html", context)
    plain = "\n\n".join(block.as_text if isinstance(block, Table) else block for block in blocks)
    return Composed(subject, f"{plain}\n", html)


def _clean(value: str) -> str:
    """One line, without what nobody sees."""
    return " ".join(INVISIBLE.sub("", value).replace(_MARK, "").split())
