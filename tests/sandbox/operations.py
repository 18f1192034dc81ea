"""Every operation of the contract, section 1, as a request that succeeds on the small demo store."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from tests.sandbox.conftest import Box, offline

PORTAL = "invoice-management.yaml"
PAYMENT = "payment/payment.yaml"
ORDER = "order/order.yaml"
COMPANY = "company/company.yaml"
USER = "user/user.yaml"
CHANNEL = "channel/channel.yaml"


@dataclass(frozen=True)
class Operation:
    """Number in the contract, specification file, method, path with {names}, body, and the status of success."""

    number: str
    file: str
    method: str
    path: str
    body: Any = None
    status: int = 200
    query: str = ""

    @property
    def address(self) -> str:
        return ("/ip" if self.file == PORTAL else "") + self.path


OPERATIONS = [
    Operation("I1", PORTAL, "GET", "/invoices", query="limit=150"),
    Operation("I2", PORTAL, "GET", "/invoices/{invoiceId}"),
    Operation("I3", PORTAL, "POST", "/invoices", "invoice"),
    Operation("I4", PORTAL, "PUT", "/invoices/{invoiceId}", {"type": "Corrected"}),
    Operation("I5", PORTAL, "DELETE", "/invoices/{invoiceId}"),
    Operation("I6", PORTAL, "POST", "/orders/{orderId}/invoices", {}),
    Operation("I7", PORTAL, "GET", "/invoices/{invoiceId}/download-pdf"),
    Operation("I8", PORTAL, "GET", "/invoices/extra-fields"),
    Operation("Y1", PORTAL, "GET", "/payments", query="limit=150"),
    Operation("Y2", PORTAL, "GET", "/payments/{paymentId}"),
    Operation("Y3", PORTAL, "DELETE", "/payments/{paymentId}"),
    Operation("Y4", PORTAL, "GET", "/payments/{paymentId}/operations"),
    Operation("Y5", PORTAL, "POST", "/payments/{paymentId}/operations", {"operationCode": 0}, status=400),
    Operation("Y6", PORTAL, "PUT", "/payments/{paymentId}/processing-status", {"processingStatus": 2}),
    Operation("Y7", PORTAL, "GET", "/payments/{paymentId}/transactions"),
    Operation("Y8", PORTAL, "POST", "/payments/offline", "offline"),
    Operation("Y9", PORTAL, "PUT", "/payments/offline/{paymentId}", "offline"),
    Operation("R1", PORTAL, "GET", "/receipts", query="limit=150"),
    Operation("R2", PORTAL, "GET", "/receipts/{receiptId}"),
    Operation("R3", PORTAL, "DELETE", "/receipts/{receiptId}"),
    Operation("R4", PORTAL, "GET", "/receipt-lines", query="limit=150"),
    Operation("R5", PORTAL, "GET", "/receipts/{receiptId}/lines"),
    Operation("R6", PORTAL, "GET", "/receipts/{receiptId}/lines/{receiptLineId}"),
    Operation("R7", PORTAL, "DELETE", "/receipts/{receiptId}/lines/{receiptLineId}"),
    Operation("O1", ORDER, "GET", "/orders", query="limit=150&showExtra=true"),
    Operation("O2", ORDER, "POST", "/orders", "order"),
    Operation("O3", ORDER, "GET", "/orders/{bcOrderId}"),
    Operation("O4", ORDER, "PUT", "/orders/{bcOrderId}", {"poNumber": "PO-7"}),
    Operation("O5", ORDER, "GET", "/orders/{bcOrderId}/products"),
    Operation("O6", ORDER, "PUT", "/customers/{customerId}/orders/b2b", {}),
    Operation("O7", ORDER, "PUT", "/customers/{customerId}/orders/company", {"bcGroupId": 22}),
    Operation("O8", ORDER, "GET", "/orders/extra-fields"),
    Operation("M1", PAYMENT, "GET", "/payments"),
    Operation("M2", PAYMENT, "GET", "/companies/{companyId}/payments"),
    Operation("M3", PAYMENT, "PUT", "/companies/{companyId}/payments", "methods"),
    Operation("M4", PAYMENT, "GET", "/company-payment-methods", query="limit=100"),
    Operation("K1", PAYMENT, "GET", "/companies/{companyId}/credit"),
    Operation(
        "K2", PAYMENT, "PUT", "/companies/{companyId}/credit", {"creditEnabled": True, "availableCredit": 9}
    ),
    Operation("K3", PAYMENT, "GET", "/companies/{companyId}/payment-terms"),
    Operation(
        "K4", PAYMENT, "PUT", "/companies/{companyId}/payment-terms", {"isEnabled": True, "paymentTerms": 45}
    ),
    Operation("C1", COMPANY, "GET", "/companies", query="limit=100&isIncludeExtraFields=1"),
    Operation("C2", COMPANY, "GET", "/companies/{companyId}"),
    Operation("C3", COMPANY, "PUT", "/companies/{companyId}", {"companyPhone": "+1 419 555 0177"}),
    Operation("C4", COMPANY, "PUT", "/companies/{companyId}/status", {"companyStatus": 3}),
    Operation("C5", COMPANY, "GET", "/companies/extra-fields"),
    Operation("C6", COMPANY, "POST", "/companies", "company"),
    Operation("C7", COMPANY, "GET", "/companies/{companyId}/subsidiaries"),
    Operation("C8", COMPANY, "GET", "/companies/{companyId}/hierarchy"),
    Operation("C9", COMPANY, "POST", "/companies/{companyId}/parent", {"parentCompanyId": 1002}, status=201),
    Operation("C10", COMPANY, "DELETE", "/companies/{companyId}/subsidiaries/{childCompanyId}", status=204),
    Operation("U1", USER, "GET", "/users", query="limit=100&isIncludeExtraFields=1"),
    Operation("U2", USER, "GET", "/users/{userId}"),
    Operation("U3", USER, "GET", "/users/customer/{customerId}"),
    Operation("U4", USER, "GET", "/users/extra-fields"),
    Operation("U5", USER, "POST", "/users", "user"),
    Operation("U6", USER, "PUT", "/users/{userId}", {"role": 1, "phoneNumber": "+1 419 555 0177"}),
    Operation("U7", USER, "DELETE", "/users/{userId}"),
    Operation("H1", CHANNEL, "GET", "/channels"),
    Operation("H2", CHANNEL, "GET", "/channels/{channel_id}"),
]


def prepare(box: Box, operation: Operation) -> tuple[str, Any]:
    """Make what the operation needs; its real address and body."""
    ids = _ids(box)
    if operation.number in ("H1", "H2"):
        box.quirk(multi_storefront="on")
    if operation.number == "C10":
        box.post(f"/companies/{ids['childCompanyId']}/parent", {"parentCompanyId": ids["companyId"]})
    address = operation.address.format(**ids)
    body = _body(box, operation.body) if isinstance(operation.body, str) else operation.body
    return f"{address}?{operation.query}" if operation.query else address, body


@cache
def _ids(box: Box) -> dict[str, Any]:
    """The same after every reset, so they are looked up once."""
    loose = next(
        row
        for row in box.everything("/orders", sortBy="createdAt")
        if row["companyId"] and row["statusCode"] and not _order(box, row["bcOrderId"])["invoiceId"]
    )
    line = box.data("/ip/receipt-lines")[0]
    payment = next(row for row in box.everything("/ip/payments") if row["moduleName"] == "payments_offline")
    return {
        "invoiceId": 5,
        "orderId": loose["id"],
        "bcOrderId": loose["bcOrderId"],
        "paymentId": payment["id"],
        "receiptId": line["receiptId"],
        "receiptLineId": line["id"],
        "companyId": 1001,
        "childCompanyId": 1003,
        "userId": 7001,
        "customerId": 301,
        "channel_id": 604,
    }


def _order(box: Box, number: int | str) -> Any:
    """Documented in a list of one, seen without."""
    order = box.data(f"/orders/{number}")
    return order[0] if isinstance(order, list) else order


def _body(box: Box, name: str) -> Any:
    if name == "offline":
        return offline([box.data("/ip/invoices/6")], ["1.25"])
    if name == "order":
        placed = box.control("POST", "place-order", {"companyId": 1001})
        return {"bcOrderId": placed["bcOrderId"], "customerId": 301}
    return BODIES[name]


BODIES: dict[str, Any] = {
    "invoice": {
        "invoiceNumber": "K-2207",
        "customerId": "1001",
        "originalBalance": {"code": "USD", "value": 118.4},
        "openBalance": {"code": "USD", "value": 118.4},
    },
    "methods": {"payments": [{"code": "cod", "isEnabled": True}]},
    "company": {
        "companyName": "Larkspur Dairy",
        "companyPhone": "+1 802 555 0142",
        "companyEmail": "desk@larkspur.example",
        "country": "United States",
        "adminFirstName": "Ida",
        "adminLastName": "Novak",
        "adminEmail": "ida@larkspur.example",
    },
    "user": {
        "firstName": "Omar",
        "lastName": "Haddad",
        "email": "omar@northgate.example",
        "companyId": 1001,
        "role": 1,
        "channelIds": [1],
    },
}
