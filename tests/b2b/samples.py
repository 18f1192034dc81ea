"""Records as the API sends them, in our own words and figures, in both generations of the documentation.

`RAW` dresses them as the first publication's captures (empty strings and lists, bare numbers, nulls), `TIDY` as
today's (placeholders, everything text). Both must read the same where they say the same.
"""

from typing import Any, Literal

Generation = Literal["raw", "tidy"]
RAW: Generation = "raw"
TIDY: Generation = "tidy"
GENERATIONS: tuple[Generation, ...] = (RAW, TIDY)

ISSUED = 1_751_360_400  # 2025-07-01 09:00 UTC
DUE = 1_753_952_400  # 2025-07-31 09:00 UTC


def money(value: Any, code: str = "EUR") -> dict[str, Any]:
    return {"code": code, "value": value}


def address(**changes: Any) -> dict[str, Any]:
    return {
        "firstName": "Ines",
        "lastName": "Okafor",
        "street1": "Quay 14",
        "street2": "",
        "city": "Rotterdam",
        "state": "Zuid-Holland",
        "zipCode": "3011 AA",
        "country": "Netherlands",
        "customFields": {},
        **changes,
    }


def invoice(generation: Generation = TIDY, **changes: Any) -> dict[str, Any]:
    raw = generation == RAW
    line = {
        "sku": "ROPE-12",
        "type": "physical",
        "comments": "" if raw else "cut to length",
        "quantity": 3 if raw else "3",
        "unitPrice": money("40.1000"),
        "description": "Mooring rope, 12 mm",
        "customFields": {},
        "unitDiscount": money(0 if raw else "0"),
    }
    header = {
        "costLines": [
            {"amount": money("120.3000"), "description": "Subtotal"},
            {"amount": money("9.7"), "description": "Freight"},
        ],
        "orderDate": ISSUED,
        "billingAddress": address(customFields="" if raw else {}),
        "customerFields": "" if raw else {},
        "shippingAddresses": [address(street1="Pier 2")],
    }
    shipment = {
        "addressIndex": "0",
        "shipDate": "soon",
        "shipVia": "van",
        "trackingNumber": "T1",
        "comments": "",
        "customFields": {},
    }
    details = {"shipments": [] if raw else [shipment], "lineItems": [line]}
    return {
        "id": 205,
        "customerId": "31",
        "customerName": "Okafor Chandlery",
        "externalId": "" if raw else "ERP-88",
        "externalCustomerId": None,
        "invoiceNumber": "00000205",
        "type": "Invoice on Shipment",
        "dueDate": DUE,
        "status": 1,
        "orderNumber": "9077",
        "purchaseOrderNumber": None if raw else "PO-5",
        "details": {"type": "StandardInvoiceDetails", "header": header, "details": details},
        "isPendingPayment": 1,
        "source": 0,
        "originalBalance": money("130.0000"),
        "openBalance": money("88.5000"),
        "createdAt": ISSUED if raw else str(ISSUED),
        "updatedAt": ISSUED if raw else str(ISSUED),
        "channelId": 1 if raw else "1",
        "channelName": None if raw else "Main shop",
        **changes,
    }


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


def order(**changes: Any) -> dict[str, Any]:
    return {
        "id": 14,
        "bcOrderId": 9077,
        "totalIncTax": 130.05,
        "usdIncTax": 141.2,
        "poNumber": None,
        "status": "Shipped",
        "customStatus": "On its way",
        "statusCode": 2,
        "cartId": None,
        "items": 3,
        "companyId": 31,
        "currencyCode": "EUR",
        "money": currency_format(),
        "isArchived": False,
        "channelId": 1,
        "channelName": None,
        "extraInfo": {},
        "extraFields": [],
        "createdAt": ISSUED,
        "updatedAt": ISSUED,
        **changes,
    }


def currency_format() -> dict[str, Any]:
    return {
        "currencyLocation": "left",
        "currencyToken": "€",
        "decimalToken": ",",
        "decimalPlaces": 2,
        "thousandsToken": ".",
    }


def order_product(**changes: Any) -> dict[str, Any]:
    return {
        "id": 1,
        "productId": 8,
        "variantId": 80,
        "quantity": 3,
        "productName": "Mooring rope",
        "variantSku": "ROPE-12",
        "productBrandName": "Kabel",
        "options": [{"optionName": "Length", "optionValue": "20 m"}],
        "createdAt": ISSUED,
        "updatedAt": ISSUED,
        **changes,
    }


def company(generation: Generation = TIDY, **changes: Any) -> dict[str, Any]:
    raw = generation == RAW
    number = int if raw else str
    where = {"addressLine1": "Quay 14", "city": "Rotterdam", "country": "Netherlands"} if raw else {}
    return {
        "companyId": 31,
        "companyName": "Okafor Chandlery",
        "bcGroupName": "Trade",
        "companyEmail": "ines@example.com",
        "companyPhone": "010 555",
        "companyStatus": number(1),
        "catalogId": None if raw else "4",
        "catalogName": None if raw else "Trade prices",
        "uuid": "",
        "parentCompany": {"id": None, "name": ""} if raw else {"id": 30, "name": "Okafor Group"},
        "priceListAssign": [],
        "extraFields": [],
        "bcGroupId": number(5),
        "createdAt": number(ISSUED),
        "updatedAt": number(ISSUED),
        **where,
        **changes,
    }


def user(**changes: Any) -> dict[str, Any]:
    return {
        "id": 501,
        "createdAt": ISSUED,
        "updatedAt": ISSUED,
        "customerId": 77,
        "companyId": 31,
        "role": 0,
        "companyRoleId": 1,
        "companyRoleName": "Admin",
        "firstName": "Ines",
        "lastName": "Okafor",
        "email": "ines@example.com",
        "phoneNumber": "",
        "uuid": "",
        "channelList": [{"channelId": 1, "channelName": "Main shop", "iconUrl": ""}],
        "extraFields": [],
        **changes,
    }


def channel(**changes: Any) -> dict[str, Any]:
    return {
        "id": 2,
        "channelId": 1,
        "name": "Main shop",
        "type": "storefront",
        "platform": "bigcommerce",
        "status": "active",
        "site": "https://shop.example.com",
        "isVisible": True,
        "isEnabled": True,
        "b2bEnabled": True,
        "allowGlobalLogins": False,
        "iconUrl": "",
        "createdAt": str(ISSUED),
        "updatedAt": str(ISSUED),
        **changes,
    }


def extra_field(**changes: Any) -> dict[str, Any]:
    return {
        "id": 3,
        "uuid": "0b1c",
        "fieldName": "costCentre",
        "fieldType": 3,
        "isRequired": True,
        "isUnique": False,
        "visibleToEnduser": True,
        "configType": 2,
        "defaultValue": "",
        "maximumLength": "20",
        "numberOfRows": None,
        "maximumValue": "",
        "listOfValue": ["North", "South"],
        **changes,
    }


def credit(**changes: Any) -> dict[str, Any]:
    return {
        "creditEnabled": True,
        "creditCurrency": "EUR",
        "availableCredit": 5000.25,
        "limitPurchases": True,
        "creditHold": False,
        **changes,
    }
