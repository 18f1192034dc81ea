"""References as they are compared: whole words, without signs, case and zeros in front.

`INV-001814`, `inv 1814` and `INV1814` are one reference, `14` is in none of them. Words are joined over the signs
that stand inside references, and over a blank only between a word of letters and a number: `2 1814` is not 21814.
"""

import re
import unicodedata
from collections.abc import Iterable

RUN = re.compile(r"[^\W_]+")
JOINING = re.compile(r"[-/.#:_]{1,2}|\s?[-#/]\s?|\s?(?:no|nr)[.:]?\s?")
ZEROS = re.compile(r"(?<!\d)0+(?=\d)")
# Days, which would be references of six or eight digits.
DAY = re.compile(
    r"(?<!\d)(?:(?:19|20)\d\d[-./](?:0?[1-9]|1[0-2])[-./](?:0?[1-9]|[12]\d|3[01])"
    r"|(?:0?[1-9]|[12]\d|3[01])[-./](?:0?[1-9]|1[0-2])[-./](?:19|20)?\d\d)(?!\d)"
)
MOST_RUNS = 4
MOST_TOKENS = 300
# Of a text, what is looked through.
LONGEST_TEXT = 2_000
LONGEST = 40


def folded(text: str) -> str:
    """The text without case, accents, and different signs for one letter or digit."""
    text = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in text if not unicodedata.combining(sign)).casefold()


def canonical(reference: str) -> str:
    """One reference, as it is compared."""
    return ZEROS.sub("", "".join(RUN.findall(folded(reference))))[:LONGEST]


def tokens(*texts: str) -> list[str]:
    """Everything in the texts that may be a reference: it has a digit. Sorted."""
    references: set[str] = set()
    for text in texts:
        text = DAY.sub(" ; ", folded(text)[:LONGEST_TEXT])
        runs = list(RUN.finditer(text))
        for index in range(len(runs)):
            references.update(_joined(text, runs[index : index + MOST_RUNS]))
    return sorted(references)[:MOST_TOKENS]


def _joined(text: str, runs: list[re.Match[str]]) -> Iterable[str]:
    joined, before = "", None
    for run in runs:
        if before is not None:
            between = text[before.end() : run.start()]
            is_number = between.isspace() and before[0].isalpha() and run[0][0].isdigit()
            if not is_number and not JOINING.fullmatch(between):
                return
        joined, before = joined + run[0], run
        token = ZEROS.sub("", joined)
        if any(sign in "123456789" for sign in token) and len(token) <= LONGEST:
            yield token


def is_strong(token: str) -> bool:
    """True if it is a reference by itself: with letters and at least four signs, or six digits and more. A shorter
    number may as well be a house, a customer or a page."""
    if token.isdigit():
        return len(token) >= 6
    return len(token) >= 4


def is_written_out(reference: str, *texts: str) -> bool:
    """True if a reference of six signs and more stands in the texts as a word of its own, with all its zeros."""
    reference = folded(reference)
    if sum(map(str.isalnum, reference)) < 6:
        return False
    word = re.compile(rf"(?<![^\W_]){re.escape(reference)}(?![^\W_])")
    return any(word.search(folded(text)[:LONGEST_TEXT]) for text in texts)


def words_of(token_texts: Iterable[str]) -> set[str]:
    """The single words with a digit, by which the mirror is searched."""
    return {
        run
        for text in token_texts
        for run in RUN.findall(DAY.sub(" ", folded(text)[:LONGEST_TEXT]))
        if any(sign.isdigit() for sign in run)
    }
