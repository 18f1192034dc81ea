"""Names of the files in an archive: for people, and for every system that may unpack it."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

SUFFIX = ".pdf"
# Bytes of UTF-8: Linux allows 255 a name, and Windows 260 characters with all folders above it.
MOST_BYTES = 150
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f-\x9f<>:"/\\|?*]+')
# Joiners shape letters of some scripts; all other invisible characters only make a name look like another.
_JOINERS = "\u200c\u200d"
# Direction overrides and other format characters, halves of surrogate pairs, private and unassigned ones.
_INVISIBLE = ("Cf", "Cs", "Co", "Cn")


def file_names(invoices: Iterable[tuple[str, str]]) -> list[str]:
    """One name for each (invoice number, company), in their order."""
    return unlike(
        # The INV keeps it from being a device's name, a hidden file or an option.
        f"{number if number.upper().startswith('INV') else f'INV-{number}'} {company}"
        for number, company in invoices
    )


def unlike(titles: Iterable[str]) -> list[str]:
    """A name for each title, such as `INV-00000141 Acme`, no two alike where case does not count."""
    names: list[str] = []
    used: set[str] = set()
    counts: Counter[str] = Counter()
    for title in titles:
        visible = "".join(
            letter for letter in title if letter in _JOINERS or unicodedata.category(letter) not in _INVISIBLE
        )
        stem = " ".join(_FORBIDDEN.sub(" ", unicodedata.normalize("NFC", visible)).split())
        name = wanted = _fitting(stem, SUFFIX)
        # Counted on from the last of the same name: trying from 1 each time would take the square of their number.
        while _alike(name) in used:
            counts[_alike(wanted)] += 1
            name = _fitting(stem, f" ({counts[_alike(wanted)] + 1}){SUFFIX}")
        used.add(_alike(name))
        names.append(name)
    return names


def _fitting(stem: str, ending: str) -> str:
    room = MOST_BYTES - len(ending)
    return stem.encode()[:room].decode(errors="ignore").rstrip(". ") + ending


def _alike(name: str) -> str:
    """Equal for names that a file system which ignores case, or decomposes accents, takes for one."""
    return unicodedata.normalize("NFC", name.casefold())
