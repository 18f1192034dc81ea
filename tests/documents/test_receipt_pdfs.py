"""PDFs of the store's receipts and of payments."""

import datetime as dt
import uuid
from decimal import Decimal

import pytest

from arportal.documents.branding.letterheads import letterhead_of
from arportal.documents.receipt_view import payment_view
from arportal.documents.receipts import DocumentFailed, payment_receipt_pdf, receipt_pdf
from arportal.mirror.models import Payment, PaymentLine, Receipt, ReceiptLine
from arportal.receivables.models import Change, PaymentRecord
from arportal.stores.access import NotAllowed
from tests.documents.conftest import opened, text_of


@pytest.fixture
def receipt(store) -> Receipt:
    found = Receipt.objects.filter(store=store, transaction_type="Paid").order_by("api_id").first()
    assert found is not None
    return found


def test_it_works(viewer, receipt):
    made = receipt_pdf(viewer, receipt)
    text = text_of(opened(made.content))
    line = ReceiptLine.objects.filter(store=viewer.store, receipt_id=receipt.api_id)[0]
    assert made.filename.startswith(f"REC-{receipt.api_id} ")
    for words in (f"Receipt {receipt.api_id}", "Received from", receipt.payer_name, line.invoice_number):
        assert words in text
    assert f"Received ({receipt.currency})" in text


def test_a_refund(viewer, receipt):
    receipt.transaction_type = "Refund"
    text = text_of(opened(receipt_pdf(viewer, receipt).content))
    assert "Refund receipt" in text
    assert f"Refunded ({receipt.currency})" in text
    assert "Received" not in text


@pytest.mark.parametrize("sign", [1, -1])
def test_a_refund_is_told_above_zero_whichever_sign_the_store_gave_it(viewer, receipt, sign):
    receipt.transaction_type, receipt.currency, receipt.total = "Refund", "KWD", sign * Decimal("12.345")
    assert "Refunded (KWD) 12.345" in text_of(opened(receipt_pdf(viewer, receipt).content))


def test_a_receipt_of_a_company_that_is_not_ones_own(viewer, receipt):
    viewer.all_companies = False
    with pytest.raises(NotAllowed):
        receipt_pdf(viewer, receipt)


def test_a_payment(viewer, payment):
    made = payment_receipt_pdf(viewer, payment)
    text = text_of(opened(made.content))
    line = PaymentLine.objects.filter(store=viewer.store, payment_id=payment.api_id)[0]
    assert made.filename.startswith(f"PAY-{payment.api_id} ")
    for words in (f"Payment receipt {payment.api_id}", line.invoice_number, "Awaiting processing"):
        assert words in text


@pytest.fixture
def noted(clerk, payment) -> None:
    """What staff wrote down about how the payment arrived."""
    change = Change.objects.create(
        id=uuid.uuid4(),
        store=clerk.store,
        actor=clerk,
        verb=Change.Verb.RECORD_PAYMENT,
        state=Change.State.APPLIED,
        company_id=payment.company_id,
        target_id=payment.api_id,
    )
    day, method = dt.date(2026, 3, 2), PaymentRecord.Method.CHEQUE
    PaymentRecord.objects.create(change=change, reference="CHQ 000417", method=method, received_on=day)


def test_how_it_arrived_where_staff_wrote_it_down(clerk, payment, noted):
    text = text_of(opened(payment_receipt_pdf(clerk, payment).content))
    assert "Received March 2, 2026 Paid by Cheque Reference CHQ 000417" in text


@pytest.mark.parametrize(
    ("said", "printed"),
    [("Offline", "Paid by Cheque"), ("Visa ending in 4242", "Paid by Visa ending in 4242")],
)
def test_how_a_receipts_payment_arrived(clerk, receipt, payment, noted, said, printed):
    receipt.payment_type, receipt.payment_id, receipt.company_id = said, payment.api_id, payment.company_id
    assert printed in text_of(opened(receipt_pdf(clerk, receipt).content))


def test_offline_alone_says_nothing_to_a_buyer(viewer, receipt):
    receipt.payment_type, receipt.payment_id = "Offline", None
    assert "Offline" not in text_of(opened(receipt_pdf(viewer, receipt).content))


def test_what_staff_note_for_themselves_is_not_printed(viewer, payment):
    payment.memo = "pays late, as always"
    assert "as always" not in text_of(opened(payment_receipt_pdf(viewer, payment).content))


REDUCED = "The balances of its invoices are reduced by its amount."
NOT_REDUCED = "The balances of its invoices are not reduced by its amount."


STANDS = [
    (1, 1, f"Status of this payment: Awaiting processing. {REDUCED}"),
    (1, 0, f"Status of this payment: Awaiting processing. {NOT_REDUCED}"),
    (2, 1, f"Status of this payment: Processing. {REDUCED}"),
    (2, None, f"Status of this payment: Processing. {REDUCED}"),
    (3, 1, ""),
    (3, 0, NOT_REDUCED),
    (4, 0, "This payment was refunded."),
    (4, None, "This payment was refunded."),
    (4, 1, f"This payment was refunded. {REDUCED}"),
    (9, 1, REDUCED),
]


def test_where_it_stands_and_what_that_does_to_balances(viewer, payment):
    letterhead, stamps = letterhead_of(viewer.store), []
    for status, applied, _words in STANDS:
        payment.processing_status, payment.applied_status = status, applied
        stamps.append(payment_view(payment, [], None, letterhead, None).stamp)
    assert stamps == [words for _status, _applied, words in STANDS]
    # It stands below the total.
    text = text_of(opened(payment_receipt_pdf(viewer, payment).content))
    assert text.partition(f"Received ({payment.currency}) ")[2].partition(" ")[2].startswith(REDUCED)


def test_nothing_was_received(viewer, payment):
    payment.processing_status = 0
    with pytest.raises(DocumentFailed, match="nothing was received"):
        payment_receipt_pdf(viewer, payment)


def test_a_payment_of_a_company_that_is_not_ones_own(viewer, payment):
    viewer.all_companies = False
    with pytest.raises(NotAllowed):
        payment_receipt_pdf(viewer, payment)


def test_hostile_text_and_an_unknown_company(viewer, payment):
    payment.company_id, payment.payer_name = 424_242, "<script>x</script>\u202e"
    text = text_of(opened(payment_receipt_pdf(viewer, payment).content))
    assert "<script>x</script>" in text


def test_it_is_made_once_until_something_changes(viewer, payment):
    first, again = payment_receipt_pdf(viewer, payment), payment_receipt_pdf(viewer, payment)
    assert (first.was_kept, again.was_kept, first.content) == (False, True, again.content)
    Payment.objects.filter(pk=payment.pk).update(processing_status=3)
    payment.refresh_from_db()
    assert not payment_receipt_pdf(viewer, payment).was_kept
