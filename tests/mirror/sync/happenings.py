"""What can happen at a store behind our back: one random thing at a time, done over its API."""

import random
from collections.abc import Callable
from typing import Any

import requests

from tests.sandbox_server import STORE_HASH, TOKEN, Sandbox

HEADERS = {"X-Auth-Token": TOKEN, "X-Store-Hash": STORE_HASH}


class Happenings:
    """Deterministic for a seed. What the store refuses did not happen; that is no failure."""

    def __init__(self, sandbox: Sandbox, seed: int) -> None:
        self.sandbox = sandbox
        self.dice = random.Random(seed)
        self.numbers = 0
        self.session = requests.Session()
        self.session.headers.update(HEADERS)
        self.kinds: list[Callable[[], object]] = [
            self.invoice_created,
            self.invoice_changed,
            self.invoice_deleted,
            self.payment_recorded,
            self.payment_recorded,
            self.payment_moved,
            self.payment_replaced,
            self.payment_operated,
            self.payment_deleted,
            self.payment_made_online,
            self.receipt_deleted,
            self.receipt_line_deleted,
            self.order_placed,
            self.order_changed,
            self.buyer_created,
            self.company_changed,
            self.company_created,
            self.credit_changed,
            self.terms_changed,
            self.methods_switched,
            self.time_passes,
        ]

    def __call__(self) -> None:
        self.dice.choice(self.kinds)()

    def now_and_then(self, *_: Any) -> None:
        """Between two pages of a pass."""
        if self.dice.random() < 0.5:
            self()

    def ask(self, verb: str, path: str, body: Any = None) -> Any:
        address = f"{self.sandbox.api_url}{path}"
        return self.session.request(verb, address, json=body, timeout=10)

    def any_of(self, path: str, key: str = "id") -> Any:
        """Some record of a list, or None; its place in the list is drawn, not its id."""
        total = self.ask("GET", f"{path}?limit=1").json()["meta"]["pagination"]["totalCount"]
        if not total:
            return None
        return self.sandbox.get(path, limit=1, offset=self.dice.randrange(total))[0]

    def invoice_created(self) -> None:
        self.numbers += 1
        company = self.any_of("/companies")
        amount = self.dice.randrange(1, 5000)
        money = {"code": "USD", "value": amount}
        self.ask(
            "POST",
            "/ip/invoices",
            {
                "invoiceNumber": f"H-{self.numbers}",
                "originalBalance": money,
                "openBalance": money,
                "customerId": str(company["companyId"]),
                "channelId": 1,  # where there are several storefronts, one must be named
            },
        )

    def invoice_changed(self) -> None:
        invoice = self.any_of("/ip/invoices")
        change = self.dice.choice(
            [
                {"status": self.dice.randrange(3)},
                {"purchaseOrderNumber": f"PO {self.dice.randrange(1000)}"},
                {
                    "openBalance": {
                        "code": invoice["openBalance"]["code"],
                        "value": str(self.dice.randrange(100)),
                    }
                },
                {"dueDate": self.dice.randrange(1_700_000_000, 1_900_000_000)},
            ]
        )
        self.ask("PUT", f"/ip/invoices/{invoice['id']}", change)

    def invoice_deleted(self) -> None:
        self.ask("DELETE", f"/ip/invoices/{self.any_of('/ip/invoices')['id']}")

    def payment_recorded(self) -> None:
        body = self.payment_for(self.any_of("/ip/invoices"))
        self.ask("POST", "/ip/payments/offline", {**body, "processingStatus": self.dice.randrange(1, 5)})

    def payment_replaced(self) -> None:
        """Its receipts keep their ids and get new lines, by another invoice of the same company perhaps."""
        payment = self.any_of("/ip/payments")
        company = payment["customerId"]
        invoices = self.sandbox.get("/ip/invoices", limit=100, customerId=company)
        if invoices:
            body = self.payment_for(self.dice.choice(invoices))
            self.ask("PUT", f"/ip/payments/offline/{payment['id']}", body)

    def payment_for(self, invoice: dict[str, Any]) -> dict[str, Any]:
        return {
            "lineItems": [{"invoiceId": invoice["id"], "amount": str(self.dice.randrange(1, 9))}],
            "currency": invoice["openBalance"]["code"],
            "details": {"memo": "behind our back"},
            "customerId": invoice["customerId"],
        }

    def payment_operated(self) -> None:
        payment = self.any_of("/ip/payments")
        operation = {"operationCode": self.dice.choice(payment["allowedOperations"] or [0])}
        self.ask("POST", f"/ip/payments/{payment['id']}/operations", operation)

    def payment_moved(self) -> None:
        payment = self.any_of("/ip/payments")
        status = {"processingStatus": self.dice.randrange(1, 5)}
        self.ask("PUT", f"/ip/payments/{payment['id']}/processing-status", status)

    def payment_deleted(self) -> None:
        self.ask("DELETE", f"/ip/payments/{self.any_of('/ip/payments')['id']}")

    def payment_made_online(self) -> None:
        invoice = self.any_of("/ip/invoices")
        body = {"lineItems": [{"invoiceId": invoice["id"], "amount": "1"}]}
        self.session.post(f"{self.sandbox.address}/_sandbox/pay-online", json=body, timeout=10)

    def receipt_deleted(self) -> None:
        self.ask("DELETE", f"/ip/receipts/{self.any_of('/ip/receipts')['id']}")

    def receipt_line_deleted(self) -> None:
        line = self.any_of("/ip/receipt-lines")
        self.ask("DELETE", f"/ip/receipts/{line['receiptId']}/lines/{line['id']}")

    def order_placed(self) -> None:
        buyer = self.any_of("/users")
        self.session.post(
            f"{self.sandbox.address}/_sandbox/place-order",
            json={"customerId": buyer["customerId"]},
            timeout=10,
        )

    def order_changed(self) -> None:
        order = self.any_of("/orders")
        self.ask("PUT", f"/orders/{order['bcOrderId']}", {"poNumber": f"PO {self.dice.randrange(1000)}"})

    def buyer_created(self) -> None:
        self.numbers += 1
        company = self.any_of("/companies")["companyId"]
        names = {"firstName": "Ida", "lastName": "Berg", "email": f"ida{self.numbers}@example.net"}
        role = {"role": self.dice.randrange(3), "channelIds": [1]}
        self.ask("POST", "/users", {**names, "companyId": company, **role})

    def company_changed(self) -> None:
        company = self.any_of("/companies")
        name = f"Renamed {self.dice.randrange(1000)}"
        self.ask("PUT", f"/companies/{company['companyId']}", {"companyName": name})

    def company_created(self) -> Any:
        """Its id."""
        self.numbers += 1
        return self.sandbox.post(
            "/companies",
            {
                "companyName": f"New company {self.numbers}",
                "companyPhone": "555-0100",
                "companyEmail": f"desk{self.numbers}@example.net",
                "country": "Spain",
                "adminFirstName": "Noor",
                "adminLastName": "Vidal",
                "adminEmail": f"noor{self.numbers}@example.net",
            },
        )["companyId"]

    def credit_changed(self) -> None:
        company = self.any_of("/companies")["companyId"]
        change = {
            "creditEnabled": True,
            "creditCurrency": "USD",
            "availableCredit": self.dice.randrange(9000),
        }
        self.ask("PUT", f"/companies/{company}/credit", change | {"creditHold": self.dice.random() < 0.2})

    def terms_changed(self) -> None:
        company = self.any_of("/companies")["companyId"]
        change = {"isEnabled": self.dice.random() < 0.7, "paymentTerms": self.dice.choice((0, 15, 45))}
        self.ask("PUT", f"/companies/{company}/payment-terms", change)

    def methods_switched(self) -> None:
        company = self.any_of("/companies")["companyId"]
        method = self.dice.choice(self.sandbox.get(f"/companies/{company}/payments"))
        flipped = {"code": method["code"], "isEnabled": not method["isEnabled"]}
        self.ask("PUT", f"/companies/{company}/payments", {"payments": [flipped]})

    def time_passes(self) -> None:
        self.sandbox.control("PUT", "clock", {"advance": self.dice.randrange(1, 90)})
