"""Every verb as a program asks for it: a body, and the address whose ETag it sends as If-Match."""

import uuid
from typing import Any, NamedTuple

from arportal.b2b import CompanyStatus
from arportal.mirror.models import Buyer, Company, CreditTerms, Invoice, Order, Receipt
from arportal.receivables.models import Change
from arportal.rest.writes.view import slug_of
from tests.receivables.every_verb import colleague, new_credit
from tests.rest.conftest import API


class Write(NamedTuple):
    """`seen` is the thing that the program has read before; "" where the verb needs none."""

    body: dict[str, Any]
    seen: str = ""


class Writes:
    """A method a verb, named by `Change.Verb`; `ask` is the program."""

    def __init__(self, ask, actor, sandbox, company, invoices, ask_for) -> None:
        self.ask, self.actor, self.sandbox = ask, actor, sandbox
        self.company, self.invoice, self.ask_for = company, invoices[0], ask_for

    def of(self, verb: Change.Verb) -> Write:
        write: Write = getattr(self, verb.value.replace(" ", "_"))()
        return write

    def etag(self, seen: str) -> str:
        answer = self.ask.get(f"{API}{seen}")
        assert answer.status_code == 200, answer.content
        return answer["ETag"]

    def send(self, verb: Change.Verb, write: Write, *, key: uuid.UUID | None = None, **headers: str) -> Any:
        """The answer to the write, with the ETag of what is seen now unless `headers` say else."""
        headers = {"Idempotency-Key": str(key or uuid.uuid4())} | headers
        if write.seen and "If-Match" not in headers:
            headers["If-Match"] = self.etag(write.seen)
        return self.ask.post(
            f"{API}changes/{slug_of(verb)}/",
            write.body,
            content_type="application/json",
            headers={name: value for name, value in headers.items() if value},
        )

    def of_invoice(self, **body: Any) -> Write:
        return Write({"invoice_id": self.invoice.api_id, **body}, f"invoices/{self.invoice.api_id}/")

    def of_payment(self, **body: Any) -> Write:
        payment = self.ask_for("split_payment")
        return Write({"payment_id": payment.api_id, **body}, f"payments/{payment.api_id}/")

    def of_company(self, part: str = "", company_id: int | None = None, **body: Any) -> Write:
        api_id = company_id or self.company.api_id
        return Write({"company_id": api_id, "reason": "As agreed", **body}, f"companies/{api_id}/{part}")

    def record_payment(self) -> Write:
        line = {"invoice_id": self.invoice.api_id, "amount": "1.00"}
        about = {"company_id": self.company.api_id, "currency": self.invoice.currency}
        return Write({**about, "lines": [line], "received_on": "2026-01-31", "reference": "SEPA 1"})

    def edit_payment(self) -> Write:
        write = self.of_payment(payer_name="Payer", memo="by a program")
        write.body["lines"] = [{"invoice_id": self.invoice.api_id, "amount": "2"}]
        return write

    def set_payment_status(self) -> Write:
        return self.of_payment(status=3)

    def operate_payment(self) -> Write:
        self.sandbox.control("PUT", "quirks", {"apply_on": "completed"})
        return self.of_payment(operation=0)

    def delete_payment(self) -> Write:
        return self.of_payment(reason="Made twice")

    def delete_receipt(self) -> Write:
        receipt = Receipt.objects.get(payment_id=self.ask_for("split_payment").api_id)
        return Write({"receipt_id": receipt.api_id, "reason": "Made twice"})

    def create_invoice(self) -> Write:
        days = {"issued_on": "2026-11-02", "due_on": "2026-12-02"}
        line = {"description": "Paper", "quantity": "2", "unit_price": "4.50"}
        about = {"company_id": self.company.api_id, "number": "AR-0001", "currency": "USD"}
        return Write({**about, **days, "lines": [line]})

    def invoice_order(self) -> Write:
        billed = Order.objects.exclude(company_id=None).filter(status_code__gt=0).order_by("-api_id")
        order = next(order for order in billed if not order.raw.get("invoiceId"))
        return Write({"order_id": order.api_id})

    def edit_invoice(self) -> Write:
        return self.of_invoice(po_number="PO of a program", due_on="2027-01-31")

    def set_due_date(self) -> Write:
        return self.of_invoice(due_on="2027-01-31", reason="As agreed")

    def delete_invoice(self) -> Write:
        return self.of_invoice(reason="Made twice")

    def write_off(self) -> Write:
        return self.of_invoice(amount="1.00", reason="Not worth chasing")

    def undo_write_off(self) -> Write:
        done = self.send(Change.Verb.WRITE_OFF, self.write_off()).json()
        return Write({"undoes": done["id"], "reason": "It came after all"})

    def apply_credit(self) -> Write:
        credit = new_credit(self.actor, self.sandbox, self.invoice, 3)
        etag = self.etag(f"invoices/{credit.api_id}/")
        return self.of_invoice(credit_id=credit.api_id, credit_etag=etag, amount="1", reason="As agreed")

    def undo_credit(self) -> Write:
        done = self.send(Change.Verb.APPLY_CREDIT, self.apply_credit()).json()
        return Write({"undoes": done["id"], "reason": "For another invoice"})

    def edit_order(self) -> Write:
        order = Order.objects.exclude(company_id=None).order_by("-api_id")[0]
        return Write({"order_id": order.api_id, "po_number": "by a program"}, f"orders/{order.api_id}/")

    def record_order(self) -> Write:
        buyer = self.buyer()
        placed = self.sandbox.control("POST", "place-order", {"customerId": buyer.customer_id})
        return Write({"order_id": placed["bcOrderId"], "customer_id": buyer.customer_id})

    def convert_orders(self) -> Write:
        buyer = self.buyer()
        self.sandbox.control("POST", "place-order", {"customerId": buyer.customer_id})
        self.sandbox.control("PUT", "clock", {"advance": 15})
        return Write({"customer_id": buyer.customer_id}, f"buyers/{buyer.api_id}/")

    def reassign_orders(self) -> Write:
        write = self.convert_orders()
        group = Company.objects.order_by("api_id")[0].raw["bcGroupId"]
        return Write({**write.body, "group_id": group}, write.seen)

    def switch_methods(self) -> Write:
        seen = f"companies/{self.company.api_id}/methods/"
        method = self.ask.get(f"{API}{seen}").json()["data"][0]
        wanted = {method["code"]: not method["is_enabled"]}
        return Write({"company_id": self.company.api_id, "methods": wanted}, seen)

    def set_credit_hold(self) -> Write:
        body = {"company_id": self.on_credit(), "is_on_hold": True, "reason": "60 days late"}
        return Write(body)

    def set_credit(self) -> Write:
        return self.of_company("credit/", self.on_credit(), available_credit="1200")

    def set_terms(self) -> Write:
        return self.of_company("terms/", own_terms_days=45)

    def set_company_status(self) -> Write:
        return self.of_company(status=int(CompanyStatus.INACTIVE))

    def set_parent(self) -> Write:
        others = Company.objects.filter(parent_id=None).exclude(pk=self.company.pk).order_by("-api_id")
        return self.of_company(parent_id=others[0].api_id)

    def edit_company(self) -> Write:
        return self.of_company(phone="+1 555 0100")

    def add_buyer(self) -> Write:
        who = {"email": "ada@example.com", "first_name": "Ada", "last_name": "Voss", "role": 2}
        return Write({"company_id": self.company.api_id, **who, "reason": "They wrote"})

    def edit_buyer(self) -> Write:
        buyer = self.buyer()
        return Write(
            {"buyer_id": buyer.api_id, "phone": "+1 555 0101", "reason": "They wrote"},
            f"buyers/{buyer.api_id}/",
        )

    def remove_buyer(self) -> Write:
        buyer = colleague()
        return Write({"buyer_id": buyer.api_id, "reason": "Left them"}, f"buyers/{buyer.api_id}/")

    def on_credit(self) -> int:
        terms = CreditTerms.objects.filter(credit_enabled=True, is_on_hold=False).order_by("api_id")
        return terms[0].api_id

    def buyer(self) -> Buyer:
        return Buyer.objects.exclude(customer_id=None).exclude(company_id=None).order_by("api_id")[0]

    def spoil(self, seen: str) -> None:
        """Somebody else changes what was seen, at the store."""
        kind, api_id = seen.split("/")[:2]
        if kind == "invoices":
            self.sandbox.put(f"/ip/invoices/{api_id}", {"purchaseOrderNumber": "theirs"})
            assert Invoice.objects.filter(api_id=api_id).exists()
