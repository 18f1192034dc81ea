"""What no document can do: fetch or embed anything. What every one is: the same bytes for the same content."""

import base64
import hashlib
import io
import subprocess
import sys
import zlib
from importlib.resources import files

import pypdf
import pytest
from PIL import Image
from weasyprint.urls import URLFetchingError

from arportal.documents.rendering.render_job import RenderJob
from arportal.documents.rendering.worker import render_pdf
from tests.mirror.files import misbehaving_server
from tests.whole import only_whole

SECRET = "canary-7316"


# What a browser would do with any element: our own documents bring rules for theirs alone.
BROWSER = (files("weasyprint.css") / "html5_ua.css").read_text()

BLOCKS = "html, body, p { display: block } head { display: none } b { color: #111111 }"


def page(body: str = "", head: str = "") -> str:
    return f'<!DOCTYPE html><html lang="en"><head><title>Paper</title>{head}</head><body>Text {body}</body></html>'


def png(width: int = 8, height: int = 8) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, height), "#0f6b66").save(file, "PNG")
    return file.getvalue()


def images(content: bytes) -> int:
    return sum(len(sheet.images) for sheet in pypdf.PdfReader(io.BytesIO(content)).pages)


def test_it_works():
    html = page('<img src="picture:logo" alt="Logo"/>')
    made = render_pdf(RenderJob(html, BLOCKS, {"logo": png()}))
    assert made.content.startswith(b"%PDF-1.7")
    assert (images(made.content), made.missing) == (1, "")


@pytest.fixture(scope="module")
def server():
    with misbehaving_server.running() as server:
        yield server


@pytest.fixture
def canary(tmp_path):
    """A picture and a text on this machine that must not get into a document."""
    (tmp_path / "secret.png").write_bytes(png(31, 17))
    (tmp_path / "secret.txt").write_text(SECRET)
    (tmp_path / "secret.css").write_text(f"body::after {{ content: '{SECRET}' }}")
    return tmp_path.as_uri()


def svg(inside: str) -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="9" height="9">{inside}</svg>'  # noqa: E501


def data(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


BOMB_SVG = svg("").replace(
    "<svg", '<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><svg'
).replace("></svg>", "><text>&b;</text></svg>")  # fmt: skip
BODIES = {
    "img": '<img src="{web}/ok.pdf"/>',
    "img that redirects": '<img src="{web}/redirect"/>',
    "img of a file": '<img src="{disk}/secret.png"/>',
    "img of a path": '<img src="/etc/hostname"/>',
    "img in capitals": '<img src="FILE:{disk}/secret.png"/>',
    "img of data": f'<img src="{data("image/png", png(31, 17))}"/>',
    "img of svg data": f'<img src="{data("image/svg+xml", BOMB_SVG.encode())}"/>',
    "another picture": '<img src="picture:../secret"/>',
    "srcset": '<img srcset="{web}/ok.pdf 1x"/>',
    "object": '<object data="{disk}/secret.png"></object>',
    "embed": '<embed src="{disk}/secret.png"/>',
    "iframe": '<iframe src="{disk}/secret.txt"></iframe>',
    "video poster": '<video poster="{web}/ok.pdf"></video>',
    "svg image": svg('<image href="{disk}/secret.png" width="9" height="9"/>'),
    "svg xlink image": svg('<image xlink:href="{web}/ok.pdf" width="9" height="9"/>'),
    "svg use": svg('<use href="{web}/ok.pdf#x"/>'),
    "svg style": svg("<style>@import '{web}/ok.pdf';</style><text>x</text>"),
    "inline style": '<p style="background: url({web}/ok.pdf)">x</p>',
    "list style": '<ul style="list-style-image: url({disk}/secret.png)"><li>x</li></ul>',
    "content": "<p style=\"content: url('{disk}/secret.png')\">x</p>",
    "attached by a link": '<a rel="attachment" href="{disk}/secret.txt">x</a>',
}
HEADS = {
    "stylesheet": '<link rel="stylesheet" href="{web}/ok.pdf"/>',
    "stylesheet of a file": '<link rel="stylesheet" href="{disk}/secret.css"/>',
    "stylesheet of data": f'<link rel="stylesheet" href="{data("text/css", b"body::after { content: url(x) }")}"/>',
    "@import": "<style>@import url({web}/ok.pdf);</style>",
    "@import of a file": "<style>@import url({disk}/secret.css);</style>",
    "attachment": '<link rel="attachment" href="{disk}/secret.txt"/>',
    "attachment from the web": '<link rel="attachment" href="{web}/ok.pdf"/>',
    "font": "<style>@font-face {{ font-family: x; src: url({web}/ok.pdf) }} body {{ font-family: x }}</style>",
    "font of a file": "<style>@font-face {{ font-family: x; src: url({disk}/secret.txt) }}</style>",
    "local font": "<style>@font-face {{ font-family: x; src: local('Noto Sans') }}</style>",
    "base": '<base href="{web}/"/><link rel="stylesheet" href="ok.pdf"/>',
    "page": "<style>@page {{ background: url({web}/ok.pdf) }}</style>",
    "page margin": "<style>@page {{ @top-left {{ content: url({disk}/secret.png) }} }}</style>",
}


def filled(html: str, server, disk: str) -> str:
    web = f"http://127.0.0.1:{server.port}"
    return html.replace("{web}", web).replace("{disk}", disk).replace("{{", "{").replace("}}", "}")


def check_that_nothing_came(html: str, server) -> None:
    before = len(server.asked)
    content = render_pdf(RenderJob(html, BROWSER, {"logo": png()})).content
    read = pypdf.PdfReader(io.BytesIO(content))
    assert len(server.asked) == before
    assert images(content) == 0
    assert not read.attachments
    everything = content + b"".join(_unpacked(read))
    assert SECRET.encode() not in everything
    assert SECRET not in "".join(sheet.extract_text() for sheet in read.pages)


def _unpacked(read: pypdf.PdfReader):
    for number in range(1, read.trailer["/Size"]):
        thing = read.get_object(number)
        if hasattr(thing, "get_data"):
            yield thing.get_data()


@pytest.mark.parametrize("way", BODIES)
def test_nothing_is_fetched_or_embedded_by_the_body(way, server, canary):
    check_that_nothing_came(page(filled(BODIES[way], server, canary)), server)


@pytest.mark.parametrize("way", HEADS)
def test_nothing_is_fetched_or_embedded_by_the_head(way, server, canary):
    check_that_nothing_came(page(head=filled(HEADS[way], server, canary)), server)


def test_a_colour_profile_is_not_fetched(server):
    head = filled("<style>@color-profile --x {{ src: url({web}/ok.pdf) }}</style>", server, "")
    with pytest.raises(URLFetchingError):
        render_pdf(RenderJob(page(head=head), BROWSER))


@pytest.mark.parametrize("way", ["@import url({web}/ok.pdf);", "body { background: url({disk}/secret.png) }"])
def test_nothing_is_fetched_by_the_stylesheet(way, server, canary):
    css, before = filled(way, server, canary), len(server.asked)
    content = render_pdf(RenderJob(page(), f"{css}{BROWSER}")).content
    assert (len(server.asked), images(content)) == (before, 0)


def test_bombs_do_not_go_off(server):
    many_pixels = zlib.compress(b"\0" * 2**20, 9)
    bombs = [data("image/png", png()[:33] + many_pixels), data("image/svg+xml", BOMB_SVG.encode() * 50)]
    html = page("".join(f'<img src="{bomb}"/>' for bomb in bombs))
    assert misbehaving_server.seconds_of(lambda: check_that_nothing_came(html, server)) < 5


@only_whole("test_it_works")
def test_the_same_content_is_the_same_file_in_any_process():
    html = page("Zażółć 価格 السعر <b>bold</b>")
    here = hashlib.sha256(render_pdf(RenderJob(html, BLOCKS)).content).hexdigest()
    render_pdf(RenderJob(page("กขค Ωμέγα"), BLOCKS))
    again = hashlib.sha256(render_pdf(RenderJob(html, BLOCKS)).content).hexdigest()
    code = (
        "import sys, hashlib; from arportal.documents.rendering.worker import render_pdf;"
        "from arportal.documents.rendering.render_job import RenderJob;"
        "print(hashlib.sha256(render_pdf(RenderJob(sys.argv[1], sys.argv[2])).content).hexdigest())"
    )
    command = [sys.executable, "-W", "error", "-c", code, html, BLOCKS]
    elsewhere = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    assert here == again == elsewhere


def test_letters_for_which_there_is_no_font_are_told():
    assert render_pdf(RenderJob(page("\ue000"), BLOCKS)).missing == "\ue000"
