"""What several records are made of."""

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
