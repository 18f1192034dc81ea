"""Uploaded logos: pixels are kept, and nothing else of the file."""

import io
import struct
import tracemalloc
import zlib
from contextlib import suppress

import pytest
from PIL import Image, PngImagePlugin

from arportal.documents.branding.logos import KEPT, BadLogo, clean_logo

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def picture(kind: str = "PNG", mode: str = "RGB", size: tuple[int, int] = (300, 120), **more) -> bytes:
    file = io.BytesIO()
    Image.new(mode, size, 90 if len(mode) == 1 else None).save(file, kind, **more)
    return file.getvalue()


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content), formats=["PNG"])


@pytest.mark.parametrize(
    ("kind", "mode", "kept"),
    [
        *(("PNG", "RGB", "RGB"), ("PNG", "RGBA", "RGBA"), ("PNG", "P", "RGB"), ("PNG", "L", "RGB")),
        *(("PNG", "1", "RGB"), ("PNG", "LA", "RGBA"), ("JPEG", "RGB", "RGB"), ("JPEG", "CMYK", "RGB")),
    ],
)
def test_it_works(kind, mode, kept):
    logo = clean_logo(picture(kind, mode))
    assert (logo.width, logo.height) == (300, 120)
    assert opened(logo.content).mode == kept


def test_a_large_picture_is_made_smaller_in_proportion():
    logo = clean_logo(picture(size=(3_000, 600)))
    assert (logo.width, logo.height) == (KEPT[0], 200)


def test_the_same_picture_is_the_same_file():
    assert clean_logo(picture()).sha256 == clean_logo(picture()).sha256


def test_what_else_is_in_the_file_does_not_come_along():
    words = PngImagePlugin.PngInfo()
    words.add_text("Comment", "canary in a comment")
    content = clean_logo(
        picture(pnginfo=words, icc_profile=b"canary profile") + b"canary behind the end"
    ).content
    assert b"canary" not in content
    assert {kind for kind, _body in chunks(content)} == {b"IHDR", b"IDAT", b"IEND"}


def test_where_a_photograph_was_taken_does_not_come_along():
    exif = Image.Exif()
    exif[0x010E], exif[0x0112] = "canary", 6
    logo = clean_logo(picture("JPEG", exif=exif))
    assert b"canary" not in logo.content
    # Turned upright as the camera noted.
    assert (logo.width, logo.height) == (120, 300)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        *((b"", "not a PNG"), (SVG, "not a PNG"), (b"%PDF-1.7", "not a PNG"), (b"<!doctype html>", "not a PNG")),
        *((picture("GIF"), "not a PNG"), (picture("BMP"), "not a PNG"), (picture("WEBP"), "not a PNG")),
        (picture("PNG") + b"x" * 2**21, "larger than 2 MB"),
        (picture("PNG")[:-30], "cut short"),
        (picture("JPEG")[:-30], "cut short"),
        (b"\x89PNG\r\n\x1a\n" + SVG + b"IEND", "cannot be read"),
        (b"\xff\xd8\xff" + b"x" * 99 + b"\xff\xd9", "cannot be read"),
        (picture(size=(15, 300)), "too small"),
        (picture(mode="1", size=(6_001, 20)), "too many pixels"),
        (picture(mode="1", size=(4_000, 4_000)), "too many pixels"),
    ],
)  # fmt: skip
def test_what_is_not_taken(content, reason):
    with pytest.raises(BadLogo, match=reason):
        clean_logo(content)


@pytest.mark.parametrize("side", [50_000, 2**31 - 1])
def test_a_bomb_is_recognised_by_its_label(side):
    with pytest.raises(BadLogo):
        clean_logo(png_that_says(side, side))


def test_a_bomb_in_a_comment_is_not_unpacked():
    bomb = chunk(b"zTXt", b"x\0\0" + zlib.compress(b"\0" * 40_000_000, 9))
    content = picture()
    tracemalloc.start()
    with suppress(BadLogo):
        clean_logo(content[:33] + bomb + content[33:])
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10_000_000


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def chunks(content: bytes):
    at = 8
    while at < len(content):
        size = struct.unpack(">I", content[at : at + 4])[0]
        yield content[at + 4 : at + 8], content[at + 8 : at + 8 + size]
        at += 12 + size


def png_that_says(width: int, height: int) -> bytes:
    """A small file whose header promises a huge picture."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0" * 9_999)) + chunk(b"IEND", b"")
