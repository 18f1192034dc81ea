"""Companies, users, channels, extra fields, credit."""

from typing import Any

from tests.b2b.samples.parts import ISSUED, RAW, TIDY, Generation


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
