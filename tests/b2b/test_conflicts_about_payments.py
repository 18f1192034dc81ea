"""Where the sources disagree about payments and receipts: one test a row of the contract's section 3."""

from decimal import Decimal
from typing import Any

import pytest

from arportal.b2b import (
    AllowedNow,
    Client,
    InvalidRequest,
    OfflineLine,
    Payment,
    PaymentOperation,
    ProcessingStatus,
    Receipt,
    Refused,
)
from tests.b2b import samples
from tests.b2b.samples import RAW
from tests.b2b.server import Answer, ApiServer, enveloped

LINES = [OfflineLine(205, Decimal("30.00")), OfflineLine(206, Decimal("0.5000"))]


def recorded(server: ApiServer, client: Client, **changes: Any) -> Any:
    """The body that recording an offline payment sends."""
    server.data({"paymentId": 61})
    asked = {"company_id": 31, "currency": "EUR", "lines": LINES, "memo": "July", **changes}
    client.payments.create_offline(**asked)
    return server.requests[-1].json


def test_x01_payment_lines_may_lack_the_invoice_number() -> None:
    assert [line.invoice_number for line in Payment.parse(samples.payment(RAW)).lines] == ["", ""]


def test_x04_an_offline_amount_is_text(api_server: ApiServer, api_client: Client) -> None:
    assert recorded(api_server, api_client) == {
        "customerId": "31",
        "currency": "EUR",
        "details": {"memo": "July"},
        "lineItems": [{"invoiceId": 205, "amount": "30.00"}, {"invoiceId": 206, "amount": "0.5000"}],
    }


@pytest.mark.parametrize("amount", [1.5, 1, "1", Decimal(0), Decimal(-1), Decimal("NaN"), Decimal("0.00001")])
def test_x04_an_amount_that_is_no_good_is_not_sent(api_client: Client, amount: Any) -> None:
    with pytest.raises(InvalidRequest):
        api_client.payments.create_offline(
            company_id=31, currency="EUR", lines=[OfflineLine(205, amount)], memo=""
        )


def test_x10_an_offline_payment_answers_payment_id(api_server: ApiServer, api_client: Client) -> None:
    api_server.data({"paymentId": 61})
    assert api_client.payments.create_offline(company_id=31, currency="EUR", lines=LINES, memo="") == 61


@pytest.mark.parametrize("blank", ["", None])
def test_x26_a_blank_external_id_is_none(blank: Any) -> None:
    assert Payment.parse(samples.payment(externalId=blank)).external_id is None
    assert Receipt.parse(samples.receipt(externalId=blank)).external_id is None


@pytest.mark.parametrize("codes", [[1, 2, 3, 4], ["1", "2", "3", "4"]])
def test_x27_allowed_statuses_are_numbers_or_digits(
    api_server: ApiServer, api_client: Client, codes: Any
) -> None:
    api_server.data({"allowedOperations": codes[:1], "allowedStatuses": codes})
    allowed = api_client.payments.allowed_now(61)
    assert allowed == AllowedNow((PaymentOperation.REVERT,), tuple(ProcessingStatus)[1:])


@pytest.mark.parametrize("fees", [[], [1.5], [{"type": "card", "amount": "1"}], None])
def test_x28_fees_of_any_kind_do_no_harm(fees: Any) -> None:
    assert Payment.parse(samples.payment(fees=fees)).payment_id == 61


@pytest.mark.parametrize(
    "module", [{}, None, "", [], {"transactions": []}, {"cartId": None, "orderId": None}]
)
def test_x29_module_data_may_be_anything(module: Any) -> None:
    payment = Payment.parse(samples.payment(moduleData=module))
    assert (payment.transactions, payment.bc_order_id) == ((), None)


def test_x30_parts_of_a_transaction_may_be_null(api_server: ApiServer, api_client: Client) -> None:
    api_server.data([{"type": "UnknownTransaction", "rawTransaction": None, "gateway": None, "card": None}])
    (transaction,) = api_client.payments.transactions(61)
    assert (transaction.type, transaction.gateway, transaction.card) == ("UnknownTransaction", "", None)


def test_x31_an_online_payments_statuses_are_its_own(api_server: ApiServer, api_client: Client) -> None:
    api_server.data(samples.online_payment(allowedStatuses=[]))
    assert api_client.payments.get(61).allowed_statuses == ()


def test_x32_no_operation_may_be_allowed() -> None:
    assert Payment.parse(samples.payment()).allowed_operations == ()


def test_x33_the_operation_without_a_meaning_is_read_but_not_sent(api_client: Client) -> None:
    payment = Payment.parse(samples.payment(allowedOperations=["0", 3]))
    assert [operation.name for operation in payment.allowed_operations] == ["APPLY", "UNKNOWN_3"]
    with pytest.raises(InvalidRequest):
        api_client.payments.operate(61, PaymentOperation(3))


def test_x33_operations_are_sent_as_numbers(api_server: ApiServer, api_client: Client) -> None:
    api_server.data({"id": 61})
    api_client.payments.operate(61, PaymentOperation.APPLY)
    assert api_server.requests[0].json == {"operationCode": 0}


def test_x34_a_misleading_message_is_ignored(api_server: ApiServer, api_client: Client) -> None:
    api_server.answer(Answer(400, enveloped({"errMsg": "Not allowed"}, code=400, message="Not Found Error")))
    with pytest.raises(Refused, match="Not allowed"):
        api_client.payments.set_processing_status(61, ProcessingStatus.COMPLETED)


def test_x35_the_funding_status_is_read_but_not_sent(api_server: ApiServer, api_client: Client) -> None:
    assert Payment.parse(samples.payment(fundingStatus="2")).funding_status == 2
    assert "fundingStatus" not in recorded(
        api_server, api_client, processing_status=ProcessingStatus.COMPLETED
    )


def test_x36_changing_an_offline_payment_sends_all_of_it(api_server: ApiServer, api_client: Client) -> None:
    api_server.answer(
        Answer(body=enveloped(samples.payment(externalId="E1", payerCustomerId=None))),
        Answer(body=enveloped({"paymentId": 61})),
    )
    api_client.payments.update_offline(61, memo="August")
    assert api_server.requests[-1].json == {
        "customerId": "31",
        "currency": "EUR",
        "details": {"memo": "August"},
        "lineItems": [{"invoiceId": 205, "amount": "30.0000"}, {"invoiceId": 206, "amount": "11.5000"}],
        "externalId": "E1",
        "payerName": "Bank transfer",
        "payerCustomerId": "31",
        "processingStatus": 2,
    }


def test_x36_what_else_the_details_hold_goes_back_with_them(
    api_server: ApiServer, api_client: Client
) -> None:
    details = {"memo": "July", "branch": {"code": "W7"}}
    payment = Payment.parse(samples.payment(details=details))
    api_server.data({"paymentId": 61})
    api_client.payments.replace_offline(payment, payer_name="Treasury")
    assert api_server.requests[-1].json["details"] == details


def test_x37_payment_statuses_are_sent_by_repeating_the_name(
    api_server: ApiServer, api_client: Client
) -> None:
    api_server.data([])
    list(api_client.receipts.list(payment_statuses=[ProcessingStatus.COMPLETED, ProcessingStatus.REFUNDED]))
    assert api_server.requests[0].query["paymentStatus[]"] == ["3", "4"]


def test_x41_an_offset_of_zero_is_sent(api_server: ApiServer, api_client: Client) -> None:
    api_server.data([])
    list(api_client.receipts.list())
    assert api_server.requests[0].query["offset"] == ["0"]


@pytest.mark.parametrize("currency", ["USA", "eur", "", "EURO"])
def test_x54_a_strange_currency_is_not_sent(api_client: Client, currency: str) -> None:
    with pytest.raises(InvalidRequest, match="ISO 4217"):
        api_client.payments.create_offline(company_id=31, currency=currency, lines=LINES, memo="")


def test_x58_two_calls_named_alike_have_two_names(api_server: ApiServer, api_client: Client) -> None:
    api_server.data([])
    list(api_client.payments.list())
    api_client.methods.list()
    assert [request.path for request in api_server.requests] == ["/ip/payments", "/payments"]


def test_x61_a_companys_payments_are_searched_then_sorted_out(
    api_server: ApiServer, api_client: Client
) -> None:
    api_server.data([samples.payment(id=1), samples.payment(id=2, customerId="131")])
    assert [payment.payment_id for payment in api_client.payments.for_company(31)] == [1]
    query = api_server.requests[0].query
    assert (query["searchBy"], query["q"]) == (["customerId"], ["31"])


def test_x61_an_external_id_is_searched_then_compared(api_server: ApiServer, api_client: Client) -> None:
    api_server.data([samples.payment(id=1, externalId="C-1"), samples.payment(id=2, externalId="C-11")])
    assert [payment.payment_id for payment in api_client.payments.with_external_id("C-1")] == [1]


def test_x61_an_invoices_receipt_lines_are_searched_then_compared(
    api_server: ApiServer, api_client: Client
) -> None:
    api_server.data([samples.receipt_line(id=1, invoiceId=1), samples.receipt_line(id=2, invoiceId=11)])
    assert [line.line_id for line in api_client.receipts.lines_for_invoice(1)] == [1]


def test_x61_a_companys_receipts_are_searched_then_sorted_out(
    api_server: ApiServer, api_client: Client
) -> None:
    api_server.data([samples.receipt(id=1), samples.receipt(id=2, customerId="3")])
    assert [receipt.receipt_id for receipt in api_client.receipts.for_company(31)] == [1]


def test_x61_payments_of_an_invoice_and_status_are_kept_exactly(
    api_server: ApiServer, api_client: Client
) -> None:
    api_server.data(
        [
            samples.payment(id=1),
            samples.payment(id=2, processingStatus=3),
            samples.payment(id=3, lineItems=[]),
        ]
    )
    found = api_client.payments.list(invoice_id=206, processing_status=ProcessingStatus.PROCESSING)
    assert [payment.payment_id for payment in found] == [1]


@pytest.mark.parametrize("status", [ProcessingStatus.INCOMPLETE, ProcessingStatus(9)])
def test_a_status_that_cannot_be_set_is_not_sent(api_client: Client, status: ProcessingStatus) -> None:
    with pytest.raises(InvalidRequest, match="cannot be set"):
        api_client.payments.set_processing_status(61, status)


def test_a_payment_without_lines_is_not_sent(api_client: Client) -> None:
    with pytest.raises(InvalidRequest, match="at least one line"):
        api_client.payments.create_offline(company_id=31, currency="EUR", lines=[], memo="")
