"""Everything a browser was sent and everything it complained about, judged at the end of each journey."""

import base64
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage

# Chromium reports the 422 of a form that came back as a failed load; which answers may fail is judged apart.
FAILED_LOAD = "Failed to load resource: the server responded with a status of 4"
SECURITY = "Content Security Policy"


class Witness:
    def __init__(self, context: BrowserContext, recording: Path) -> None:
        self._recording = recording
        self.complaints: list[str] = []
        context.on("console", self._hear)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))

    def _hear(self, message: ConsoleMessage) -> None:
        failed_load = message.text.startswith("Failed to load resource")
        if (message.type in ("error", "warning") and not failed_load) or SECURITY in message.text:
            self.complaints.append(f"{message.type}: {message.text}")

    def judge(self, address: str, secrets: list[str]) -> None:
        """Asserts that only our own address was asked and answered well, and that no secret was sent."""
        assert not self.complaints
        for exchange in json.loads(self._recording.read_text())["log"]["entries"]:
            url, status = exchange["request"]["url"], exchange["response"]["status"]
            assert url.startswith((address, "data:")), f"The browser asked a foreign address: {url}"
            assert status != 500, f"{url} broke"
            assert status < 400 or "/static/" not in url, f"{url} is missing"
            sent = f"{json.dumps(exchange)} {_body(exchange)}"
            assert not [secret for secret in secrets if secret in sent], f"{url} gave a secret away"


def secrets_of(sandbox_address: str, token: str) -> list[str]:
    """What the browser must never see: where the API is, the files it serves, and our token for it."""
    return [urlsplit(sandbox_address).netloc, "/files/invoices/", token]


def _body(exchange: dict[str, Any]) -> str:
    content = exchange["response"]["content"]
    text: str = content.get("text", "")
    if content.get("encoding") == "base64":
        return base64.b64decode(text).decode("latin-1")
    return text
