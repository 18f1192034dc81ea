"""Names in an archive: for people, and harmless wherever it is unpacked."""

import unicodedata

import pytest

from arportal.documents.exports.names import file_names


def name(number: str, company: str = "Acme") -> str:
    return file_names([(number, company)])[0]


def test_it_works():
    assert file_names([("00000141", "Acme"), ("INV-7", "山田商店")]) == [
        "INV-00000141 Acme.pdf",
        "INV-7 山田商店.pdf",
    ]


@pytest.mark.parametrize(
    ("number", "company", "expected"),
    [
        ("7/8", '../..\\ "A" <b>\r\nX: y|?*', "INV-7 8 .. .. A b X y.pdf"),
        ("1", "\u202efdp.exe\u2066\u200b\ufeff", "INV-1 fdp.exe.pdf"),
        ("2", "Trailing. . ", "INV-2 Trailing.pdf"),
        ("3", "\x00\x1f\x7f\x85", "INV-3.pdf"),
        ("CON", "", "INV-CON.pdf"),
        ("", "", "INV-.pdf"),
        ("4", "Cafe\u0301", "INV-4 Caf\u00e9.pdf"),
        ("5", "\u0645\u06cc\u200c\u062e", "INV-5 \u0645\u06cc\u200c\u062e.pdf"),
    ],
)
def test_what_a_file_system_forbids_or_a_reader_is_fooled_by(number, company, expected):
    assert name(number, company) == expected


def test_no_two_are_alike_on_any_system():
    names = file_names([("1", "Acme"), ("1", "ACME"), ("1", "acme"), ("2", "Café"), ("2", "Cafe\u0301")])
    assert names[1:3] == ["INV-1 ACME (2).pdf", "INV-1 acme (3).pdf"]
    assert len({unicodedata.normalize("NFD", each.casefold()) for each in names}) == 5


def test_a_name_that_another_one_was_numbered_into():
    names = file_names([("1", "Acme (2)"), ("1", "Acme"), ("1", "Acme")])
    assert names == ["INV-1 Acme (2).pdf", "INV-1 Acme.pdf", "INV-1 Acme (3).pdf"]


@pytest.mark.parametrize("letter", ["a", "é", "山", "😀"])
def test_a_long_name_is_cut_between_letters(letter):
    names = file_names([("1", letter * 300)] * 12)
    assert len(set(names)) == 12
    assert max(len(each.encode()) for each in names) <= 150
    assert all(each.startswith(f"INV-1 {letter}") and each.endswith(".pdf") for each in names)


def test_ten_thousand_of_one_name_take_no_time():
    assert len(set(file_names([("1", "Acme")] * 10_000))) == 10_000
