"""Text on its way into an e-invoice: nothing that XML cannot hold, and nothing that nobody sees."""

from arportal.documents.rendering.rendering import INVISIBLE


def cleaned(text: str) -> str:
    """The text without what XML cannot hold or nobody sees."""
    return INVISIBLE.sub("", text).strip()


def one_line(text: str) -> str:
    return " ".join(cleaned(text).split())


def compact(text: str) -> str:
    """An id as machines compare it: no blanks, capitals."""
    return "".join(cleaned(text).split()).upper()
