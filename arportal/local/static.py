"""Style sheets and scripts for the web server, collected again only when something about them changed."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

# Compressing what no page asks for took four fifths of the time: builds of Bootstrap other than the minified
# ones (a minified file names its source map, so that must stay), and the pages of Django REST framework.
UNUSED = (
    *(
        "bootstrap-*",
        "bootstrap.css*",
        "bootstrap.js*",
        "bootstrap.bundle.js*",
        "*.rtl.*",
        "*.esm.*",
        "jquery*",
    ),
    "rest_framework",
)


class Collection:
    """The collected files below `var`, and what they were made from."""

    def __init__(self, root: Path, var: Path) -> None:
        self._root = root
        self._stamp = var / "static.stamp"
        self._now = self._fingerprint()

    def is_current(self) -> bool:
        return self._stamp.exists() and self._stamp.read_text() == self._now

    def remember(self) -> None:
        self._stamp.write_text(self._now)

    def command(self) -> list[str]:
        """The words after manage.py."""
        return ["collectstatic", "--no-input", "--verbosity=0", *(f"--ignore={name}" for name in UNUSED)]

    def _fingerprint(self) -> str:
        found = hashlib.sha256(repr(UNUSED).encode())
        for path in self._sources():
            found.update(f"{path.relative_to(self._root)} {path.stat().st_size}".encode())
            found.update(path.read_bytes())
        return found.hexdigest()

    def _sources(self) -> Iterator[Path]:
        yield self._root / "requirements.lock"
        yield self._root / "arportal" / "settings.py"
        yield from sorted(path for path in (self._root / "static").rglob("*") if path.is_file())
