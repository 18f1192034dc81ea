"""What is read back of a payment that was recorded or moved, and the words for its status."""

from arportal.b2b import ProcessingStatus
from arportal.mirror.models import PaymentLine
from arportal.receivables.models import Change
from arportal.receivables.payments import payments
from arportal.receivables.payments.payments import mirror_payment
from arportal.receivables.payments.statuses import payment_words
from arportal.stores.models import Store


def test_the_invoices_of_its_own_lines_are_read_again(store, payment, monkeypatch):
    elsewhere = Store.objects.create(slug="other", name="Other", store_hash="other")
    line = {"payment_id": payment.api_id, "position": 9, "currency": "EUR", "amount": 1}
    PaymentLine.objects.create(store=elsewhere, invoice_id=777_777, **line)
    read = []
    monkeypatch.setattr(payments, "refresh_payment", lambda of, payment_id: read.append((of, payment_id)))
    monkeypatch.setattr(payments, "refresh_invoices", lambda of, ids: read.append((of, sorted(ids))))
    mirror_payment(Change(store=store, target_id=payment.api_id))
    lines = PaymentLine.objects.filter(store=store, payment_id=payment.api_id)
    invoices = sorted(lines.values_list("invoice_id", flat=True))
    assert invoices
    assert read == [(store, payment.api_id), (store, invoices)]


def test_a_status_nobody_knows_is_shown_by_its_number():
    assert (payment_words(ProcessingStatus.COMPLETED), payment_words(17)) == ("Completed", "Status 17")
