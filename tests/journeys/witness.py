"""Everything a browser was sent and everything it complained about, judged at the end of each journey."""

import base64
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage

# What we send with every page is our own files, the same each time; they are watched, not recorded.
NOT_STATIC = re.compile(r"^(?!.*/static/)")
# The answers' own statuses are judged: Chromium also writes each 4xx, such as a form that came back, to the console.
FAILED_LOAD = "Failed to load resource"


class Witness:
    def __init__(self, context: BrowserContext, recording: Path) -> None:
        self._recording = recording
        self.answers: list[tuple[str, int]] = []
        self.complaints: list[str] = []
        context.on("response", lambda response: self.answers.append((response.url, response.status)))
        context.on("console", self._hear)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(FAILED_LOAD):
            self.complaints.append(f"{message.type}: {message.text}")

    def judge(self, address: str, secrets: list[str]) -> None:
        """Asserts that only our own address was asked and answered well, and that no secret was sent."""
        assert not self.complaints, self.complaints
        for url, status in self.answers:
            assert url.startswith((f"{address}/", "data:")), f"The browser asked a foreign address: {url}"
            assert status != 500, f"{url} broke"
            assert status < 400 or "/static/" not in url, f"{url} is missing"
        for exchange in json.loads(self._recording.read_text())["log"]["entries"]:
            sent = f"{json.dumps(exchange)} {_body(exchange)}"
            assert not [each for each in secrets if each in sent], (
                f"{exchange['request']['url']} gave a secret away"
            )


def secrets_of(sandbox_address: str, token: str) -> list[str]:
    """What the browser must never see: where the API is, the files it serves, and our token for it."""
    return [urlsplit(sandbox_address).netloc, "/files/invoices/", token]


def _body(exchange: dict[str, Any]) -> str:
    content = exchange["response"]["content"]
    text: str = content.get("text", "")
    if content.get("encoding") == "base64":
        return base64.b64decode(text).decode("latin-1")
    return text
