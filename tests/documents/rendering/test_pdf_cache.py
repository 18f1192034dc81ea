"""The cache of PDFs: whole files or none, nobody else's, and no more of them than allowed."""

import os
import time

import pytest

from arportal.documents.rendering import cache
from arportal.documents.rendering.cache import evict, get, key_of, put

KEY = key_of("one")
PDF = b"%PDF-1.7 content"


def test_it_works(pdf_cache):
    assert get(KEY) is None
    put(KEY, PDF)
    assert get(KEY) == PDF
    assert get(key_of("other")) is None


def test_keys_tell_parts_apart():
    keys = [
        key_of("a", "b"),
        key_of("ab"),
        key_of("a,b"),
        key_of(["a", "b"]),
        key_of("a", None),
        key_of("a", "None"),
    ]
    assert len(set(keys)) == len(keys)
    assert key_of({"a": 1, "b": 2}) == key_of({"b": 2, "a": 1})
    assert key_of("\ud800")


@pytest.mark.parametrize("key", ["", "../../etc/passwd", KEY.upper(), KEY[:-1], f"{KEY}\n", f"{KEY}/x"])
def test_what_is_not_a_key_names_no_file(key):
    with pytest.raises(ValueError, match="key_of"):
        get(key)
    with pytest.raises(ValueError, match="key_of"):
        put(key, PDF)


@pytest.mark.parametrize("damage", [b"", b"%PDF", b"x" * 80])
def test_a_damaged_file_is_removed_and_not_answered(pdf_cache, damage):
    put(KEY, PDF)
    file = pdf_cache / KEY[:2] / KEY
    file.write_bytes(damage)
    assert get(KEY) is None
    assert not file.exists()


def test_a_file_cut_short_while_it_was_written_is_not_answered(pdf_cache, monkeypatch):
    def killed(*_arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(cache.Path, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        put(KEY, PDF)
    assert get(KEY) is None


def test_a_disk_that_takes_nothing_is_no_error(pdf_cache):
    pdf_cache.write_text("a file, where the directory should be")
    put(KEY, PDF)


def test_others_on_the_machine_cannot_read_it(pdf_cache):
    put(KEY, PDF)
    assert (pdf_cache / KEY[:2]).stat().st_mode & 0o077 == 0


def test_what_was_not_read_for_longest_is_evicted_first(pdf_cache, settings):
    for number in range(5):
        put(key_of(number), PDF)
        age(pdf_cache, key_of(number), days=10 - number)
    get(key_of(0))
    settings.PDF_CACHE_BYTES = 3 * (len(PDF) + cache.DIGEST)
    assert evict() == 2 * (len(PDF) + cache.DIGEST)
    assert [number for number in range(5) if get(key_of(number))] == [0, 3, 4]


def test_what_a_dead_process_left_unfinished_is_evicted(pdf_cache):
    put(KEY, PDF)
    left = pdf_cache / KEY[:2] / f"{KEY}-0001{cache.UNFINISHED}"
    left.write_bytes(b"half")
    evict()
    assert left.exists()
    os.utime(left, (0, 0))
    evict()
    assert not left.exists()
    assert get(KEY) == PDF


def test_putting_evicts_now_and_then(pdf_cache, settings, monkeypatch):
    monkeypatch.setattr(cache.secrets, "randbelow", lambda _count: 0)
    settings.PDF_CACHE_BYTES = 0
    put(KEY, PDF)
    assert get(KEY) is None


def age(pdf_cache, key: str, *, days: int) -> None:
    then = time.time() - days * 24 * 3600
    os.utime(pdf_cache / key[:2] / key, (then, then))
