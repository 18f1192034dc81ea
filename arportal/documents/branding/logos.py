"""Uploaded pictures, which are hostile until we have drawn them anew ourselves."""

import hashlib
import io
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from PIL import Image, ImageOps

MAX_BYTES = 2 * 1024 * 1024
MAX_SIDE = 6_000
MAX_PIXELS = 12_000_000
MIN_SIDE = 16
# In a document a logo is at most 70 by 22 mm: this is 360 dots an inch, and more would only weigh.
KEPT = (1_000, 320)
# How a file of each format begins, and what must still be there at its end.
FORMATS = {"PNG": (b"\x89PNG\r\n\x1a\n", b"IEND"), "JPEG": (b"\xff\xd8\xff", b"\xff\xd9")}


class BadLogo(Exception):
    """The file is not taken; the message says why, and what would be."""


@dataclass(frozen=True, slots=True)
class CleanLogo:
    """A PNG of our own writing: pixels, and nothing else that was in the file."""

    content: bytes = field(repr=False)
    width: int
    height: int

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def clean_logo(content: bytes) -> CleanLogo:
    """The picture, drawn anew at a size that documents need. Raises BadLogo."""
    kind = next((name for name, (magic, _end) in FORMATS.items() if content.startswith(magic)), None)
    if kind is None:
        raise BadLogo(_("This is not a PNG or JPEG picture. Other formats, SVG too, are not taken."))
    if len(content) > MAX_BYTES:
        raise BadLogo(_("The picture is larger than 2 MB."))
    if FORMATS[kind][1] not in content[-1024:]:
        raise BadLogo(_("The picture is cut short: the end of the file is missing."))
    try:
        return _drawn_anew(content, kind)
    except BadLogo:
        raise
    except Exception as broken:
        raise BadLogo(_("The picture cannot be read: it is damaged.")) from broken


def _drawn_anew(content: bytes, kind: str) -> CleanLogo:
    with Image.open(io.BytesIO(content), formats=[kind]) as picture:
        # The header alone has been read so far: a bomb goes off only when it is unpacked.
        if max(picture.size) > MAX_SIDE or picture.width * picture.height > MAX_PIXELS:
            raise BadLogo(_("The picture has too many pixels: make it at most 6000 wide and 2000 high."))
        if min(picture.size) < MIN_SIDE:
            raise BadLogo(_("The picture is too small: it must be at least 16 pixels wide and high."))
        has_clear_parts = picture.has_transparency_data
        upright = ImageOps.exif_transpose(picture)
    drawn = upright.convert("RGBA" if has_clear_parts else "RGB")
    drawn.thumbnail(KEPT, Image.Resampling.LANCZOS)
    # A new picture has pixels only: no comment, profile or place where it was taken comes along.
    bare = Image.new(drawn.mode, drawn.size)
    bare.paste(drawn)
    file = io.BytesIO()
    bare.save(file, "PNG", optimize=True)
    return CleanLogo(file.getvalue(), bare.width, bare.height)
