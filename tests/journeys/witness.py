"""What a browser asked for and complained about, judged at the end of each journey."""

from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Response, WebError

# The answers' own statuses are judged: Chromium also writes each 4xx, such as a form that came back, to the console.
FAILED_LOAD = "Failed to load resource"


class Witness:
    """Of one context; what it holds is forgotten once it has been judged."""

    def __init__(self, context: BrowserContext) -> None:
        self.answers: list[tuple[str, int]] = []
        self.complaints: list[str] = []
        context.on("response", self._see)
        context.on("console", self._hear)
        context.on("weberror", self._suffer)

    def _see(self, response: Response) -> None:
        self.answers.append((response.url, response.status))

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(FAILED_LOAD):
            self.complaints.append(f"{message.type}: {message.text}")

    def _suffer(self, error: WebError) -> None:
        self.complaints.append(str(error.error))

    def judge(self, address: str) -> None:
        """Asserts that only our own address was asked and answered well; wsgi.py breaks what holds a secret."""
        answers, self.answers = self.answers, []
        complaints, self.complaints = self.complaints, []
        assert not complaints, complaints
        for url, status in answers:
            assert url.startswith((f"{address}/", "data:")), f"The browser asked a foreign address: {url}"
            assert status != 500, f"{url} broke"
            assert status < 400 or "/static/" not in url, f"{url} is missing"


def secrets_of(sandbox_address: str, token: str) -> list[str]:
    """What the browser must never see: where the API is (but see `wsgi.py:TELLING_THE_ADDRESS`), the files it serves,
    and our token for it."""
    return [urlsplit(sandbox_address).netloc, "/files/invoices/", token]
