"""A small, correct PDF: lines of text on A4 pages, in milliseconds and without a layout engine.

Latin text is set in Helvetica. Other scripts use a font that is not embedded but names its Unicode, so the
text can be copied and extracted; how it looks depends on the reader's own fonts.
"""

A4 = (595, 842)
TOP, LEFT, BOTTOM, LEADING = 790, 56, 60, 1.5


CATALOG, PAGES, LATIN, WIDE, DESCENDANT, DESCRIPTOR, UNICODE, INFO = range(1, 9)
FIRST_FREE = 9


def _stream(data: bytes) -> bytes:
    return b"<< /Length %d >>\nstream\n%s\nendstream" % (len(data), data)


# Every code means itself; a range may not cross its first byte and a block holds at most 100 ranges.
_ranges = [b"<%02X00> <%02XFF> <%02X00>" % (high, high, high) for high in range(256)]
_blocks = [_ranges[start : start + 100] for start in range(0, 256, 100)]
TO_UNICODE = (
    b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
    b"/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
    b"/CMapName /Adobe-Identity-UCS def /CMapType 2 def\n"
    b"1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
    + b"\n".join(b"%d beginbfrange\n%s\nendbfrange" % (len(block), b"\n".join(block)) for block in _blocks)
    + b"\nendcmap\nCMapName currentdict /CMap defineresource pop end end"
)
# The objects of every paper; its pages, their list and its title come beside them.
FIXED = {
    CATALOG: b"<< /Type /Catalog /Pages %d 0 R >>" % PAGES,
    LATIN: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    WIDE: b"<< /Type /Font /Subtype /Type0 /BaseFont /ArialUnicodeMS /Encoding /Identity-H"
    b" /DescendantFonts [%d 0 R] /ToUnicode %d 0 R >>" % (DESCENDANT, UNICODE),
    DESCENDANT: b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /ArialUnicodeMS /DW 1000"
    b" /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>"
    b" /FontDescriptor %d 0 R >>" % DESCRIPTOR,
    DESCRIPTOR: b"<< /Type /FontDescriptor /FontName /ArialUnicodeMS /Flags 4 /ItalicAngle 0"
    b" /FontBBox [-1011 -330 2260 1078] /Ascent 1069 /Descent -271 /CapHeight 716 /StemV 80 >>",
    UNICODE: _stream(TO_UNICODE),
}


class Paper:
    def __init__(self, title: str) -> None:
        self._title = title
        self._pages: list[list[bytes]] = [[]]
        self._height = float(TOP)

    def write(self, text: str, size: int = 10) -> None:
        if self._height < BOTTOM:
            self._pages.append([])
            self._height = TOP
        try:
            font, code = b"/F1", text.encode("cp1252").hex().encode()
        except UnicodeEncodeError:
            font, code = b"/F2", text.encode("utf-16-be", "surrogatepass").hex().encode()
        self._pages[-1].append(b"BT %s %d Tf %d %.1f Td <%s> Tj ET" % (font, size, LEFT, self._height, code))
        self._height -= size * LEADING

    def skip(self) -> None:
        self._height -= 12

    def close(self) -> bytes:
        """The whole file; nothing can be written afterwards."""
        kids = b" ".join(b"%d 0 R" % (FIRST_FREE + 2 * index) for index in range(len(self._pages)))
        title = ("\ufeff" + self._title).encode("utf-16-be").hex().encode()
        objects = FIXED | {
            PAGES: b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(self._pages)),
            INFO: b"<< /Title <%s> /Producer (arportal sandbox) >>" % title,
        }
        for index, commands in enumerate(self._pages):
            number = FIRST_FREE + 2 * index
            objects[number] = (
                b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 %d %d] /Contents %d 0 R"
                b" /Resources << /Font << /F1 %d 0 R /F2 %d 0 R >> >> >>"
            ) % (PAGES, *A4, number + 1, LATIN, WIDE)
            objects[number + 1] = _stream(b"\n".join(commands))
        return _assemble(objects)


def _assemble(objects: dict[int, bytes]) -> bytes:
    """A file of numbered objects, with the table of where each begins."""
    out = bytearray(b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number in sorted(objects):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, objects[number])
    start, size = len(out), len(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % size
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root %d 0 R /Info %d 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        size,
        CATALOG,
        INFO,
        start,
    )
    return bytes(out)
