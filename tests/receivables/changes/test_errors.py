"""Failed requests in words for the person who asked."""

from django.utils.translation import override

from arportal.b2b.errors import (
    Ambiguous,
    B2BError,
    Forbidden,
    InvalidResponse,
    RateLimited,
    Refused,
    Unauthorized,
    Unavailable,
)
from arportal.receivables.changes.errors import in_words

NO_CREDIT = "Store company credit is not enabled"


def test_it_works():
    words = {
        RateLimited("busy", wait=40): "asks to wait 40 seconds. Nothing was changed",
        Unavailable("no answer"): "cannot be reached just now. Nothing was changed",
        Unauthorized("who?"): "refused our access token. Nothing was changed",
        Forbidden("no scope"): "refused our access token. Nothing was changed",
        Ambiguous("gone after 30 s"): "did not answer clearly (gone after 30 s).",
        InvalidResponse("no JSON"): "did not answer clearly (no JSON).",
        Refused("Too large.", method="PUT", path="/x", status=422): "The store refused: Too large.",
        Refused("", method="PUT", path="/x", status=422): "The store refused: PUT /x answered 422: ",
        B2BError(NO_CREDIT): f"refused: credit is switched off for this store (“{NO_CREDIT}”)",
    }
    assert {
        expected: in_words(error) for error, expected in words.items() if expected not in in_words(error)
    } == {}


def test_a_wait_is_told_in_the_readers_language():
    with override("de"):
        assert "40 Sekunden" in in_words(RateLimited("busy", wait=40))
    with override(None):
        assert "40 seconds" in in_words(RateLimited("busy", wait=40))
