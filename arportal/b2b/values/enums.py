"""The API's numbered states. A number we have never heard of is kept as it is, never guessed."""

from __future__ import annotations

from enum import IntEnum
from typing import Self


class OpenIntEnum(IntEnum):
    """An IntEnum that makes a nameless member of any unknown integer: `InvoiceStatus(7).name == "UNKNOWN_7"`.

    -1 stands for a value the API did not send.
    """

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, int):
            return None
        member = int.__new__(cls, value)
        member._name_ = "MISSING" if value == -1 else f"UNKNOWN_{value}"
        member._value_ = value
        return member

    def __reduce_ex__(self, protocol: object) -> tuple[type[Self], tuple[int]]:
        # Early releases of Python 3.11 copy members by name, which an unknown one does not have.
        return type(self), (self._value_,)

    @property
    def is_known(self) -> bool:
        return self._name_ in type(self).__members__


class InvoiceStatus(OpenIntEnum):
    OPEN = 0
    PARTIALLY_PAID = 1
    PAID = 2


class InvoiceSource(OpenIntEnum):
    B2B_EDITION = 0
    EXTERNAL = 1


class ProcessingStatus(OpenIntEnum):
    """A payment's place on its way. INCOMPLETE is only ever read, never set."""

    INCOMPLETE = 0
    AWAITING_PROCESSING = 1
    PROCESSING = 2
    COMPLETED = 3
    REFUNDED = 4


class AppliedStatus(OpenIntEnum):
    """APPLIED if a payment lowers its invoices' open balances (the meaning is inferred, not documented)."""

    NOT_APPLIED = 0
    APPLIED = 1


class PaymentOperation(OpenIntEnum):
    """An operation on a payment's effect on balances; 3 exists in the schema without a meaning."""

    APPLY = 0
    REVERT = 1
    PULL_FROM_ORDER = 2


class CompanyStatus(OpenIntEnum):
    PENDING = 0
    APPROVED = 1
    REJECTED = 2
    INACTIVE = 3


class OrderStatus(OpenIntEnum):
    """BigCommerce's order statuses, as in an order's `statusCode`."""

    INCOMPLETE = 0
    PENDING = 1
    SHIPPED = 2
    PARTIALLY_SHIPPED = 3
    REFUNDED = 4
    CANCELLED = 5
    DECLINED = 6
    AWAITING_PAYMENT = 7
    AWAITING_PICKUP = 8
    AWAITING_SHIPMENT = 9
    COMPLETED = 10
    AWAITING_FULFILLMENT = 11
    MANUAL_VERIFICATION_REQUIRED = 12
    DISPUTED = 13
    PARTIALLY_REFUNDED = 14


class UserRole(OpenIntEnum):
    ADMIN = 0
    SENIOR_BUYER = 1
    JUNIOR_BUYER = 2


class ExtraFieldType(OpenIntEnum):
    TEXT = 0
    MULTILINE_TEXT = 1
    NUMBER = 2
    DROPDOWN = 3


class ExtraFieldConfigType(OpenIntEnum):
    BUILT_IN = 1
    USER_DEFINED = 2
