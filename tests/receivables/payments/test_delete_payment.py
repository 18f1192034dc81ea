"""Deleting a payment."""

import uuid
from decimal import Decimal

import pytest
import requests
from django.utils import timezone

from arportal.b2b import InvoiceStatus
from arportal.mirror.models import Invoice, Payment, Receipt, ReceiptLine
from arportal.receivables.changes import changes, state_machine
from arportal.receivables.changes.errors import Conflict, Invalid
from arportal.receivables.changes.verb import perform
from arportal.receivables.models import Change
from arportal.receivables.payments.delete_payment import DeletePayment, preview_deletion
from arportal.receivables.payments.payment_contents import shown
from arportal.stores.models import Membership
from tests.b2b import samples
from tests.cast import read_in
from tests.receivables.payments.few_payments import PAYMENT, FewPayments, contents, payment
from tests.verbs import set_status
from tests.whole import only_whole, whole_or

LookupOutcome, State = state_machine.LookupOutcome, Change.State
WHY = "recorded twice"


def is_at_store(sandbox, payment) -> bool:
    try:
        return bool(sandbox.get(f"/ip/payments/{payment.api_id}"))
    except requests.HTTPError:
        return False


@pytest.fixture
def ask(controller, split_payment):
    """Deletes the payment as it was shown at the beginning of the test."""
    seen = shown(split_payment)

    def ask(reason=WHY) -> Change:
        return perform(
            DeletePayment(
                actor=controller,
                change_id=uuid.uuid4(),
                payment_id=split_payment.api_id,
                seen=seen,
                reason=reason,
            )
        )

    return ask


def test_it_works(ask, controller, split_payment, open_invoices, sandbox):
    foretold = preview_deletion(controller, split_payment)
    assert [each.after for each in foretold] == [each.open_money for each in open_invoices[:2]]
    receipts = Receipt.objects.visible_to(controller).filter(payment_id=split_payment.api_id)
    lines = ReceiptLine.objects.visible_to(controller).filter(payment_id=split_payment.api_id)
    assert (receipts.count(), lines.count()) == (1, 2)
    change = ask()
    assert change.state == State.APPLIED
    assert (change.before["payer_name"], change.after) == ("Accounts payable", {})
    assert (change.amount, change.currency) == (3, split_payment.currency)
    assert change.payload["reason"] == WHY
    assert not is_at_store(sandbox, split_payment)
    split_payment.refresh_from_db()
    assert split_payment.gone_at is not None
    assert (receipts.count(), lines.count()) == (0, 0)
    check_foretold(foretold, sandbox)


def check_foretold(foretold, sandbox) -> None:
    for each in foretold:
        theirs = sandbox.get(f"/ip/invoices/{each.invoice.api_id}")
        assert Decimal(theirs["openBalance"]["value"]) == each.after.amount
        assert theirs["status"] == each.then.status
        assert Invoice.objects.get(pk=each.invoice.pk).open_money == each.after


@only_whole("test_it_works")
def test_what_another_system_has_lowered_stays_partly_paid(
    ask, controller, split_payment, open_invoices, sandbox
):
    """No other payment counts on it: only its open balance, below the original, tells that some of it is settled."""
    invoice = open_invoices[0]
    lowered = {"code": invoice.currency, "value": str(invoice.original_balance - 7)}
    sandbox.put(f"/ip/invoices/{invoice.api_id}", {"openBalance": lowered})
    read_in(controller.store, split_payment.api_id)
    foretold = {effect.invoice.api_id: effect for effect in preview_deletion(controller, split_payment)}
    effect = foretold[invoice.api_id]
    assert effect.after.amount == invoice.original_balance - 5
    assert effect.then.status == InvoiceStatus.PARTIALLY_PAID


@only_whole("receivables/payments/test_counts.py::test_page_list_and_verbs_agree")
def test_what_another_payment_counts_on_stays_partly_paid(
    ask, controller, split_payment, open_invoices, sandbox
):
    """Another system has raised its open balance, so that only the other payment tells."""
    invoice = open_invoices[0]
    body = {"customerId": str(invoice.company_id), "currency": invoice.currency, "details": {"memo": ""}}
    lines = [{"invoiceId": invoice.api_id, "amount": "5"}]
    other = sandbox.post("/ip/payments/offline", body | {"lineItems": lines})
    raised = {"code": invoice.currency, "value": str(invoice.original_balance + 100)}
    sandbox.put(f"/ip/invoices/{invoice.api_id}", {"openBalance": raised})
    read_in(controller.store, other["paymentId"])
    foretold = preview_deletion(controller, split_payment)[0]
    ask()
    assert sandbox.get(f"/ip/invoices/{invoice.api_id}")["status"] == foretold.then.status == 1


@only_whole("receivables/payments/test_counts.py::test_page_list_and_verbs_agree")
def test_a_refunded_payment_moves_nothing(controller, split_payment):
    set_status(controller, uuid.uuid4(), split_payment.api_id, 4)
    assert preview_deletion(controller, read_in(controller.store, split_payment.api_id)) == []


def test_what_is_refused(ask, split_payment, sandbox):
    for reason in ("", "  ", "x" * 501):
        with pytest.raises(Invalid) as invalid:
            ask(reason=reason)
        assert list(invalid.value.fields) == ["reason"]
    sandbox.put(f"/ip/payments/{split_payment.api_id}/processing-status", {"processingStatus": 3})
    with pytest.raises(Conflict):
        ask()
    assert is_at_store(sandbox, split_payment)
    sandbox.delete(f"/ip/payments/{split_payment.api_id}")
    with pytest.raises(Invalid, match="no longer has"):
        ask()
    assert not Change.objects.exists()


@pytest.fixture
def lost(ask, sandbox):
    """The deletion while its answer goes wrong in the given way."""

    def delete_while(kind: str) -> Change:
        sandbox.fault(kind, method="DELETE")
        change = ask()
        assert change.state == State.UNKNOWN
        return change

    return delete_while


@pytest.mark.parametrize("kind", whole_or(["html", "empty"], ["empty"]))
def test_gone_is_done(lost, kind, sandbox, split_payment):
    assert changes.resume(lost(kind), timezone.now()).state == State.APPLIED
    assert len(sandbox.writes()) == 1
    split_payment.refresh_from_db()
    assert split_payment.gone_at is not None


@pytest.mark.parametrize(
    ("at_the_store", "outcome"),
    [
        ([], LookupOutcome.DONE),
        ([payment()], LookupOutcome.NOT_DONE),
        ([payment(processingStatus=3)], LookupOutcome.OVERTAKEN),
    ],
)
def test_what_became_of_it(at_the_store, outcome):
    change = Change(target_id=PAYMENT, before=contents())
    assert DeletePayment.handler.look_up(FewPayments(*at_the_store), change).outcome == outcome


OTHER, THIRD = PAYMENT + 1, PAYMENT + 2


@pytest.mark.parametrize(
    ("others", "is_deleted"),
    [
        ([payment(id=OTHER), payment(id=THIRD)], True),
        ([payment(id=OTHER, processingStatus=3), payment(id=THIRD)], True),
        ([payment(id=OTHER, processingStatus=3)], False),
        ([], False),
    ],
)
def test_the_last_of_several_stays(others, is_deleted):
    """One at least of those that were to stay has to be there as it was."""
    kept = [{"payment_id": number, "contents": contents(id=number)} for number in (OTHER, THIRD)]
    change = Change(target_id=PAYMENT, before=contents(), after={"kept": kept})
    store = FewPayments(payment(), *others)
    if is_deleted:
        DeletePayment.handler.send(store, change)
        assert store.done == [("delete", PAYMENT)]
    else:
        with pytest.raises(Conflict, match="which was to stay"):
            DeletePayment.handler.send(store, change)
        assert store.done == []


def test_those_that_are_to_stay_are_written_down():
    row = Payment(raw=samples.payment(), company_id=31, total=Decimal("41.5"), currency="EUR")
    other = Payment(api_id=OTHER, raw=samples.payment(id=OTHER))
    form = DeletePayment(
        actor=Membership(),
        change_id=uuid.uuid4(),
        payment_id=PAYMENT,
        seen=contents(),
        reason=WHY,
        guard=lambda: [other],
    )
    form.check(row)
    assert form.draft(row).after == {"kept": [{"payment_id": OTHER, "contents": contents(id=OTHER)}]}


@only_whole("test_what_became_of_it")
def test_what_has_changed_since_is_not_deleted(lost, sandbox, split_payment):
    change = lost("drop_before")
    sandbox.put(f"/ip/payments/{split_payment.api_id}/processing-status", {"processingStatus": 3})
    changes.resume(change, timezone.now() + 2 * state_machine.QUARANTINE)
    assert change.state == State.REFUSED
    assert is_at_store(sandbox, split_payment)
