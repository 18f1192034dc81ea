"""How text is written for searching: `mirror_fold` in the database."""
# ruff: noqa: RUF001 - letters that look like others are what this is about

import importlib
import sys
import unicodedata

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from arportal.mirror.models import Invoice, Payment
from arportal.mirror.models.words import Begin
from tests.desk.conftest import a_payment, an_invoice
from tests.whole import only_whole, whole_or

migrations = "arportal.mirror.migrations"
SEARCH = importlib.import_module(f"{migrations}.0003_search")
WITHOUT_ACCENTS = importlib.import_module(f"{migrations}.0006_search_without_accents")
LETTERS = [
    chr(code)
    for code in range(0x10000)
    if unicodedata.category(chr(code))[0] == "L" and unicodedata.name(chr(code), "")
]
# In these an accent is a way to write a letter; in others it makes another letter.
APOSTROPHE = "\u02bc"
ACCENTED = ("LATIN", "GREEK", "CYRILLIC", "HEBREW", "ARABIC", "KELVIN", "ANGSTROM", "OHM")


def folded(*texts: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT mirror_fold(text) FROM unnest(%s::text[]) WITH ORDINALITY AS given(text, place) ORDER BY place",
            [list(texts)],
        )
        return [text for (text,) in cursor.fetchall()]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("Société Générale", "societe generale"),
        ("Núñez", "nunez"),
        ("ΠΑΠΑΔΆΚΗς", "παπαδακησ"),
        ("Ångström Øst Łódź Đorđe", "angstrom ost lodz dorde"),
        ("Großmann GROẞ", "grossmann gross"),
        ("İstanbul ılık", "istanbul ilik"),
        ("Ægir œuvre Þór Eiður", "aegir oeuvre thor eidur"),
        ("Nguyễn Ưu Đãi", "nguyen uu dai"),
        ("Ёлкин", "елкин"),
        ("O’Neil‑Smith", "o'neil-smith"),
        ("שָׁלוֹם", "שלום"),
        ("أَحْمَد", "احمد"),
        ("株式会社ガスト 한국", "株式会社ガスト 한국"),
        ("ﾊﾞﾅﾅ ＡＢＣ", "バナナ abc"),
        ("हिन्दी", "हिन्दी"),
    ],
)
def test_it_works(written, plain):
    assert folded(written) == [plain]


@only_whole("test_letters_of_other_scripts_stay_as_they_are")
@pytest.mark.django_db
def test_every_letter_is_written_the_same_however_it_is_typed():
    """Capitals, and the letter apart from its accent as some keyboards and all of Apple's files have it."""
    as_is = folded(*LETTERS)
    assert folded(*as_is) == as_is
    assert folded(*(unicodedata.normalize("NFD", letter) for letter in LETTERS)) == as_is
    lone = [letter for letter in LETTERS if len(letter.upper()) == 1 and letter.upper().lower() == letter]
    assert folded(*(letter.upper() for letter in lone)) == folded(*lone)


@pytest.mark.django_db
def test_letters_of_other_scripts_stay_as_they_are():
    others = [
        each for each in LETTERS if not unicodedata.name(each).startswith(ACCENTED) and each != APOSTROPHE
    ]
    one_writing = [unicodedata.normalize("NFKC", each) for each in others]
    plain = [each for each, one in zip(others, one_writing, strict=True) if each == one == each.lower()]
    assert len(plain) > 40_000
    assert folded(*plain) == plain


@pytest.mark.django_db
def test_what_is_left_of_a_latin_letter_has_no_accent():
    latin = [letter for letter in LETTERS if "WITH" in unicodedata.name(letter) and letter < "\u0250"]
    accented = {letter for letter, plain in zip(latin, folded(*latin), strict=True) if not plain.isascii()}
    # Catalan's dot is a sign of its own; the others stand in no name.
    assert accented == set("ĿŀƛƺƻƾǮǯ")


class Generated(TestCase):
    @settings(max_examples=whole_or(100, 25))
    @given(
        st.text(
            st.characters(max_codepoint=sys.maxunicode, exclude_categories=["Cs"], exclude_characters="\0")
        )
    )
    def test_twice_is_once(self, text):
        (once,) = folded(text)
        assert folded(once) == [once]


def test_rows_from_before_are_found_after_the_migration(store):
    """Both kinds of rows, those with accents and those without."""
    with connection.cursor() as cursor:
        for before in (SEARCH.WORDS, SEARCH.WORDS_BEGIN):
            cursor.execute(before.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"))
        an_invoice(store, 900_001, company_name="Société").save()
        payment = a_payment(store, 900_002)
        payment.payer_name = "Núñez"
        payment.save()
        societe, nunez = Begin(store.pk, "societe"), Begin(store.pk, "nunez")
        assert not Invoice.objects.filter(societe).exists()
        for operation in WITHOUT_ACCENTS.Migration.operations[1:]:
            cursor.execute(operation.sql)
    assert Invoice.objects.filter(societe).exists()
    assert Payment.objects.filter(nunez).exists()
