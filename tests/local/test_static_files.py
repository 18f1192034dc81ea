"""When `make run` collects the static files again."""

from pathlib import Path

import pytest

from arportal.local.static import Collection


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in ("requirements.lock", "arportal/settings.py", "static/theme.css"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    Collection(tmp_path, tmp_path).remember()
    return tmp_path


def test_it_works(root: Path) -> None:
    assert Collection(root, root).is_current()


@pytest.mark.parametrize("name", ["requirements.lock", "arportal/settings.py", "static/theme.css"])
def test_a_changed_file(root: Path, name: str) -> None:
    (root / name).write_text("different")
    assert not Collection(root, root).is_current()


def test_a_new_file(root: Path) -> None:
    (root / "static" / "totals.js").touch()
    assert not Collection(root, root).is_current()


def test_never_collected(root: Path) -> None:
    assert not Collection(root, root / "static").is_current()
