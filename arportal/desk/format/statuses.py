"""Every state as word, icon and colour together. A state we do not know is shown as it came."""

from functools import lru_cache

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.b2b import CompanyStatus, InvoiceStatus, ProcessingStatus
from arportal.desk.format.icons import icon
from arportal.mirror.models import InvoiceState
from arportal.receivables.models import Change
from arportal.receivables.payments.statuses import PAYMENT_WORDS as PAYMENT_WORDS
from arportal.receivables.payments.statuses import payment_words as payment_words

Look = tuple[str, str]  # colour class in parts.css, icon
INVOICE_LOOKS: dict[str, Look] = {
    InvoiceState.OPEN: ("open", "circle-dot"),
    InvoiceState.PARTLY_PAID: ("partly", "circle-dashed"),
    InvoiceState.OVERDUE: ("overdue", "clock-alert"),
    InvoiceState.PAID: ("paid", "circle-check"),
    InvoiceState.CREDIT_NOTE: ("credit", "file-minus"),
    InvoiceState.OVERPAID: ("credit", "circle-plus"),
}
PAYMENT_LOOKS: dict[int, Look] = {
    ProcessingStatus.AWAITING_PROCESSING: ("partly", "hourglass"),
    ProcessingStatus.PROCESSING: ("open", "loader"),
    ProcessingStatus.COMPLETED: ("paid", "circle-check"),
    ProcessingStatus.REFUNDED: ("credit", "undo-2"),
    ProcessingStatus.INCOMPLETE: ("plain", "circle-dashed"),
}
INVOICE_STATUS_WORDS: dict[int, str | Promise] = {
    InvoiceStatus.OPEN: _lazy("Open"),
    InvoiceStatus.PARTIALLY_PAID: _lazy("Partly paid"),
    InvoiceStatus.PAID: _lazy("Paid"),
}
COMPANY_WORDS: dict[int, str | Promise] = {
    CompanyStatus.PENDING: _lazy("Pending"),
    CompanyStatus.APPROVED: _lazy("Approved"),
    CompanyStatus.REJECTED: _lazy("Rejected"),
    CompanyStatus.INACTIVE: _lazy("Inactive"),
}
COMPANY_LOOKS: dict[int, Look] = {
    CompanyStatus.PENDING: ("partly", "hourglass"),
    CompanyStatus.APPROVED: ("paid", "circle-check"),
    CompanyStatus.REJECTED: ("overdue", "circle-x"),
    CompanyStatus.INACTIVE: ("plain", "circle-minus"),
}
RECEIPT_WORDS: dict[str, str | Promise] = {"paid": _lazy("Paid"), "refund": _lazy("Refund")}
RECEIPT_LOOKS: dict[str, Look] = {"paid": ("paid", "circle-check"), "refund": ("credit", "undo-2")}
CHANGE_WORDS: dict[str, str | Promise] = {
    Change.State.WAITING: _lazy("Waiting for approval"),
    Change.State.ASKED: _lazy("Waiting to be sent"),
    Change.State.SENT: _lazy("Being sent"),
    Change.State.UNKNOWN: _lazy("Being confirmed"),
    Change.State.APPLIED: _lazy("Done"),
    Change.State.REFUSED: _lazy("Not done"),
}
CHANGE_LOOKS: dict[str, Look] = {
    Change.State.WAITING: ("partly", "user-check"),
    Change.State.ASKED: ("plain", "hourglass"),
    Change.State.SENT: ("open", "loader"),
    Change.State.UNKNOWN: ("partly", "refresh-cw"),
    Change.State.APPLIED: ("paid", "circle-check"),
    Change.State.REFUSED: ("overdue", "circle-x"),
}
UNKNOWN: Look = ("plain", "circle-question-mark")


def invoice_status_words(status: int) -> str:
    """The store's own status, which need not agree with what is open."""
    return str(INVOICE_STATUS_WORDS.get(status, status))


@lru_cache(maxsize=1024)
def _pill(colour: str, picture: str, words: str) -> SafeString:
    return format_html('<span class="pill {}">{} {}</span>', colour, icon(picture, 14), words)


def invoice_pill(state: InvoiceState) -> SafeString:
    return _invoice_pill(state, get_language())


@lru_cache(maxsize=256)
def _invoice_pill(state: InvoiceState, language: str | None) -> SafeString:
    return _pill(*INVOICE_LOOKS.get(state, UNKNOWN), str(state.label))


def payment_pill(status: int) -> SafeString:
    return _pill(*PAYMENT_LOOKS.get(status, UNKNOWN), payment_words(status))


def receipt_words(transaction_type: str) -> str:
    known = RECEIPT_WORDS.get(transaction_type.lower())
    return str(known) if known is not None else transaction_type


def receipt_pill(transaction_type: str) -> SafeString:
    return _pill(*RECEIPT_LOOKS.get(transaction_type.lower(), UNKNOWN), receipt_words(transaction_type))


def change_pill(state: str) -> SafeString:
    return _pill(*CHANGE_LOOKS[state], str(CHANGE_WORDS[state]))


def company_pill(status: int) -> SafeString:
    known = COMPANY_WORDS.get(status)
    words = str(known) if known is not None else _("Status %(number)d") % {"number": status}
    return _pill(*COMPANY_LOOKS.get(status, UNKNOWN), words)
