"""All eight forms of an error, read for the API's own words and its messages per field."""

from typing import Any

import pytest

from arportal.b2b.http.envelope import body_code, complaint

A = {"code": 404, "data": {"errMsg": "No such invoice"}, "meta": {"message": "Not Found Error"}}
B = {"code": 404, "data": {}, "meta": {"message": "Nothing here."}}
B_LIST = {"code": 400, "data": [], "meta": {"message": "Already there"}}
C = {"code": 422, "data": {"lineItems": ["Is needed.", "Is short."]}, "meta": {"message": "Parameter Error"}}
D = {
    "code": 422,
    "data": {"errMsg": {"roles": {"0": ["9 is no role."]}}},
    "meta": {"message": "Parameter Error"},
}
D_GENERAL = {
    "code": 422,
    "data": {"errMsg": {"non_field_errors": ["A role, please."]}},
    "meta": {"message": "x"},
}
D_NESTED = {
    "code": 422,
    "data": {"errMsg": {"details": {"header": [{"street_2": ["Is needed."]}]}}},
    "meta": {},
}
E = {"code": 400, "meta": {"message": "Bad Requests Error", "errors": "Not a number; "}, "data": {"id": 4}}
F = {"status": 400, "title": "Parameter Error.", "errors": {"1": "Too many layers."}}
G = {"code": 403, "message": "One storefront only"}
H = {
    "code": 413,
    "data": {"errors": [{"id": 3, "_detail": "Is gone"}, {"id": 4, "detail": {"name": ["Is long."]}}]},
}


@pytest.mark.parametrize(
    ("answer", "words", "fields"),
    [
        (A, "No such invoice", {}),
        (B, "Nothing here.", {}),
        (B_LIST, "Already there", {}),
        (C, "lineItems: Is needed.; lineItems: Is short.", {"lineItems": ("Is needed.", "Is short.")}),
        (D, "roles: 9 is no role.", {"roles": ("9 is no role.",)}),
        (D_GENERAL, "A role, please.", {}),
        (D_NESTED, "details.header.street_2: Is needed.", {"details.header.street_2": ("Is needed.",)}),
        (E, "Not a number", {}),
        (F, "Too many layers.", {}),
        (G, "One storefront only", {}),
        (H, "Is gone; name: Is long.", {"name": ("Is long.",)}),
        ({}, "", {}),
        (None, "", {}),
    ],
)
def test_it_works(answer: Any, words: str, fields: dict[str, Any]) -> None:
    assert complaint(answer) == (words, fields)


def test_words_have_an_end() -> None:
    said, _ = complaint({"message": "x" * 10_000})
    assert len(said) == 500


def test_a_bottomless_complaint_has_none() -> None:
    value: Any = "deep"
    for _ in range(50):
        value = [value]
    assert complaint({"data": {"errMsg": value}, "message": "flat"}) == ("flat", {})


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ({"code": 422}, 422),
        ({"code": "422"}, 422),
        ({"status": 400}, 400),
        ({"code": True}, None),
        ({"code": []}, None),
        ([], None),
    ],
)
def test_the_code_in_the_body(answer: Any, code: int | None) -> None:
    assert body_code(answer) == code
