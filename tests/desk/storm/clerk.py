"""A clerk with a pile of cheques: enters each in the pages, is refused, tries again, looks what became of it."""

import random
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from decimal import Decimal
from threading import Event
from urllib.parse import urlencode

from tests.cast import PASSWORD
from tests.desk.storm.browser import Browser, Form, Page
from tests.desk.storm.plan import Plan
from tests.receivables.fault_run.plan import RECEIVED_ON, Cheque

PAYMENT, CHANGE = re.compile(r"/s/demo/payments/\d+/"), re.compile(r"/s/demo/changes/[-0-9a-f]{36}/")
PREVIEW, RECORD, AGAIN = "Preview", "Record payment", "Edit and try again"
LEAVE, TAKE_BACK = "Send it as soon as there is room", "Take it back"
BUSY = "busy"
# Whoever is refused so often has found a dead end.
TRIES = 200


class GaveUp(AssertionError):
    """A page that leads nowhere."""


@dataclass
class Clerk:
    """`standing`: cheque → where it was last seen, "" once it is seen to be done. `is_over`: all are to go home."""

    email: str
    browser: Browser
    plan: Plan
    pile: list[Cheque]
    is_over: Event
    standing: dict[str, str] = field(default_factory=dict)
    refused: int = 0
    busy: int = 0
    left: int = 0

    def __post_init__(self) -> None:
        self.dice = random.Random(f"{self.plan.seed}/{self.email}")

    def work(self) -> None:
        self._sign_in()
        for cheque in self.pile:
            self._enter(cheque, self.browser.open(_begin_url(cheque)))
        while waiting := [cheque for cheque in self.pile if self.standing[cheque.number]]:
            self._pause()
            for cheque in waiting:
                self._enter(cheque, self.browser.open(self.standing[cheque.number]))

    def _sign_in(self) -> None:
        page = self.browser.open("/accounts/login/")
        page = self.browser.press(page, "Sign in", {"login": self.email, "password": PASSWORD})
        assert page.path.startswith("/s/demo/"), page

    def _enter(self, cheque: Cheque, page: Page) -> None:
        """From wherever the cheque stands until it is done or nothing is left but to wait."""
        for _ in range(TRIES):
            self._note(page)
            if page.has_button(LEAVE) and (not self.left or self.dice.random() < 0.3):
                self.left += 1
                page = self._sent(page.filled(LEAVE))
            elif page.has_button(RECORD):
                page = self._sent(page.filled(RECORD))
            elif page.has_button(PREVIEW):
                page = self.browser.press(page, PREVIEW, _typed(cheque))
            elif page.has_button(TAKE_BACK) and self.left > 1 and self.dice.random() < 0.2:
                page = self.browser.press(page, TAKE_BACK)
            elif page.links(AGAIN):
                page = self.browser.open(page.links(AGAIN)[0])
            else:
                return self._landed(cheque, page)
        raise GaveUp(f"{cheque}: {page}")

    def _sent(self, form: Form) -> Page:
        """One in ten clicks twice, and sees what the second click brings."""
        if self.dice.random() >= 0.1:
            return self.browser.send(form)
        with ThreadPoolExecutor() as clicks:
            return [*clicks.map(self.browser.send, (form, form))][1]

    def _note(self, page: Page) -> None:
        """Refused, a person takes a breath before they try again."""
        if page.status != 422:
            return
        self.refused += 1
        self.busy += BUSY in page.reasons
        self._pause()

    def _pause(self) -> None:
        if self.is_over.wait(self.plan.minute * self.dice.uniform(0.02, 0.1)):
            raise GaveUp("Somebody else gave up.")

    def _landed(self, cheque: Cheque, page: Page) -> None:
        is_done = PAYMENT.fullmatch(page.path) or page.state == "Done"
        if not is_done and not (CHANGE.fullmatch(page.path) and page.state):
            raise GaveUp(f"{cheque}: {page}")
        is_news = self.standing.get(cheque.number) != page.path
        self.standing[cheque.number] = "" if is_done else page.path
        if is_news:
            self._look_around(page)

    def _look_around(self, page: Page) -> None:
        """Opens some of what the result's page leads to."""
        links = sorted(set(page.links()))
        for url in self.dice.sample(links, min(2, len(links))):
            self.browser.open(url)


def _begin_url(cheque: Cheque) -> str:
    picked = urlencode([("pick", invoice_id) for invoice_id, _amount in cheque.lines])
    return f"/s/demo/payments/record/{cheque.company_id}/?{picked}"


def _typed(cheque: Cheque) -> dict[str, str]:
    amounts = {f"amount-{invoice_id}": amount for invoice_id, amount in cheque.lines}
    return amounts | {
        "received": str(sum(Decimal(amount) for _invoice_id, amount in cheque.lines)),
        "received_on": RECEIVED_ON.isoformat(),
        "method": "cheque",
        "reference": cheque.number,
        "payer_name": "Accounts payable",
    }
