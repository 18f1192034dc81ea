"""Countries: how an address writes them, and the two letters that an e-invoice wants."""

from functools import cache

import pycountry
from babel import Locale

# Addresses name their country in the language of whoever typed them.
LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pl", "pt")
# What neither Babel nor pycountry knows, and people write.
ALSO = {"turkey": "TR", "uk": "GB", "england": "GB", "great britain": "GB", "the netherlands": "NL"}


def country_code(text: str) -> str:
    """`DE` for `Germany`, `Deutschland`, `DEU` or `de`; empty where it is no country that is known."""
    name = " ".join(text.split()).casefold()
    if not name:
        return ""
    try:
        return str(pycountry.countries.lookup(name).alpha_2)
    except LookupError:
        return _names().get(name, "")


def is_country(code: str) -> bool:
    return pycountry.countries.get(alpha_2=code) is not None


@cache
def _names() -> dict[str, str]:
    names = dict(ALSO)
    for language in LANGUAGES:
        for code, name in Locale(language).territories.items():
            if is_country(code):
                names.setdefault(name.casefold(), code)
    return names
