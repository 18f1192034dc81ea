"""Random requests: whatever is sent, the sandbox answers without a 500 of its own."""

import os

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.sandbox.operations import BODIES as NAMED
from tests.sandbox.operations import OPERATIONS
from tests.sandbox.resources.test_create_invoice import ADDRESS
from tests.whole import only_whole, whole_or

COUNT = int(os.environ.get("FUZZ_REQUESTS", whole_or("300", "100")))
QUERIES = (
    "limit offset orderBy sortBy searchBy q customerName customerId status beginDateAt endDateAt externalId[] "
    "isIncludeExtraFields channelIds invoiceId processingStatus paymentStatus[] companyId bcOrderId minModified "
    "maxCreated showExtra companyStatus orderId bcGroupId roles email channelId"
).split()
WORDS = [
    "id",
    "status",
    "updatedAt",
    "DESC",
    "ASC",
    "invoiceId",
    "true",
    "0",
    "1",
    "1001",
    "USD",
    "Northgate",
    "NaN",
]
GOOD_IDS = {
    "invoiceId": 130,
    "orderId": 135,
    "bcOrderId": 50135,
    "paymentId": 3,
    "receiptId": 3,
    "receiptLineId": 3,
    "companyId": 1001,
    "childCompanyId": 1003,
    "userId": 7001,
    "customerId": 301,
    "channel_id": 604,
}
IDS = ["1", "5", "301", "1001", "7001", "50003", "0", "x", "-1", "9" * 30, "%00"]

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(WORDS),
    st.text(st.characters(exclude_categories=("Cs",)), max_size=12),
    st.sampled_from([1, 19, 400, 5000]).map(lambda length: "9" * length),
)
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
OFFLINE = {
    "lineItems": [{"invoiceId": 130, "amount": "1"}],
    "currency": "USD",
    "customerId": "1001",
    "details": {"memo": ""},
}
INVOICE = {
    "invoiceNumber": "F-1",
    "customerId": "1001",
    "originalBalance": {"code": "USD", "value": 5},
    "openBalance": {"code": "USD", "value": 5},
    "dueDate": 1,
    "issuedAt": 1,
    "status": 1,
    "channelId": 1,
    "extraFields": [{"fieldName": "a", "fieldValue": "b"}],
    "details": {
        "header": {
            "costLines": [{"amount": {"code": "USD", "value": "5"}, "description": ""}],
            "billingAddress": ADDRESS,
        },
        "details": {
            "shipments": [],
            "lineItems": [{"sku": "a", "quantity": "1", "unitPrice": {"value": "1"}}],
        },
    },
}
BODIES = [
    OFFLINE,
    INVOICE,
    {"payments": [{"code": "cheque", "isEnabled": True}]},
    {
        "creditEnabled": True,
        "creditCurrency": "USD",
        "availableCredit": 4,
        "limitPurchases": True,
        "creditHold": False,
    },
    {"isEnabled": True, "paymentTerms": 30},
    {"processingStatus": 2, "operationCode": 1, "parentCompanyId": 1002, "companyStatus": 1, "bcGroupId": 21},
    {"poNumber": "1", "extraFields": [{"fieldName": "a"}], "bcOrderId": 50001, "customerId": 301},
    {
        "companyName": "F",
        "companyPhone": "1",
        "companyEmail": "f@f.example",
        "country": "US",
        "adminFirstName": "A",
    },
    {
        "firstName": "a",
        "lastName": "b",
        "email": "c@d.example",
        "companyId": 1001,
        "role": 1,
        "channelIds": [1],
    },
]


def places(node, path=()):
    """Every place in a body, the root first."""
    yield path
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, inner in items:
        yield from places(inner, (*path, key))


def replaced(node, path, value):
    if not path:
        return value
    copy = dict(node) if isinstance(node, dict) else list(node)
    copy[path[0]] = replaced(node[path[0]], path[1:], value)
    return copy


def _own_body(operation):
    known = {"offline": OFFLINE, "order": {"bcOrderId": 50135, "customerId": 301}, "invoice": INVOICE}
    return (NAMED | known)[operation.body] if isinstance(operation.body, str) else operation.body


@st.composite
def requests_to_make(draw):
    """An operation with real or odd ids, a few parameters, and a good body with one place changed."""
    operation = draw(st.sampled_from(OPERATIONS))
    names = [part.split("}")[0] for part in operation.address.split("{")[1:]]
    ids = {name: draw(st.sampled_from([str(GOOD_IDS[name])] * 8 + IDS)) for name in names}
    address = operation.address.format(**ids)
    query = draw(st.dictionaries(st.sampled_from(QUERIES), scalars, max_size=4))
    if operation.method == "GET":
        return operation.method, address, query, None
    good = draw(st.sampled_from([_own_body(operation)] * 5 + BODIES))
    place = draw(st.sampled_from(list(places(good))))
    return operation.method, address, query, replaced(good, place, draw(anything))


@only_whole("sandbox/test_conformance.py::test_every_answer_conforms")
@settings(
    max_examples=COUNT,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(made=requests_to_make())
def test_no_request_breaks_it(box, made):
    method, address, query, body = made
    answer = box.ask(method, address, params=query, json=body)
    assert answer.status_code < 500
    assert answer.status_code == 204 or answer.json() is not None
    if method == "DELETE":  # let the next one find something
        box.control("POST", "reset")


def test_broken_json_is_400(box):
    for raw in (b"{", b"\xff\xfe", b"[" * 100_000, b"nul", b'{"a": 1e999999}x'):
        answer = box.ask("POST", "/ip/payments/offline", data=raw)
        assert answer.status_code == 400, raw[:20]
        assert answer.json()["code"] == 400


def test_a_body_that_is_no_object_counts_as_empty(box):
    for body in ([], "text", 5, None, [{"lineItems": 1}]):
        assert box.post("/ip/payments/offline", body).status_code == 422
