"""The words of every state, and the colour and icon of its pill. A state we do not know is shown as it came."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.b2b import CompanyStatus, InvoiceStatus, ProcessingStatus, UserRole
from arportal.mirror.models import InvoiceState
from arportal.receivables.matching.suggestion import Tier
from arportal.receivables.models import Change, Dispute, MailRecipient, PromiseToPay
from arportal.receivables.payments.statuses import PAYMENT_WORDS as PAYMENT_WORDS
from arportal.receivables.payments.statuses import payment_words as payment_words

Style = tuple[str, str]  # the pill's class in parts.css, its icon
INVOICE_STYLES: dict[str, Style] = {
    InvoiceState.OPEN: ("open", "circle-dot"),
    InvoiceState.PARTLY_PAID: ("partly", "circle-dashed"),
    InvoiceState.OVERDUE: ("overdue", "clock-alert"),
    InvoiceState.PAID: ("paid", "circle-check"),
    InvoiceState.CREDIT_NOTE: ("credit", "file-minus"),
    InvoiceState.OVERPAID: ("credit", "circle-plus"),
}
PAYMENT_STYLES: dict[int, Style] = {
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
COMPANY_STYLES: dict[int, Style] = {
    CompanyStatus.PENDING: ("partly", "hourglass"),
    CompanyStatus.APPROVED: ("paid", "circle-check"),
    CompanyStatus.REJECTED: ("overdue", "circle-x"),
    CompanyStatus.INACTIVE: ("plain", "circle-minus"),
}
BUYER_ROLE_WORDS: dict[int, str | Promise] = {
    UserRole.ADMIN: _lazy("Admin"),
    UserRole.SENIOR_BUYER: _lazy("Senior buyer"),
    UserRole.JUNIOR_BUYER: _lazy("Junior buyer"),
}
RECEIPT_WORDS: dict[str, str | Promise] = {"paid": _lazy("Paid"), "refund": _lazy("Refund")}
RECEIPT_STYLES: dict[str, Style] = {"paid": ("paid", "circle-check"), "refund": ("credit", "undo-2")}
CHANGE_WORDS: dict[str, str | Promise] = {
    Change.State.WAITING: _lazy("Waiting for approval"),
    Change.State.ASKED: _lazy("Waiting to be sent"),
    Change.State.SENT: _lazy("Being sent"),
    Change.State.UNKNOWN: _lazy("Being confirmed"),
    Change.State.APPLIED: _lazy("Done"),
    Change.State.REFUSED: _lazy("Not done"),
}
CHANGE_STYLES: dict[str, Style] = {
    Change.State.WAITING: ("partly", "user-check"),
    Change.State.ASKED: ("plain", "hourglass"),
    Change.State.SENT: ("open", "loader"),
    Change.State.UNKNOWN: ("partly", "refresh-cw"),
    Change.State.APPLIED: ("paid", "circle-check"),
    Change.State.REFUSED: ("overdue", "circle-x"),
}
PROMISE_STYLES: dict[str, Style] = {
    PromiseToPay.State.OPEN: ("open", "handshake"),
    PromiseToPay.State.KEPT: ("paid", "circle-check"),
    PromiseToPay.State.PART_KEPT: ("partly", "circle-dashed"),
    PromiseToPay.State.BROKEN: ("overdue", "circle-x"),
    PromiseToPay.State.SETTLED: ("paid", "circle-check"),
    PromiseToPay.State.WITHDRAWN: ("plain", "undo-2"),
}
# By outcome; of an open one it is "".
DISPUTE_STYLES: dict[str, Style] = {
    "": ("partly", "scale"),
    Dispute.Outcome.UPHELD: ("credit", "circle-check"),
    Dispute.Outcome.IN_PART: ("credit", "circle-check"),
    Dispute.Outcome.REJECTED: ("open", "circle-check"),
    Dispute.Outcome.MISTAKE: ("plain", "undo-2"),
}
MAIL_STYLES: dict[str, Style] = {
    MailRecipient.State.QUEUED: ("plain", "hourglass"),
    MailRecipient.State.SENDING: ("open", "loader"),
    MailRecipient.State.SENT: ("paid", "circle-check"),
    MailRecipient.State.REFUSED: ("overdue", "circle-x"),
    MailRecipient.State.UNKNOWN: ("partly", "circle-question-mark"),
    MailRecipient.State.KEPT: ("plain", "archive"),
    MailRecipient.State.DROPPED: ("plain", "circle-minus"),
    MailRecipient.State.BOUNCED: ("overdue", "undo-2"),
}
TIER_STYLES: dict[str, Style] = {
    Tier.READY: ("paid", "circle-check"),
    Tier.LIKELY: ("open", "circle-dot"),
    Tier.POSSIBLE: ("plain", "circle-question-mark"),
}
UNKNOWN: Style = ("plain", "circle-question-mark")


def invoice_status_words(status: int) -> str:
    """The store's own status, which need not agree with what is open."""
    return str(INVOICE_STATUS_WORDS.get(status, status))


def receipt_words(transaction_type: str) -> str:
    return str(RECEIPT_WORDS.get(transaction_type.lower(), transaction_type))


def company_words(status: int) -> str:
    return str(COMPANY_WORDS.get(status, _("Status %(number)d") % {"number": status}))
