"""Style sheets and scripts for the web server, collected again only when something about them changed."""

import hashlib
from pathlib import Path

# Compressing what no page asks for took four fifths of the time: builds of Bootstrap other than the minified
# ones (a minified file names its source map, so that must stay), and pages of other packages.
UNUSED = (
    "bootstrap-*",
    "bootstrap.css*",
    "bootstrap.js*",
    "bootstrap.bundle.js*",
    "*.rtl.*",
    "*.esm.*",
    "jquery*",
    "rest_framework",
    # Of the sidecar the page of our API takes Swagger UI's bundle and style sheet.
    "redoc",
    "swagger-ui-standalone*",
    "swagger-ui-bundle.js.*",
    "oauth2-redirect*",
)


class Collection:
    """The collected files below `var`, and what they were made from."""

    def __init__(self, root: Path, var: Path) -> None:
        self._stamp = var / "static.stamp"
        digest = hashlib.sha256(repr(UNUSED).encode())
        own = sorted(path for path in (root / "static").rglob("*") if path.is_file())
        # The lock stands for what the packages bring along.
        for path in (root / "requirements.lock", root / "arportal" / "settings.py", *own):
            digest.update(f"{path.relative_to(root)} {path.stat().st_size}".encode())
            digest.update(path.read_bytes())
        self._now = digest.hexdigest()

    def is_current(self) -> bool:
        return self._stamp.exists() and self._stamp.read_text() == self._now

    def remember(self) -> None:
        self._stamp.write_text(self._now)

    def command(self) -> list[str]:
        """The words after manage.py."""
        return ["collectstatic", "--no-input", "--verbosity=0", *(f"--ignore={name}" for name in UNUSED)]
