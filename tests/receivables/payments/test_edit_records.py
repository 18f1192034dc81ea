"""How a payment arrived, as edits of it say: kept beside each, and written over what was noted at recording."""

import datetime as dt
import uuid

import pytest

from arportal.receivables.models import Change, PaymentRecord
from arportal.receivables.payments import edit_payment
from arportal.receivables.payments.edit_payment import EditPayment, record_of
from arportal.receivables.payments.edits import Edit
from arportal.stores.models import Store
from tests.receivables.payments.few_payments import PAYMENT

State, Verb = Change.State, Change.Verb
NOTED_ON, CORRECTED_ON = dt.date(2026, 11, 2), dt.date(2026, 11, 3)


@pytest.fixture
def noted(controller):
    """Writes down a change of a payment, and how that arrived, as of so many minutes after noon."""

    def noted(
        verb: Change.Verb, *, minute: int, reference: str | None, target_id: int = PAYMENT, **about
    ) -> PaymentRecord:
        change = Change.objects.create(
            **{"id": uuid.uuid4(), "store": controller.store, "actor": controller, "company_id": 31}
            | {"verb": verb, "target_id": target_id, "state": State.APPLIED}
            | {"asked_at": dt.datetime(2026, 11, 20, 12, minute, tzinfo=dt.UTC)}
            | about
        )
        record = PaymentRecord(change=change, reference=reference or "", received_on=NOTED_ON)
        if reference is not None:
            record.save()
        return record

    return noted


@pytest.fixture
def history(noted) -> list[PaymentRecord]:
    """A recording, two edits of it, and what is not theirs: refused, of another payment, of another store."""
    elsewhere = Store.objects.create(slug="other", name="Other", store_hash="other")
    made = [
        noted(Verb.RECORD_PAYMENT, minute=0, reference="recorded"),
        noted(Verb.EDIT_PAYMENT, minute=1, reference="first edit"),
        noted(Verb.EDIT_PAYMENT, minute=2, reference="second edit"),
        noted(Verb.EDIT_PAYMENT, minute=3, reference="refused", state=State.REFUSED),
        noted(Verb.RECORD_PAYMENT, minute=0, reference="recorded elsewhere", store=elsewhere),
        noted(Verb.EDIT_PAYMENT, minute=4, reference="elsewhere", store=elsewhere),
        noted(Verb.RECORD_PAYMENT, minute=0, reference="another recorded", target_id=PAYMENT + 1),
        noted(Verb.EDIT_PAYMENT, minute=5, reference="another", target_id=PAYMENT + 1),
    ]
    latest = PaymentRecord.objects.filter(pk=made[2].pk)
    latest.update(method=PaymentRecord.Method.CASH, received_on=CORRECTED_ON)
    return made


def test_how_it_arrived_is_kept_beside_the_change(noted, controller):
    """The form's answer, where it says when: else nothing is kept."""
    arrived = {"reference": "CHQ 77", "method": "cheque", "received_on": dt.date(2026, 11, 19)}
    for kept in (arrived, {}):
        wanted = Edit(seen={}, payer_name="Treasury", memo="", allocations=(), **kept)
        change = noted(Verb.EDIT_PAYMENT, minute=0, reference=None).change
        form = EditPayment(actor=controller, change_id=change.pk, payment_id=PAYMENT, wanted=wanted)
        form.asked(change)
        records = PaymentRecord.objects.filter(change=change)
        assert list(records.values("reference", "method", "received_on")) == ([kept] if kept else [])


def test_the_latest_edit_says_how_a_payment_arrived(history, controller):
    assert record_of(controller, PAYMENT) == history[2]
    assert record_of(controller, PAYMENT + 2) is None
    as_json = {"reference": "second edit", "method": "cash", "received_on": "2026-11-03"}
    assert edit_payment.noted(controller, PAYMENT) == as_json
    assert edit_payment.noted(controller, PAYMENT + 2) == {}


def test_the_latest_edit_is_written_over_what_was_noted_at_recording(history, monkeypatch):
    monkeypatch.setattr(edit_payment, "read_back", lambda _change: None)
    before = {each.pk: each.reference for each in history}
    EditPayment.handler.read_back(history[2].change)
    recording = PaymentRecord.objects.get(pk=history[0].pk)
    now = (recording.reference, recording.method, recording.received_on)
    assert now == ("second edit", PaymentRecord.Method.CASH, CORRECTED_ON)
    # All others are as they were.
    others = PaymentRecord.objects.exclude(pk=recording.pk).values_list("pk", "reference")
    assert dict(others) == {pk: reference for pk, reference in before.items() if pk != recording.pk}
