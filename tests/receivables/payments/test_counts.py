"""One answer to whether a payment counts on balances: on the invoice's page, in lists and in what verbs foresee."""

from itertools import product

import pytest
from django.db.models import F

from arportal.b2b import InvoiceStatus
from arportal.desk.invoices.sheet import sheet_of
from arportal.mirror.models import Invoice, Payment
from arportal.mirror.models.payments import COUNTS
from arportal.receivables.payments.delete_payment import preview_deletion
from arportal.receivables.payments.payment_contents import counted, shown
from tests.whole import whole_or

# The store may say something of which we know nothing yet.
UNKNOWN = 7


@pytest.fixture
def standing(split_payment):
    """The split payment with this status, as if the store had said so."""

    def standing(applied: int, status: int) -> Payment:
        told = {"appliedStatus": applied, "processingStatus": status}
        rows = Payment.objects.filter(pk=split_payment.pk)
        rows.update(applied_status=applied, processing_status=status, raw={**split_payment.raw, **told})
        return rows.get()

    return standing


def test_page_list_and_verbs_agree(controller, standing, open_invoices):
    wrong = []
    every = list(product([0, 1, UNKNOWN], [0, 1, 2, 3, 4, UNKNOWN]))
    for applied, status in whole_or(every, [(0, 2), (1, 3), (1, 4), (UNKNOWN, 2), (UNKNOWN, UNKNOWN)]):
        payment = standing(applied, status)
        page = sheet_of(controller, open_invoices[0])
        others = [paid.amount for paid in page.payments if paid.payment != payment and paid.payment.counts]
        on_page = page.paid.amount - sum(each.amount for each in others) == 2
        in_list = Payment.objects.filter(COUNTS, pk=payment.pk).exists()
        if {on_page, in_list, bool(counted(shown(payment)))} != {payment.counts}:
            wrong.append((applied, status))
    assert wrong == []


@pytest.mark.parametrize(
    ("status", "invoice_becomes"),
    whole_or(
        [(4, InvoiceStatus.OPEN), (2, InvoiceStatus.PARTIALLY_PAID)], [(2, InvoiceStatus.PARTIALLY_PAID)]
    ),
)
def test_an_invoice_stays_paid_by_what_the_store_says_something_unknown_of(
    controller, standing, receive, open_invoices, status, invoice_becomes
):
    (other,) = receive(1)
    standing(UNKNOWN, status)
    # Only the payments can tell now that some of it is paid.
    Invoice.objects.filter(pk=open_invoices[0].pk).update(open_balance=F("original_balance"))
    (effect,) = preview_deletion(controller, other)
    assert effect.then.status == invoice_becomes
