"""Ids as people and addresses write them."""

from arportal.mirror.ids import id_in, ids_in


def test_it_works():
    assert [id_in(text) for text in ("7", "9" * 18)] == [7, 10**18 - 1]
    # Python reads numbers of other scripts, and refuses those of thousands of digits.
    for text in ("", "x", "-7", " 7", "7.0", "\u0667", "\u00b2", "9" * 19, "9" * 5_000):
        assert id_in(text) is None, text[:20]
    assert ids_in(["7", "x", "8"]) == [7, 8]
