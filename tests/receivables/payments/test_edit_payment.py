"""Editing an offline payment."""

import datetime as dt
import uuid
from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from arportal.b2b import ProcessingStatus
from arportal.mirror.models import Invoice, Payment, PaymentLine, ReceiptLine, RequestBudget
from arportal.receivables.allocation.allocations import Allocation, open_amounts
from arportal.receivables.changes import changes, state_machine
from arportal.receivables.changes.approvals import approve
from arportal.receivables.changes.errors import Conflict, Invalid
from arportal.receivables.changes.verb import perform
from arportal.receivables.models import Change, PaymentRecord
from arportal.receivables.payments import edit_payment
from arportal.receivables.payments.allocation_limits import allocation_limits
from arportal.receivables.payments.edit_payment import EditPayment, check_edit, preview_edit, record_of
from arportal.receivables.payments.edits import Edit
from arportal.receivables.payments.payment_contents import line, shown
from arportal.receivables.payments.record_payment import OfflinePayment
from arportal.stores.models import Store
from tests.cast import read_in
from tests.receivables.asking import ask
from tests.receivables.payments.few_payments import PAYMENT, FewPayments, contents
from tests.receivables.payments.few_payments import payment as at_the_store
from tests.verbs import record_payment, set_status
from tests.whole import only_whole, whole_or

LookupOutcome, State, Verb = state_machine.LookupOutcome, Change.State, Change.Verb


@pytest.fixture
def asked(split_payment, open_invoices) -> Edit:
    """All 3 to the second invoice, another payer and memo."""
    return Edit(
        seen=shown(split_payment),
        payer_name="Treasury",
        memo="one invoice only",
        allocations=(Allocation(open_invoices[1].api_id, Decimal(3)),),
    )


def edit(actor, change_id, payment_id, wanted, *, accept_overpayment=False) -> Change:
    return perform(
        EditPayment(
            actor=actor,
            change_id=change_id,
            payment_id=payment_id,
            wanted=wanted,
            accept_overpayment=accept_overpayment,
        )
    )


def as_it_is(invoices) -> tuple[Allocation, ...]:
    """What the payment holds already."""
    return (Allocation(invoices[0].api_id, Decimal(2)), Allocation(invoices[1].api_id, Decimal(1)))


def balances(sandbox, invoices) -> list[Decimal]:
    return [Decimal(sandbox.get(f"/ip/invoices/{each.api_id}")["openBalance"]["value"]) for each in invoices]


def refused(actor, payment, asked, sandbox) -> dict[str, list[str]]:
    with pytest.raises(Invalid) as invalid:
        edit(actor, uuid.uuid4(), payment.api_id, asked)
    assert not Change.objects.exists()
    assert sandbox.writes() == []
    return invalid.value.fields


def test_it_works(controller, split_payment, asked, open_invoices, sandbox):
    # What it paid can be paid by it again.
    limit = allocation_limits(controller, split_payment, shown(split_payment))[open_invoices[0].api_id]
    assert (limit.has.amount, limit.left.amount) == (2, open_invoices[0].open_balance)
    foretold = preview_edit(controller, split_payment, asked).effects
    with CaptureQueriesContext(connection) as queries:
        change = edit(controller, uuid.uuid4(), split_payment.api_id, asked)
    assert change.state == State.APPLIED
    theirs = sandbox.get(f"/ip/payments/{split_payment.api_id}")
    assert (theirs["payerName"], theirs["details"]["memo"]) == ("Treasury", "one invoice only")
    assert [(line["invoiceId"], line["amount"]["value"]) for line in theirs["lineItems"]] == [
        (open_invoices[1].api_id, "3.0000")
    ]
    assert (theirs["processingStatus"], theirs["externalId"]) == (2, None)
    check_foretold(foretold, sandbox, open_invoices)
    # What is open is read once.
    on_the_way = 'SELECT "receivables_change"."payload"'
    assert len([query for query in queries if query["sql"].startswith(on_the_way)]) == 1
    check_kept(change, split_payment, open_invoices)


def check_kept(change, payment, invoices) -> None:
    """Before and after in the change; in the mirror what it touched, read back."""
    was = [line(invoices[0].api_id, Decimal(2)), line(invoices[1].api_id, Decimal(1))]
    assert (change.before["memo"], change.before["lines"]) == ("by hand", was)
    assert change.after["memo"] == "one invoice only"
    assert (change.amount, change.currency) == (Decimal(2), payment.currency)
    paid = PaymentLine.objects.get(store=change.store, payment_id=payment.api_id)
    receipt_line = ReceiptLine.objects.get(store=change.store, payment_id=payment.api_id, gone_at=None)
    assert (paid.amount, receipt_line.amount, receipt_line.invoice_id) == (3, 3, paid.invoice_id)


def check_foretold(foretold, sandbox, invoices) -> None:
    """Of the store's balances and statuses, and of those in the mirror."""
    assert [each.after.amount for each in foretold] == balances(sandbox, invoices[:2])
    became = Invoice.objects.by_api_id(each.invoice.api_id for each in foretold)
    assert [became[each.invoice.api_id].status for each in foretold] == [
        each.then.status for each in foretold
    ]
    assert [became[each.invoice.api_id].open_balance for each in foretold] == balances(sandbox, invoices[:2])


@only_whole("receivables/payments/test_previews.py::test_the_status_an_invoice_will_have")
def test_an_invoice_it_still_pays_stays_partly_paid(controller, split_payment, asked, open_invoices, sandbox):
    """Another system has raised its open balance, so that only the payment itself tells."""
    invoice = open_invoices[1]
    raised = {"code": invoice.currency, "value": str(invoice.original_balance + 100)}
    sandbox.put(f"/ip/invoices/{invoice.api_id}", {"openBalance": raised})
    less = (Allocation(open_invoices[0].api_id, Decimal(2)), Allocation(invoice.api_id, Decimal("0.5")))
    asked = replace(asked, seen=_now(controller, split_payment), allocations=less)
    (foretold,) = preview_edit(controller, split_payment, asked).effects
    edit(controller, uuid.uuid4(), split_payment.api_id, asked)
    assert sandbox.get(f"/ip/invoices/{invoice.api_id}")["status"] == foretold.then.status == 1


@only_whole("test_it_works")
def test_a_line_that_stays_is_sent_as_it_was(controller, split_payment, asked, open_invoices, sandbox):
    same = as_it_is(open_invoices)
    change = edit(controller, uuid.uuid4(), split_payment.api_id, replace(asked, allocations=same))
    assert change.after["lines"] == change.before["lines"]
    assert change.amount is None


@pytest.mark.parametrize(
    ("now", "outcome"),
    [
        ({"details": {"memo": "right"}}, LookupOutcome.DONE),
        ({"details": {"memo": "right"}, "processingStatus": 3}, LookupOutcome.DONE),
        ({}, LookupOutcome.NOT_DONE),
        ({"processingStatus": 3}, LookupOutcome.NOT_DONE),
        ({"details": {"memo": "by another system"}}, LookupOutcome.OVERTAKEN),
        ({"payerName": "somebody else"}, LookupOutcome.OVERTAKEN),
    ],
)
def test_what_became_of_it(now, outcome):
    before = contents()
    change = Change(target_id=PAYMENT, before=before, after=before | {"memo": "right"})
    store = FewPayments(at_the_store(**now))
    assert EditPayment.handler.look_up(store, change).outcome == outcome


@only_whole("receivables/payments/test_edit_records.py::test_how_it_arrived_is_kept_beside_the_change")
def test_how_it_arrived_is_kept_here(controller, split_payment, asked):
    arrived = replace(asked, reference="CHQ 77", method="cheque", received_on=dt.date(2026, 11, 19))
    edit(controller, uuid.uuid4(), split_payment.api_id, arrived)
    later = replace(arrived, seen=_now(controller, split_payment), reference="CHQ 78")
    with pytest.raises(Invalid, match="Enter the value date"):  # It is not forgotten again.
        edit(controller, uuid.uuid4(), split_payment.api_id, replace(asked, seen=later.seen, memo="again"))
    edit(controller, uuid.uuid4(), split_payment.api_id, later)
    record = record_of(controller, split_payment.api_id)
    assert (record.reference, record.method, record.received_on) == (
        "CHQ 78",
        "cheque",
        dt.date(2026, 11, 19),
    )


@only_whole(
    "receivables/payments/test_edit_records.py::test_the_latest_edit_is_written_over_what_was_noted_at_recording"
)
def test_what_was_noted_at_recording_follows(controller, open_invoices):
    invoice = open_invoices[0]
    cheque = OfflinePayment(
        **{"company_id": invoice.company_id, "currency": invoice.currency, "payer_name": "Treasury"},
        **{"reference": "CHQ 1", "received_on": dt.date(2026, 11, 2), "memo": ""},
        allocations=(Allocation(invoice.api_id, Decimal(1)),),
    )
    made = record_payment(controller, uuid.uuid4(), cheque)
    payment = read_in(controller.store, made.target_id)
    right = Edit(
        **{"seen": shown(payment), "payer_name": "Treasury", "memo": payment.memo, "reference": "CHQ 7"},
        **{"allocations": cheque.allocations, "received_on": cheque.received_on},
    )
    change = edit(controller, uuid.uuid4(), payment.api_id, right)
    assert PaymentRecord.objects.get(change=made).reference == "CHQ 7"
    assert (change.before["reference"], change.after["reference"]) == ("CHQ 1", "CHQ 7")


def _now(actor, payment):
    return shown(read_in(actor.store, payment.api_id))


@only_whole("receivables/payments/test_counts.py::test_page_list_and_verbs_agree")
def test_a_payment_that_counts_nowhere_moves_no_balance(controller, split_payment, asked, sandbox):
    set_status(controller, uuid.uuid4(), split_payment.api_id, 4)
    seen = _now(controller, split_payment)
    payment = Payment.objects.get(pk=split_payment.pk)
    assert preview_edit(controller, payment, replace(asked, seen=seen)).effects == []


@only_whole("receivables/payments/test_previews.py::test_counting_in_another_status")
def test_a_completed_payment_taken_off_balances_counts_again(
    controller, split_payment, asked, open_invoices, sandbox
):
    sandbox.control("PUT", "quirks", {"apply_on": "completed"})
    sandbox.put(f"/ip/payments/{split_payment.api_id}/processing-status", {"processingStatus": 3})
    sandbox.post(f"/ip/payments/{split_payment.api_id}/operations", {"operationCode": 1})
    asked = replace(asked, seen=_now(controller, split_payment), allocations=as_it_is(open_invoices))
    foretold = preview_edit(controller, Payment.objects.get(pk=split_payment.pk), asked).effects
    edit(controller, uuid.uuid4(), split_payment.api_id, asked)
    assert [each.after.amount for each in foretold] == balances(sandbox, open_invoices[:2])


def test_a_lost_update_is_refused_with_both_versions(controller, split_payment, asked, sandbox):
    sandbox.put(f"/ip/payments/{split_payment.api_id}/processing-status", {"processingStatus": 3})
    with pytest.raises(Conflict) as changed:
        edit(controller, uuid.uuid4(), split_payment.api_id, asked)
    assert (changed.value.seen["status"], changed.value.now["status"]) == (2, 3)
    assert not Change.objects.exists()


def test_changed_between_asking_and_sending(controller, split_payment, asked, sandbox, monkeypatch):
    look, looks = changes.handlers[Change.Verb.EDIT_PAYMENT].send, []

    def somebody_is_faster(client, change):
        sandbox.put(f"/ip/payments/{split_payment.api_id}/processing-status", {"processingStatus": 3})
        looks.append(change)
        return look(client, change)

    monkeypatch.setattr(changes.handlers[Change.Verb.EDIT_PAYMENT], "send", somebody_is_faster)
    change = edit(controller, uuid.uuid4(), split_payment.api_id, asked)
    assert (change.state, len(looks)) == (State.REFUSED, 1)
    assert "changed at the store" in change.error
    assert sandbox.get(f"/ip/payments/{split_payment.api_id}")["details"]["memo"] == "by hand"


def test_more_than_is_open_where_the_store_allows_it(
    controller, split_payment, asked, open_invoices, sandbox
):
    Store.objects.update(allow_overpayment=True)
    controller.store.refresh_from_db()
    invoice = open_invoices[1]
    too_much = replace(asked, allocations=(Allocation(invoice.api_id, invoice.open_balance + 1),))
    assert "Tick the box" in refused(controller, split_payment, too_much, sandbox)["overpayment"][0]
    edit(controller, uuid.uuid4(), split_payment.api_id, too_much, accept_overpayment=True)
    assert Invoice.objects.get(pk=invoice.pk).open_balance == -1


def test_what_cannot_be(controller, split_payment, asked, open_invoices, sandbox):
    second = open_invoices[1]
    foreign = Invoice.objects.outstanding().exclude(company_id=split_payment.company_id)[0]
    as_seen = {"payer_name": "Accounts payable", "memo": "by hand", "allocations": as_it_is(open_invoices)}
    Store.objects.update(closed_until=dt.date(2026, 10, 31))

    def to(invoice_id: int, amount: str | Decimal) -> dict:
        return {"allocations": (Allocation(invoice_id, Decimal(amount)),)}

    cases = [
        ({"allocations": ()}, "", "at least one invoice"),
        ({"payer_name": ""}, "payer_name", "Enter the payer"),
        ({"received_on": dt.date(2090, 1, 1)}, "received_on", "is in the future"),
        ({"received_on": dt.date(2026, 10, 31)}, "received_on", "The books are closed"),
        ({"reference": "CHQ 5"}, "received_on", "Enter the value date"),
        ({"method": "cheque"}, "received_on", "Enter the value date"),
        (as_seen, "", "Nothing is changed"),
        (to(987_654, "1"), "amount-987654", "no such open invoice"),
        (to(foreign.api_id, "1"), f"amount-{foreign.api_id}", "no such open invoice"),
        (to(second.api_id, second.open_balance + 1), f"amount-{second.api_id}", "Only"),
        (to(second.api_id, "0"), f"amount-{second.api_id}", "above zero"),
        (to(second.api_id, "-1"), f"amount-{second.api_id}", "above zero"),
        (to(second.api_id, "0.00001"), f"amount-{second.api_id}", "decimals"),
    ]
    wrong = []
    for form, field, words in cases:
        with pytest.raises(Invalid) as invalid:
            preview_edit(controller, split_payment, replace(asked, **form))
        if words not in invalid.value.fields.get(field, [""])[0]:
            wrong.append((form, invalid.value.fields))
    assert wrong == []
    # Nor is it sent.
    assert refused(controller, split_payment, replace(asked, payer_name=""), sandbox)


@pytest.mark.parametrize("whose", ["taken_for", "is_of_line"])
def test_the_total_stays_of_what_is_on_account_or_on_a_bank_statement(
    whose, controller, split_payment, asked, open_invoices, monkeypatch
):
    monkeypatch.setattr(edit_payment, whose, lambda _store, payment_id: payment_id == split_payment.api_id)
    check_edit(controller, split_payment, asked)
    for amount in ("2", "4"):
        other = replace(asked, allocations=(Allocation(open_invoices[1].api_id, Decimal(amount)),))
        with pytest.raises(Invalid, match="its total stays"):
            check_edit(controller, split_payment, other)


def test_the_status_it_may_have(controller, split_payment, asked):
    for status in list(ProcessingStatus)[1:]:
        split_payment.processing_status = status
        check_edit(controller, split_payment, asked)
    for status in (ProcessingStatus.INCOMPLETE, 17):
        split_payment.processing_status = status
        with pytest.raises(Invalid, match="in this status"):
            check_edit(controller, split_payment, asked)


def test_nothing_is_foretold_while_another_change_of_it_is_under_way(controller, split_payment, asked):
    moving = {"company_id": split_payment.company_id, "target_id": split_payment.api_id}
    ask(controller, uuid.uuid4(), Change.Verb.SET_PAYMENT_STATUS, **moving)
    with pytest.raises(Invalid, match="waits to be sent"):
        preview_edit(controller, split_payment, asked)


def test_what_is_not_there_to_be_edited(controller, split_payment, asked, open_invoices, sandbox):
    """An invoice that the store has deleted, a payment that no staff recorded, a payment that cannot be read."""
    paid = open_invoices[0]
    Invoice.objects.filter(pk=paid.pk).update(gone_at=timezone.now())
    gone = replace(asked, allocations=(*asked.allocations, Allocation(paid.api_id, Decimal(2))))
    reasons = refused(controller, split_payment, gone, sandbox)
    assert "no longer has" in reasons[f"amount-{paid.api_id}"][0]

    online = Payment.objects.visible_to(controller).exclude(module_name="payments_offline")[0]
    theirs = replace(asked, seen=shown(online))
    assert "staff recorded" in refused(controller, online, theirs, sandbox)[""][0]

    unreadable = [("500", "cannot be reached"), ("429", "busy"), ("401", "token")]
    for kind, words in whole_or(unreadable, unreadable[:1]):
        RequestBudget.objects.all().delete()
        sandbox.control("DELETE", "faults")
        sandbox.fault(kind, method="GET", count=20)
        assert words in refused(controller, split_payment, asked, sandbox)[""][0]


def test_an_edit_under_way_takes_up_room(lost, controller, open_invoices):
    lost("drop_before")
    invoice = open_invoices[1]
    left = open_amounts(controller, [Invoice.objects.get(pk=invoice.pk)])
    assert left[invoice.api_id] == invoice.open_balance - 1 - 2


@only_whole("test_changed_between_asking_and_sending")
def test_the_store_refuses(controller, split_payment, asked, sandbox):
    sandbox.control("PUT", "quirks", {"reject_overpayment": "on"})
    sandbox.fault("body_422", method="PUT")
    change = edit(controller, uuid.uuid4(), split_payment.api_id, asked)
    assert change.state == State.REFUSED
    assert "The store refused" in change.error


@pytest.fixture
def lost(controller, split_payment, asked, sandbox):
    """The edit while its answer goes wrong in the given way."""

    def edit_while(kind: str) -> Change:
        sandbox.fault(kind, method="PUT")
        change = edit(controller, uuid.uuid4(), split_payment.api_id, asked)
        assert change.state == State.UNKNOWN
        return change

    return edit_while


@only_whole("receivables/test_every_verb.py::test_a_lost_answer_is_found_and_until_then_nobody_else_goes_on")
def test_an_answer_that_cannot_be_used_is_looked_up(controller, split_payment, asked, sandbox, open_invoices):
    for kind in ("html", "truncated", "no_id"):
        sandbox.fault(kind, method="PUT")
        wanted = replace(asked, seen=_now(controller, split_payment), memo=kind)
        change = edit(controller, uuid.uuid4(), split_payment.api_id, wanted)
        assert change.state == State.UNKNOWN
        assert changes.resume(change, timezone.now()).state == State.APPLIED
        assert sandbox.get(f"/ip/payments/{split_payment.api_id}")["details"]["memo"] == kind
    assert len(sandbox.writes()) == 3
    assert Invoice.objects.get(pk=open_invoices[0].pk).open_balance == open_invoices[0].open_balance


@only_whole("test_what_became_of_it")
def test_a_newer_state_of_the_store_is_not_undone(lost, sandbox, split_payment):
    change = lost("drop_before")
    _rewrite(sandbox, split_payment, memo="by another system")
    changes.resume(change, timezone.now() + 2 * state_machine.QUARANTINE)
    assert change.state == State.REFUSED
    assert sandbox.get(f"/ip/payments/{split_payment.api_id}")["details"]["memo"] == "by another system"


@only_whole("test_what_became_of_it")
def test_done_and_moved_on_since_is_done(lost, sandbox, split_payment):
    change = lost("drop_after")
    sandbox.put(f"/ip/payments/{split_payment.api_id}/processing-status", {"processingStatus": 3})
    assert changes.resume(change, timezone.now()).state == State.APPLIED


@only_whole("test_it_works")
def test_deleted_meanwhile_ends_the_waiting(lost, sandbox, split_payment):
    change = lost("drop_after")
    sandbox.delete(f"/ip/payments/{split_payment.api_id}")
    assert changes.resume(change, timezone.now() + 2 * state_machine.QUARANTINE).state == State.REFUSED


def test_above_the_limit_it_is_done_once_approved(controller, admin, split_payment, asked, sandbox):
    change = waiting(controller, split_payment, asked, limit="1.99")
    assert (change.state, sandbox.writes()) == (State.WAITING, [])
    assert approve(admin, change.pk).state == State.APPLIED
    assert sandbox.get(f"/ip/payments/{split_payment.api_id}")["details"]["memo"] == "one invoice only"


def test_what_was_open_when_asked_for_is_looked_at_again(
    controller, admin, split_payment, asked, sandbox, open_invoices
):
    invoice = open_invoices[1]
    change = waiting(controller, split_payment, asked)
    money = {"code": invoice.currency, "value": "1"}
    sandbox.put(f"/ip/invoices/{invoice.api_id}", {"openBalance": money})
    assert approve(admin, change.pk).state == State.REFUSED
    change.refresh_from_db()
    assert "Less is open now" in change.error


@only_whole("test_above_the_limit_it_is_done_once_approved")
def test_less_is_open_when_it_is_approved_but_enough(
    controller, admin, split_payment, asked, sandbox, open_invoices
):
    invoice = open_invoices[1]
    change = waiting(controller, split_payment, asked)
    sandbox.put(f"/ip/invoices/{invoice.api_id}", {"openBalance": {"code": invoice.currency, "value": "2.5"}})
    assert approve(admin, change.pk).state == State.APPLIED


@only_whole("test_above_the_limit_it_is_done_once_approved")
def test_more_than_is_open_that_was_wanted_is_sent_once_approved(
    controller, admin, split_payment, asked, open_invoices
):
    """Nothing has changed since it was asked for."""
    invoice = open_invoices[1]
    too_much = replace(asked, allocations=(Allocation(invoice.api_id, invoice.open_balance + 2),))
    Store.objects.update(allow_overpayment=True, approval_limits={invoice.currency: "1"})
    controller.store.refresh_from_db()
    change = edit(controller, uuid.uuid4(), split_payment.api_id, too_much, accept_overpayment=True)
    assert change.state == State.WAITING
    assert approve(admin, change.pk).state == State.APPLIED


@only_whole("test_above_the_limit_it_is_done_once_approved")
def test_an_invoice_that_is_gone_when_it_is_approved(
    controller, admin, split_payment, asked, open_invoices, sandbox
):
    invoice = open_invoices[1]
    change = waiting(controller, split_payment, asked)
    sandbox.delete(f"/ip/invoices/{invoice.api_id}")
    Invoice.objects.filter(api_id=invoice.api_id).update(gone_at=timezone.now())
    before = len(sandbox.writes())
    change = approve(admin, change.pk)
    assert change.state == State.REFUSED
    assert "Less is open now" in change.error
    assert len(sandbox.writes()) == before


def waiting(actor, payment, asked, limit="1") -> Change:
    Store.objects.update(approval_limits={payment.currency: limit})
    actor.store.refresh_from_db()
    return edit(actor, uuid.uuid4(), payment.api_id, asked)


@only_whole("test_above_the_limit_it_is_done_once_approved")
def test_words_alone_need_no_second_person(controller, split_payment, asked, open_invoices):
    Store.objects.update(approval_limits={split_payment.currency: "1"})
    controller.store.refresh_from_db()
    lines = as_it_is(open_invoices)
    words = replace(asked, allocations=lines)
    assert edit(controller, uuid.uuid4(), split_payment.api_id, words).state == State.APPLIED


def _rewrite(sandbox, payment, memo):
    theirs = sandbox.get(f"/ip/payments/{payment.api_id}")
    lines = [
        {"invoiceId": each["invoiceId"], "amount": each["amount"]["value"]} for each in theirs["lineItems"]
    ]
    body = {"customerId": theirs["customerId"], "currency": payment.currency, "lineItems": lines}
    sandbox.put(f"/ip/payments/offline/{payment.api_id}", body | {"details": {"memo": memo}})
