"""Answers twisted in every way: each is read, or ends in one of our own errors, and never in anything else.

B2B_FUZZ says how many twisted answers to feed (5000 before a release; fewer here), B2B_FUZZ_SEED where to begin.
"""

import json
import os
import random
from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from typing import Any

import pytest
import requests

from arportal.b2b import (
    B2BError,
    Client,
    Company,
    Money,
    OfflineLine,
    Order,
    PaymentOperation,
    ProcessingStatus,
)
from arportal.b2b.http import transport as transport_module
from arportal.b2b.http.wire import Answer
from tests.b2b import samples
from tests.b2b.samples import RAW
from tests.b2b.server import STORE_HASH, TOKEN, enveloped

COUNT = int(os.environ.get("B2B_FUZZ", "600"))
SEED = int(os.environ.get("B2B_FUZZ_SEED", "1"))
ONE = Money.parse({"code": "EUR", "value": "1"})
NODE = {"companyId": 1, "companyName": "x", "companyStatus": 1, "subsidiaries": [{"companyId": 2}]}
METHOD = {
    "id": 4,
    "paymentId": 4,
    "companyId": 3,
    "paymentCode": "cheque",
    "code": "cheque",
    "isEnabled": True,
}
UNDOCUMENTED = {
    "pendingPaymentCount": 1,
    "storeHash": "abc",
    "notAllowedPay": 0,
    "bcId": 5,
    "bcGroupName": "Trade",
    "customerBcId": None,
    "customerBcGroupName": None,
    "externalPdfUrl": None,
}
DESCRIBED = {
    "priceListAssign": [{"channelId": 1, "channelName": "x", "priceListId": 4, "priceListName": "y"}],
    "extraFields": [{"fieldName": "tier", "fieldValue": "a", "isRequired": "0", "dataType": "3"}],
}
ODD: list[Any] = [
    *(None, True, False, 0, -1, 1, 2**63, 10**40, -(10**400), 1.5, 1e308, 1e-308, "", " ", "0", "-7", "abc"),
    *("NaN", "9" * 5000, "\x00", "\ud800", "٣", "1,5", "1e400", "2025-07-01", [], {}, [[]], [None], [{}]),
    *(
        {"code": "EUR"},
        {"code": None, "value": "1"},
        {"code": "EUR", "value": {}},
        [1, "x", None],
        "x" * 100_000,
    ),
]

Call = Callable[[Client], Any]
CALLS: list[tuple[Call, Any]] = [
    (lambda c: c.invoices.get(1), samples.invoice()),
    (lambda c: c.invoices.get(1).details, samples.invoice(RAW)),
    (lambda c: c.invoices.get(1).undocumented, samples.invoice(RAW, **UNDOCUMENTED)),
    (
        lambda c: [invoice.details for invoice in first_page(c.invoices.list())],
        [samples.invoice(), samples.invoice(RAW)],
    ),
    (
        lambda c: c.invoices.create(company_id=1, number="a", original_balance=ONE, open_balance=ONE),
        {"id": 3},
    ),
    (lambda c: c.invoices.create_from_order(3), {"invoiceId": 3, "invoiceNumber": "003"}),
    (lambda c: c.invoices.update(1, number="b"), {"id": 1}),
    (lambda c: c.invoices.delete(1), {"id": 1}),
    (lambda c: c.invoices.download_pdf(1), {"url": "https://x.example.com", "externalPdfUrl": ""}),
    (lambda c: first_page(c.invoices.extra_fields()), [samples.extra_field()]),
    (lambda c: c.payments.get(1), samples.online_payment()),
    (lambda c: first_page(c.payments.list(invoice_id=205)), [samples.payment(), samples.payment(RAW)]),
    (
        lambda c: c.payments.create_offline(
            company_id=1, currency="EUR", lines=[OfflineLine(1, ONE.amount)], memo=""
        ),
        {"paymentId": 3},
    ),
    (lambda c: c.payments.update_offline(1, memo="x"), samples.payment()),
    (lambda c: c.payments.set_processing_status(1, ProcessingStatus.COMPLETED), {"id": 1}),
    (lambda c: c.payments.allowed_now(1), {"allowedOperations": ["1"], "allowedStatuses": [1, 2]}),
    (lambda c: c.payments.operate(1, PaymentOperation.APPLY), {"id": 1}),
    (lambda c: c.payments.transactions(1), samples.online_payment()["moduleData"]["transactions"]),
    (lambda c: c.receipts.get(1), samples.receipt()),
    (lambda c: first_page(c.receipts.list()), [samples.receipt()]),
    (lambda c: first_page(c.receipts.lines_for_invoice(205)), [samples.receipt_line()]),
    (lambda c: c.orders.get(1), samples.order(money=json.dumps([samples.currency_format()]))),
    (lambda c: first_page(c.orders.list(company_id=31)), [samples.order()]),
    (lambda c: c.orders.products(1), [samples.order_product()]),
    (lambda c: addresses(c.orders.get(1)), samples.order(extraInfo=[{"billingAddressId": 1}])),
    (lambda c: described(c.companies.get(1)), samples.company(**DESCRIBED)),
    (lambda c: first_page(c.companies.list(extra_fields={"tier": "a"})), [samples.company(**DESCRIBED)]),
    (lambda c: c.orders.assign_to_company(1), {"total": 3}),
    (lambda c: c.companies.get(1), samples.company()),
    (lambda c: first_page(c.companies.list()), [samples.company(), samples.company(RAW)]),
    (lambda c: first_page(c.hierarchy.tree(1)), [NODE]),
    (lambda c: c.methods.list(), [METHOD]),
    (lambda c: c.methods.of_company(1), [METHOD]),
    (lambda c: first_page(c.methods.list_enabled()), [METHOD]),
    (lambda c: c.methods.update_of_company(1, {"cheque": True}), []),
    (lambda c: c.credit.get(1), samples.credit()),
    (lambda c: c.credit.terms(1), {"isEnabled": True, "paymentTerms": 30}),
    (lambda c: c.users.get(1), samples.user()),
    (lambda c: first_page(c.users.list(email="x")), [samples.user()]),
    (lambda c: c.channels.list(), [samples.channel()]),
]


def addresses(order: Order) -> tuple[int | None, int | None]:
    return order.billing_address_id, order.shipping_address_id


def described(company: Company) -> tuple[Any, ...]:
    return company.price_lists, company.extra_field_values


def first_page(listing: Iterable[Any]) -> list[Any]:
    return [item for item, _ in zip(listing, range(5), strict=False)]


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every container of an answer with every key in it."""
    keys = value.keys() if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in list(keys):
        yield value, key
        yield from places(value[key])


def twist_value(chance: random.Random, body: Any) -> None:
    container, key = chance.choice(list(places(body)))
    act = chance.randrange(4)
    if act == 0:
        del container[key]
    elif act == 1 and isinstance(container[key], str | int | float):
        container[key] = chance.choice([str(container[key]), [container[key]], {"value": container[key]}])
    else:
        container[key] = deepcopy(chance.choice(ODD))


def twist_bytes(chance: random.Random, content: bytes) -> bytes:
    place = chance.randrange(len(content))
    return chance.choice(
        [
            content[:place],
            content[:place] + bytes([chance.randrange(256)]) + content[place + 1 :],
            content[:place] + b"\xff\xfe" + content[place:],
            content + content,
            b"[" * 3000 + content + b"]" * 3000,
            b"<html>" + content,
            b"",
        ]
    )


def twisted(chance: random.Random, data: Any) -> Answer:
    pagination = {"pagination": {"totalCount": 3, "limit": 2, "offset": 0}}
    body = json.loads(json.dumps(enveloped(data, **pagination)))
    for _ in range(chance.choice([1, 1, 1, 2, 5])):
        if list(places(body)):
            twist_value(chance, body)
    content = json.dumps(body).encode()
    if chance.random() < 0.2:
        content = twist_bytes(chance, content)
    status = chance.choice([200] * 12 + [201, 204, 302, 400, 401, 404, 409, 422, 429, 500])
    odd_header = {
        "X-Request-Window-Resets-After": chance.choice(["1 s", "never", "", "-1", "9" * 400, "1e9"])
    }
    return Answer(status, requests.structures.CaseInsensitiveDict(odd_header), content)


@pytest.fixture
def fed(monkeypatch: pytest.MonkeyPatch) -> Callable[[Answer], Client]:
    """A client whose wire ends in the given answer: sockets are tested elsewhere and would take minutes here."""

    def feed(answer: Answer) -> Client:
        monkeypatch.setattr(transport_module, "receive", lambda *_, **__: answer)
        return Client(store_hash=STORE_HASH, token=TOKEN, max_wait=0)

    return feed


def complaint(call: Call, client: Client) -> B2BError | None:
    """The error of ours a call ends in, None if it ends well; any other exception is the failure looked for."""
    try:
        call(client)
    except B2BError as error:
        return error
    return None


def test_it_works(fed: Callable[[Answer], Client]) -> None:
    """Untwisted, every call of the list is read; only the PUT after a GET finds no id in the GET's answer."""
    for call, data in CALLS:
        content = json.dumps(enveloped(data, pagination={"totalCount": 1})).encode()
        error = complaint(call, fed(Answer(200, {}, content)))
        assert error is None or error.method == "PUT", error


def test_twisted_answers_end_in_our_own_errors_only(fed: Callable[[Answer], Client]) -> None:
    chance = random.Random(SEED)
    read = 0
    for number in range(COUNT):
        call, data = CALLS[number % len(CALLS)]
        answer = twisted(chance, data)
        try:
            error = complaint(call, fed(answer))
        except Exception as escaped:
            raise AssertionError(f"call {number}, answered {answer.body[:2000]!r}") from escaped
        read += error is None
        assert error is None or (str(error) and TOKEN not in repr(error))
    assert COUNT * 0.1 < read < COUNT * 0.9
