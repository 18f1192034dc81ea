"""B2: the sandbox's answers, against its shortest one, which says that there is nothing at an address.

Compared is the server's own computing, so that busy neighbours do not count; of three rounds the best, for what else
the machine does only adds to it.
"""

from collections.abc import Callable

from bench.result import Result
from tests.sandbox.conftest import SMALL, Box, running
from tests.sandbox.resources.test_create_invoice import ADDRESS, NEW

NAME = "B2 the sandbox's answers"
TARGET = "a company < 10x, a page of 250 long invoices < 270x, a reset < 20x a 404"
MOST = {"company": 10.0, "page": 270.0, "reset": 20.0}
LINE = {
    "sku": "BRG-6200-01",
    "type": "physical",
    "comments": "",
    "quantity": "24",
    "unitPrice": {"code": "USD", "value": "6.4000"},
    "description": "Deep groove ball bearing, sealed, 6200",
    "customFields": {},
    "unitDiscount": {"code": "USD", "value": "0.0000"},
}
COST = {"amount": {"code": "USD", "value": "153.6000"}, "description": "Subtotal"}
DETAILS = {
    "header": {"costLines": [COST] * 3, "billingAddress": ADDRESS, "shippingAddresses": [ADDRESS]},
    "details": {"shipments": [], "lineItems": [LINE] * 12},
}


def measure() -> Result:
    with running(*SMALL) as box:
        for number in range(250):
            box.post("/ip/invoices", NEW | {"invoiceNumber": f"L-{number}", "details": DETAILS})
        query = {"limit": 250, "q": "L-", "searchBy": "invoiceNumber"}
        assert len(box.data("/ip/invoices", **query)) == 250
        shortest = _cost(box, lambda: box.get("/nothing"), 100)
        ratios = {
            "company": _cost(box, lambda: box.get("/companies/1001"), 100) / shortest,
            "page": _cost(box, lambda: box.get("/ip/invoices", **query), 10) / shortest,
            "reset": _cost(box, lambda: box.control("POST", "reset"), 20) / shortest,
        }
    measured = ", ".join(f"{name} {ratio:.1f}x" for name, ratio in ratios.items())
    return Result(
        f"{measured} of {shortest * 1000:.1f} ms",
        all(ratio < MOST[name] for name, ratio in ratios.items()),
    )


def _cost(box: Box, work: Callable[[], object], times: int) -> float:
    """Seconds of the server's own computing for one call."""
    rounds = []
    for _ in range(3):
        before = box.cpu_seconds()
        for _ in range(times):
            work()
        rounds.append(box.cpu_seconds() - before)
    return min(rounds) / times
