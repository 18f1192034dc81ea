"""The form of a payment in a browser without JavaScript, and how a clerk fills it."""

import uuid
from typing import Any

from django.http import HttpResponse
from django.test import Client as Browser

from arportal.mirror.models import Invoice


class Form:
    """`part` is the page of the form that is asked: "", "allocate/" or "preview/"."""

    def __init__(self, browser: Browser, company_id: int) -> None:
        self.browser, self.change_id = browser, uuid.uuid4()
        self.begin_url = f"/s/demo/payments/record/{company_id}/"
        self.url = f"{self.begin_url}{self.change_id}/"

    def get(self, part: str = "", **query: Any) -> HttpResponse:
        return self.browser.get(self.url + part, query)

    def send(self, typed: dict[str, str], part: str = "", **more: Any) -> HttpResponse:
        return self.browser.post(self.url + part, typed, **more)

    def text(self, part: str = "") -> str:
        return self.get(part).content.decode()


def filled(*invoices: Invoice, **more: str) -> dict[str, str]:
    """1.00 on the first invoice, 2.00 on the second, and so on."""
    amounts = {f"amount-{each.api_id}": str(number) for number, each in enumerate(invoices, start=1)}
    return {
        **{"currency": invoices[0].currency, **amounts},
        **{"payer_name": "Pat Payer", "reference": "CHQ 9", "memo": "by post", "method": "cheque"},
        **{"received_on": "2026-01-31", "status": "1", "mode": "oldest"},
        **more,
    }
