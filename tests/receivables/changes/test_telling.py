"""What activity tells of a Change is about its document, or about its company."""

import json
import uuid

from django.utils import timezone

from arportal.receivables.changes import changes, state_machine
from arportal.receivables.changes.telling import tell_settled, verbs_about
from arportal.receivables.models import Change, WebhookEvent, WebhookKind
from arportal.receivables.webhooks.subscriptions import Wanted, make_webhook
from arportal.stores.models import Activity
from tests.receivables.asking import ask

About, Verb = Activity.About, Change.Verb


def told(change: Change) -> list[tuple[str, int | None]]:
    rows = Activity.objects.filter(change_id=change.pk).order_by("pk")
    return [(row.about, row.about_id) for row in rows]


def withdrawn(change: Change) -> Change:
    record = changes.EventRecord(state_machine.Cancelled(timezone.now()), words="taken back")
    return changes.apply_event(change, record)


def test_it_works(clerk):
    """The target is a payment, an order, a person who buys, a customer whose orders are given to their company."""
    abouts = {
        Verb.EDIT_PAYMENT: (About.PAYMENT, 31),
        Verb.DELETE_RECEIPT: (About.RECEIPT, 31),
        Verb.WRITE_OFF: (About.INVOICE, 31),
        Verb.RECORD_ORDER: (About.ORDER, 31),
        Verb.SET_TERMS: (About.COMPANY, 7),
        Verb.EDIT_BUYER: (About.COMPANY, 7),
        Verb.CONVERT_ORDERS: (About.COMPANY, 7),
        Verb.REASSIGN_ORDERS: (About.COMPANY, 7),
    }
    rows = {
        verb: told(withdrawn(ask(clerk, uuid.uuid4(), verb, company_id=7, target_id=31))) for verb in abouts
    }
    assert rows == {verb: [about, about] for verb, about in abouts.items()}
    for verb, (about, _about_id) in abouts.items():
        assert [kind for kind in About if verb in verbs_about(kind)] == [about]
    # Who sees the company may see them.
    assert set(Activity.objects.exclude(change_id=None).values_list("company_id", flat=True)) == {7}


def test_what_is_new_has_its_number_once_it_is_there(clerk, admin):
    wanted = Wanted(name="ERP", url="https://erp.example.com/", kinds=[WebhookKind.CHANGE])
    make_webhook(admin, uuid.uuid4(), wanted)
    rows = {}
    for verb in (Verb.CREATE_INVOICE, Verb.ADD_BUYER):
        change = ask(clerk, uuid.uuid4(), verb, company_id=7)
        tell_settled(change, {"state": Change.State.APPLIED, "target_id": 31})
        rows[verb] = told(change)
    assert rows == {
        Verb.CREATE_INVOICE: [(About.INVOICE, None), (About.INVOICE, 31)],
        Verb.ADD_BUYER: [(About.COMPANY, 7), (About.COMPANY, 7)],
    }
    sent = [json.loads(event.body)["data"] for event in WebhookEvent.objects.order_by("at")]
    assert [(data["verb"], data["state"], data["target_id"]) for data in sent] == [
        (verb, Change.State.APPLIED, 31) for verb in rows
    ]


def test_the_outcome_is_told_once_and_by_who_wrote_it_down(clerk, monkeypatch):
    monkeypatch.setattr(changes.handlers[Verb.WRITE_OFF], "read_back", lambda change: None)
    change, now = ask(clerk, uuid.uuid4(), Verb.WRITE_OFF, company_id=7, target_id=31), timezone.now()
    Change.objects.update(state=Change.State.SENT, attempts=1, sent_at=now)
    change.refresh_from_db()
    overtaken = Change.objects.get()
    done = state_machine.LookedUp(now, put=now, outcome=state_machine.LookupOutcome.DONE)
    outcomes = []
    for copy, event in (
        (change, state_machine.OutcomeUnknown(now)),
        (overtaken, state_machine.Rejected(now)),
        (change, done),
    ):
        changes.apply_event(copy, changes.EventRecord(event))
        outcomes.append(
            list(Activity.objects.filter(kind=Activity.Kind.OUTCOME).values_list("words", flat=True))
        )
    assert outcomes == [[], [], ["Done"]]
    assert change.mirrored_at is not None  # That is written down as well, and is no news.
