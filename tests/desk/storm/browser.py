"""A browser without JavaScript: it follows redirects, fills in the forms that pages hold, and notes every status."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

import lxml.html
import requests

PATIENCE = 120


@dataclass(frozen=True)
class Seen:
    """One answer of the web server."""

    method: str
    path: str
    status: int

    @property
    def is_dead_end(self) -> bool:
        """A form that comes back with its reasons is a 422; every other error is a page that should not be met."""
        return self.status >= 400 and self.status != 422


class Page:
    def __init__(self, answer: requests.Response) -> None:
        self.url, self.status = answer.url, answer.status_code
        self.path = urlsplit(answer.url).path
        is_html = answer.headers.get("Content-Type", "").startswith("text/html")
        self._tree = lxml.html.fromstring(answer.text) if is_html else lxml.html.Element("html")

    def __str__(self) -> str:
        words = self._words("//main") or self._words(".")
        return f"{self.status} {self.path}: {words[:400]}"

    @property
    def state(self) -> str:
        """What the page of a change says has become of it."""
        return self._words("//*[@id='state']//h2")

    @property
    def reasons(self) -> str:
        """Why a form came back."""
        return self._words("//*[@role='alert']")

    def has_button(self, name: str) -> bool:
        return bool(self._buttons(name))

    def filled(self, name: str, typed: dict[str, str] | None = None) -> "Form":
        """The form of this button with what is typed in; boxes of warnings are ticked, as by who has read them."""
        button = self._buttons(name)[0]
        form = button.xpath("ancestor::form")[0]
        for field_name, text in (typed or {}).items():
            form.fields[field_name] = text
        for box in form.xpath(".//section[contains(@class, 'warning')]//input[@type='checkbox']"):
            box.checked = True
        values = [*form.form_values()]
        if button.get("name"):
            values.append((button.get("name"), button.get("value", "")))
        return Form(urljoin(self.url, button.get("formaction") or form.action), values)

    def links(self, words: str = "") -> list[str]:
        """Where the content leads to, by links that have these words."""
        found = self._tree.xpath("//main//a[@href]")
        here = [each for each in found if words in _plain(each)]
        urls = [urljoin(self.url, each.get("href")) for each in here]
        return [url for url in urls if urlsplit(url).netloc == urlsplit(self.url).netloc]

    def _buttons(self, name: str) -> list[lxml.html.HtmlElement]:
        return [each for each in self._tree.xpath("//form//button") if _plain(each) == name]

    def _words(self, path: str) -> str:
        return " ".join(_plain(each) for each in self._tree.xpath(path))


@dataclass(frozen=True)
class Form:
    url: str
    values: list[tuple[str, str]]


@dataclass
class Browser:
    """One person's, with their own cookies."""

    address: str
    seen: list[Seen] = field(default_factory=list)
    _session: requests.Session = field(default_factory=requests.Session)

    def open(self, url: str) -> Page:
        return self._noted(self._session.get(urljoin(self.address, url), timeout=PATIENCE))

    def send(self, form: Form) -> Page:
        headers = {"Referer": form.url}
        return self._noted(self._session.post(form.url, form.values, headers=headers, timeout=PATIENCE))

    def press(self, page: Page, name: str, typed: dict[str, str] | None = None) -> Page:
        return self.send(page.filled(name, typed))

    def _noted(self, answer: requests.Response) -> Page:
        self.seen += _all_seen(answer)
        return Page(answer)


def _all_seen(answer: requests.Response) -> Iterator[Seen]:
    for each in (*answer.history, answer):
        yield Seen(str(each.request.method), urlsplit(each.url).path, each.status_code)


def _plain(element: lxml.html.HtmlElement) -> str:
    return re.sub(r"\s+", " ", element.text_content()).strip()
