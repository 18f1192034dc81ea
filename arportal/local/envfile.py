"""VAR/arportal.env: the settings of a run on this machine, so that manage.py works beside it."""

import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet


def write_once(path: Path) -> None:
    """Write a new file with keys of its own, readable by its owner alone, unless there is one already."""
    if path.exists():
        return
    lines = [
        "# Written once by `make run`. Whoever has these keys can sign in as anybody and read the API tokens.",
        f"SECRET_KEY={secrets.token_urlsafe(48)}",
        "# To rotate, put a new key in front of the old one, with a comma between them.",
        f"TOKEN_KEYS={Fernet.generate_key().decode()}",
    ]
    _replace(path, lines)


def set_value(path: Path, name: str, value: str) -> None:
    """Set one line of the file and leave the others as they are."""
    lines = path.read_text().splitlines()
    _replace(path, [*(line for line in lines if not line.startswith(f"{name}=")), f"{name}={value}"])


def _replace(path: Path, lines: list[str]) -> None:
    # Written aside and renamed: a reader or a crash never meets half a file.
    aside = path.with_name(f"{path.name}.new")
    aside.unlink(missing_ok=True)
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write("\n".join(lines) + "\n")
    aside.rename(path)
