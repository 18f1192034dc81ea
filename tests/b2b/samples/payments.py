"""Payments and receipts."""

from typing import Any

from tests.b2b.samples.parts import ISSUED, RAW, TIDY, Generation, money


def payment(generation: Generation = TIDY, **changes: Any) -> dict[str, Any]:
    raw = generation == RAW
    lines = [
        {"paymentId": 61, "invoiceId": 205, "amount": money("30.0000")},
        {"paymentId": 61, "invoiceId": 206, "amount": money("11.5000")},
    ]
    if not raw:
        lines = [{**line, "invoiceNumber": f"00000{line['invoiceId']}"} for line in lines]
    offline = {"memo": "", "type": "OfflineTransaction", "rawTransaction": None}
    return {
        "id": 61,
        "createdAt": ISSUED,
        "updatedAt": ISSUED,
        "storeHash": "harbour1",
        "customerId": "31",
        "payerCustomerId": "31",
        "payerName": "Bank transfer",
        "customerName": "" if raw else "Okafor Chandlery",
        "externalId": None,
        "externalCustomerId": None,
        "details": {"memo": "" if raw else "July"},
        "moduleName": "payments_offline",
        "fees": [],
        "moduleData": {} if raw else {"transactions": [offline]},
        "processingStatus": 2,
        "appliedStatus": 1,
        "fundingStatus": 2,
        "total": money("41.5000"),
        "lineItems": lines,
        "allowedOperations": [],
        "allowedStatuses": [1, 2, 3, 4],
        **({} if raw else {"channelId": "1", "channelName": "Main shop"}),
        **changes,
    }


def online_payment(**changes: Any) -> dict[str, Any]:
    card = {"type": "visa", "last4": "4242", "expiryYear": 2029, "expiryMonth": 4}
    transaction = {
        "type": "CreditCardTransaction",
        "gateway": "testgateway",
        "transactionId": "tx-9",
        "authCode": None,
        "event": "purchase",
        "card": card,
        "rawTransaction": None,
    }
    module = {
        "cartId": "7d0c0c9e-6f0a-4b8e-9d57-0a1b2c3d4e5f",
        "orderId": 9078,
        "transactions": [transaction],
    }
    online = {"moduleName": "payments_bigcommerce_sales_order", "moduleData": module, "processingStatus": 4}
    return payment(**{**online, "appliedStatus": 0, **changes})


def receipt(**changes: Any) -> dict[str, Any]:
    return {
        "id": 70,
        "createdAt": ISSUED,
        "updatedAt": ISSUED,
        "storeHash": "harbour1",
        "customerId": "31",
        "externalId": "",
        "externalCustomerId": "",
        "payerName": "Bank transfer",
        "payerCustomerId": "31",
        "details": {"paymentDetails": {"memo": "July"}},
        "transactionType": "Paid",
        "paymentType": "Offline",
        "referenceNumber": "July",
        "total": money("41.5000"),
        "paymentId": 61,
        **changes,
    }


def receipt_line(**changes: Any) -> dict[str, Any]:
    return {
        "id": 90,
        "createdAt": ISSUED,
        "updatedAt": ISSUED,
        "storeHash": "harbour1",
        "customerId": "31",
        "externalId": None,
        "externalCustomerId": None,
        "invoiceId": 205,
        "invoiceNumber": "00000205",
        "amount": money("30.0000"),
        "paymentStatus": 2,
        "receiptId": 70,
        "paymentId": 61,
        "paymentType": "Offline",
        "referenceNumber": "July",
        "transactionType": "Paid",
        **changes,
    }
