"""Invoices."""

from typing import Any

from tests.b2b.samples.parts import DUE, ISSUED, RAW, TIDY, Generation, address, money


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
