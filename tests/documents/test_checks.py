"""What is said at the start about a machine that cannot print, or prints slowly."""

import subprocess
import sys

import pytest

from arportal.documents import checks
from arportal.documents.checks import can_print
from tests.whole import only_whole


def test_it_works():
    assert can_print(None) == []


@pytest.mark.parametrize(
    ("library", "code"),
    [
        ("pango-1.0", "documents.W002"),
        ("pangoft2-1.0", "documents.W002"),
        ("harfbuzz-subset", "documents.W001"),
    ],
)
def test_a_library_that_is_missing(monkeypatch, library, code):
    monkeypatch.setattr(checks, "is_there", lambda name: name != library)
    (found,) = can_print(None)
    assert found.id == code
    assert library in found.msg
    assert "apt-get install" in found.hint


def test_a_library_that_nobody_has():
    assert not checks.is_there("nobody-has-this")


@only_whole("desk/settings/test_branding_page.py::test_the_preview_shows_what_is_entered_and_saves_nothing")
def test_web_servers_do_without_weasyprint():
    """Who only passes on the store's PDFs, or waits for a worker, does not load it."""
    code = "import django, sys; django.setup(); import arportal.urls; print('weasyprint' in sys.modules)"
    command = [sys.executable, "-c", code]
    answer = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert answer == "False\n"
