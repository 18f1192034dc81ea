"""Every answer against the published OpenAPI files; what differs must be a listed deviation.

In both forms: as real answers were seen, which is the sandbox's default, and as documented.
"""

import jsonschema_rs
import pytest
import requests

from tests.sandbox import openapi
from tests.sandbox.conftest import SMALL, running
from tests.sandbox.deviations import DEVIATIONS, DOCUMENTED, LIVE
from tests.sandbox.operations import OPERATIONS, prepare
from tests.whole import only_whole, whole_or

pytestmark = pytest.mark.skipif(
    not openapi.ROOT.exists(), reason="the OpenAPI files are not beside the repository"
)

BY_NUMBER = {operation.number: operation for operation in OPERATIONS}
UNDESCRIBED = {"C10"}  # 204 has no body
AS_DOCUMENTED = (
    *("bc_order_id_as_str=off", "order_extras=always", "extra_info=array", "money_shape=array"),
    *("order_data_as_array=on", "order_number_as_int=off", "empty_as_null=off", "cost_line_amounts=text"),
    *("details_type=on", "undocumented_fields=off", "unknown_route=enveloped", "group_approves=off"),
    *("pending_payment=flag", "invoice_ts_as_str=on", "company_strings=on"),
)

# operation, address, body, status: every error the files describe
ERRORS = [
    ("I2", "/ip/invoices/99999", None, 404),
    ("I5", "/ip/invoices/99999", None, 404),
    ("I7", "/ip/invoices/99999/download-pdf", None, 404),
    ("Y2", "/ip/payments/99999", None, 404),
    ("Y3", "/ip/payments/99999", None, 404),
    ("Y4", "/ip/payments/99999/operations", None, 404),
    ("Y5", "/ip/payments/1/operations", {"operationCode": 1}, 400),
    ("Y6", "/ip/payments/1/processing-status", {"processingStatus": 0}, 400),
    ("Y7", "/ip/payments/99999/transactions", None, 404),
    ("R2", "/ip/receipts/99999", None, 404),
    ("R3", "/ip/receipts/99999", None, 404),
    ("R5", "/ip/receipts/99999/lines", None, 404),
    ("O2", "/orders", {"bcOrderId": 50001, "customerId": 301}, 400),
    ("O3", "/orders/99999", None, 404),
    ("O4", "/orders/99999", {"poNumber": "1"}, 404),
    ("O4", "/orders/50001", {}, 422),
    ("O5", "/orders/99999/products", None, 404),
    ("O6", "/customers/99999/orders/b2b", {}, 404),
    ("O7", "/customers/99999/orders/company", {"bcGroupId": 22}, 404),
    ("M3", "/companies/1001/payments", {"payments": [{}]}, 400),
    ("M3", "/companies/99999/payments", {"payments": []}, 404),
    ("K4", "/companies/1001/payment-terms", {"isEnabled": True, "paymentTerms": 7}, 400),
    ("C2", "/companies/99999", None, 404),
    ("C3", "/companies/99999", {}, 404),
    ("C6", "/companies", {}, 422),
    ("C7", "/companies/99999/subsidiaries", None, 404),
    ("C8", "/companies/99999/hierarchy", None, 404),
    ("C9", "/companies/1001/parent", {"parentCompanyId": 1001}, 400),
    ("C10", "/companies/1001/subsidiaries/99999", None, 400),
    ("U1", "/users?roles=99", None, 422),
    ("U2", "/users/99999", None, 404),
    ("U3", "/users/customer/99999", None, 404),
    ("U5", "/users", {}, 422),
    ("U6", "/users/99999", {}, 404),
    ("U6", "/users/7001", {"role": 5}, 422),
    ("U7", "/users/99999", None, 404),
    ("H1", "/channels", None, 403),
]


@pytest.fixture(scope="module", params=whole_or([LIVE, DOCUMENTED], [LIVE]))
def form(request):
    return request.param


@pytest.fixture(scope="module")
def heard(form, request):
    """Everything the schemas dislike of a sandbox that answers in the form: (operation, where, path, message).

    `where` is the status of an answer that describes an error, "success" of one that does not.
    """
    if form == LIVE:
        return everything_disliked(request.getfixturevalue("box_process"))
    with running(*SMALL, *(f"--set={quirk}" for quirk in AS_DOCUMENTED)) as box:
        return everything_disliked(box)


def everything_disliked(box):
    with requests.Session() as box.session:
        box.control("POST", "reset")
        heard = [(error[0], error[3], *each) for error in ERRORS for each in refused(box, *error)]
        for number in sorted(BY_NUMBER.keys() - UNDESCRIBED):
            heard += [(number, "success", *each) for each in successful(box, number)]
    return heard


def complaints(operation, answer):
    """(path, message) for everything the schema dislikes; indexes become *."""
    schema = openapi.schema(operation.file, operation.path, operation.method, answer.status_code)
    assert schema is not None, f"{operation.number}: {answer.status_code} is not described"
    found = jsonschema_rs.Draft4Validator(schema).iter_errors(answer.json())
    return {
        (
            "/".join("*" if isinstance(part, int) else part for part in error.instance_path),
            error.message[-200:],
        )
        for error in found
    }


def refused(box, number, address, body, status):
    answer = box.ask(BY_NUMBER[number].method, address, json=body)
    assert answer.status_code == status, (number, address, answer.text)
    return complaints(BY_NUMBER[number], answer)


def successful(box, number):
    operation = BY_NUMBER[number]
    box.control("POST", "reset")
    address, body = prepare(box, operation)
    answer = box.ask(operation.method, address, json=body)
    assert answer.status_code == operation.status, (number, answer.text)
    return complaints(operation, answer)


def test_every_answer_conforms(heard, form):
    """Every success, and every error that the files describe."""
    unknown = [
        (number, where, *complaint)
        for number, where, *complaint in heard
        if not any(each.covers(form, number, *complaint) for each in DEVIATIONS)
    ]
    assert unknown == []


@only_whole("test_every_answer_conforms")
def test_every_deviation_still_happens(heard, form):
    listed = [each for each in DEVIATIONS if form in each.forms]
    seen = [(number, *complaint) for number, _where, *complaint in heard]
    assert [each for each in listed if not any(each.covers(form, *complaint) for complaint in seen)] == []
