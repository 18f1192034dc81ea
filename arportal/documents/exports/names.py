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


def file_names(invoices: Iterable[tuple[str, str]]) -> list[str]:
    """One name for each (invoice number, company), in their order, no two alike where case does not count."""
    used: set[str] = set()
    counts: Counter[str] = Counter()
    return [_free_name(_stem(number, company), used, counts) for number, company in invoices]


def _stem(number: str, company: str) -> str:
    """Such as `INV-00000141 Acme`. The INV keeps it from being a device's name, a hidden file or an option."""
    number = number if number.upper().startswith("INV") else f"INV-{number}"
    visible = "".join(letter for letter in f"{number} {company}" if _is_visible(letter))
    return " ".join(_FORBIDDEN.sub(" ", unicodedata.normalize("NFC", visible)).split())


def _is_visible(letter: str) -> bool:
    """Neither a direction override or another format character, nor half of a surrogate pair."""
    return letter in _JOINERS or unicodedata.category(letter) not in ("Cf", "Cs", "Co", "Cn")


def _free_name(stem: str, used: set[str], counts: Counter[str]) -> str:
    name = wanted = _fitting(stem, SUFFIX)
    while _alike(name) in used:
        counts[_alike(wanted)] += 1
        name = _fitting(stem, f" ({counts[_alike(wanted)] + 1}){SUFFIX}")
    used.add(_alike(name))
    return name


def _fitting(stem: str, ending: str) -> str:
    room = MOST_BYTES - len(ending)
    return stem.encode()[:room].decode(errors="ignore").rstrip(". ") + ending


def _alike(name: str) -> str:
    """Equal for names that a file system which ignores case, or decomposes accents, takes for one."""
    return unicodedata.normalize("NFC", name.casefold())
