"""Every answer against the published OpenAPI files; what differs must be a listed deviation."""

import jsonschema_rs
import pytest

from tests.sandbox import openapi
from tests.sandbox.deviations import DEVIATIONS
from tests.sandbox.operations import OPERATIONS, prepare

pytestmark = pytest.mark.skipif(
    not openapi.ROOT.exists(), reason="the OpenAPI files are not beside the repository"
)

BY_NUMBER = {operation.number: operation for operation in OPERATIONS}
UNDESCRIBED = {"C10"}  # 204 has no body

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
    ("H1", "/channels", None, 403),
]


def complaints(operation, answer):
    """(path, message) for everything the schema dislikes; indexes become *."""
    schema = openapi.schema(operation.file, operation.path, operation.method, answer.status_code)
    if schema is None:
        return None
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
    assert answer.status_code == status
    return complaints(BY_NUMBER[number], answer)


def is_known(number, path, message):
    return any(each.covers(number, path, message) for each in DEVIATIONS)


def successful(box, number):
    operation = BY_NUMBER[number]
    box.control("POST", "reset")
    address, body = prepare(box, operation)
    answer = box.ask(operation.method, address, json=body)
    assert answer.status_code == operation.status, answer.text
    return complaints(operation, answer)


@pytest.mark.parametrize("number", sorted(BY_NUMBER.keys() - UNDESCRIBED))
def test_every_success_conforms(box, number):
    assert {each for each in successful(box, number) if not is_known(number, *each)} == set()


@pytest.mark.parametrize(("number", "address", "body", "status"), ERRORS)
def test_every_described_error_conforms(box, number, address, body, status):
    found = refused(box, number, address, body, status)
    assert {each for each in found if not is_known(number, *each)} == set()


def test_every_deviation_still_happens(box):
    seen = [(error[0], *each) for error in ERRORS for each in refused(box, *error)]
    for number in BY_NUMBER.keys() - UNDESCRIBED:
        seen += [(number, *each) for each in successful(box, number)]
    assert [each for each in DEVIATIONS if not any(each.covers(*complaint) for complaint in seen)] == []
