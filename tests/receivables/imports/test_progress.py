"""How far an import is."""

import pytest

from arportal.receivables.imports.progress import Progress


@pytest.mark.parametrize(
    ("lines", "changes", "asked", "settled", "refused", "percent"),
    [
        ({}, {}, 0, 0, 0, 100),
        ({"ready": 3}, {}, 3, 0, 0, 0),
        ({"asked": 3, "refused": 2}, {"applied": 1, "sent": 2}, 3, 1, 2, 33),
        ({"asked": 2, "ready": 1}, {"applied": 1, "refused": 1}, 3, 2, 1, 66),
        ({"asked": 3, "refused": 1}, {"refused": 2, "waiting": 1}, 3, 3, 3, 100),
    ],
)
def test_it_is_what_is_at_its_end_of_what_was_asked_for(lines, changes, asked, settled, refused, percent):
    progress = Progress(lines, {}, changes)
    assert (progress.asked, progress.settled, progress.refused, progress.percent) == (
        *(asked, settled, refused, percent),
    )
