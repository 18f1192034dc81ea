"""Reads one setting at a time and stops the start with one sentence when it is missing or wrong."""

from email.utils import parseaddr
from pathlib import Path
from typing import Any, NoReturn

from cryptography.fernet import Fernet
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from environs import Env, EnvError

SHORTEST_SECRET = 32


class Environment:
    """The process environment, with VAR/arportal.env (written by `make run`) below it."""

    def __init__(self, root: Path) -> None:
        self._env = Env()
        self.var = Path(self._env.str("VAR", "") or root / "var").resolve()
        self._env.read_env(str(self.var / "arportal.env"), recurse=False)

    def has(self, name: str) -> bool:
        return bool(self._env.str(name, ""))

    def text(self, name: str, *, default: str | None = None) -> str:
        value: str = self._env.str(name, default or "")
        return (
            value
            or default
            or self._stop(f"{name} is not set; `make run` sets it for a trial on this machine.")
        )

    def secret(self, name: str) -> str:
        """Empty where none is set; a short one could be guessed."""
        value: str = self._env.str(name, "")
        if value and len(value) < SHORTEST_SECRET:
            self._stop(f"{name} must have at least {SHORTEST_SECRET} characters.")
        return value

    def flag(self, name: str, *, default: bool) -> bool:
        try:
            return bool(self._env.bool(name, default))
        except EnvError:
            self._stop(f"{name} must be true or false.")

    def one_of(self, name: str, *values: str) -> str:
        """The first of the values when nothing is set."""
        value = self.text(name, default=values[0])
        return value if value in values else self._stop(f"{name} must be {' or '.join(values)}.")

    def words(self, name: str, *, default: str) -> list[str]:
        return [word.strip() for word in self._env.str(name, default).split(",") if word.strip()]

    def fernet_keys(self, name: str) -> list[str]:
        """The keys that encrypt API tokens at rest: the first encrypts, all decrypt."""
        keys = self.words(name, default=self.text(name))
        for key in keys:
            try:
                Fernet(key)
            except ValueError:
                self._stop(
                    f"{name} must hold Fernet keys (32 bytes in URL-safe base64), separated by commas."
                )
        return keys

    def database(self, name: str) -> dict[str, Any]:
        self.text(name)
        try:
            database: dict[str, Any] = self._env.dj_db_url(name)
        except (EnvError, ValueError):
            self._stop(f"{name} is not a database address.")
        if database["ENGINE"] != "django.db.backends.postgresql":
            self._stop(f"{name} must be a postgresql:// address: arportal runs on PostgreSQL only.")
        return database | {
            "CONN_HEALTH_CHECKS": True,
            # Only what asks for it is prepared (mirror/prepared.py), and nothing behind a PgBouncer that hands out
            # connections by transaction without knowing of what was prepared on them.
            # The name: through PgBouncer a connection without one would go on under that of the one before.
            "OPTIONS": {"application_name": "arportal"}
            | database.get("OPTIONS", {})
            | {
                "pool": True,
                "prepare_threshold": 5 if self.flag("PREPARED_STATEMENTS", default=True) else None,
            },
        }

    def mail(self, url: str, sender: str) -> dict[str, Any]:
        """Django's settings of the mail server at `url`, and EMAIL_FROM; empty where none is given."""
        if not self._env.str(url, ""):
            return {}
        try:
            mail: dict[str, Any] = self._env.dj_email_url(url)
        except (EnvError, ValueError):
            self._stop(f"{url} is not the address of a mail server.")
        if "EMAIL_BACKEND" not in mail:
            self._stop(f"{url} must be such as submission://user:password@host:587 or smtp://host:25.")
        if mail["EMAIL_BACKEND"].endswith(".smtp.EmailBackend"):
            mail["EMAIL_BACKEND"] = "arportal.documents.mails.smtp.Backend"
        address: str = self._env.str(sender, "")
        try:
            validate_email(parseaddr(address)[1] if address.isprintable() else "")
        except ValidationError:
            self._stop(f"{sender} must be an e-mail address such as billing@example.com.")
        return mail | {"EMAIL_FROM": address}

    def _stop(self, sentence: str) -> NoReturn:
        raise SystemExit(f"arportal cannot start: {sentence}")
