"""Text on its way into an e-invoice: nothing that XML cannot hold, and nothing that nobody sees."""

import datetime as dt

from arportal.documents.rendering.rendering import INVISIBLE


def cleaned(text: str) -> str:
    """The text without what XML cannot hold or nobody sees."""
    return INVISIBLE.sub("", text).strip()


def one_line(text: str) -> str:
    return " ".join(cleaned(text).split())


def day_of(text: str) -> dt.date | None:
    """The day that is written as 2026-11-30; None for anything else."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def compact(text: str) -> str:
    """An id as machines compare it: no blanks, capitals."""
    return "".join(cleaned(text).split()).upper()
