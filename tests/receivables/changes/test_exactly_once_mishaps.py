"""What can go wrong on our own side between asking for a Change and writing down what became of it."""

import datetime as dt
import uuid
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from arportal.b2b import OfflineLine
from arportal.b2b.errors import InvalidRequest, RateLimited, Refused, Unauthorized, Unavailable
from arportal.mirror.models import Payment
from arportal.mirror.rate_limit.budget import SharedPacer
from arportal.receivables import tasks
from arportal.receivables.changes import changes, deferring, state_machine
from arportal.receivables.changes.errors import Conflict, Invalid, in_words
from arportal.receivables.changes.execution import HalfDone
from arportal.receivables.models import Change
from tests.receivables import asking
from tests.receivables.changes.cuts import cut_my_connection
from tests.receivables.changes.locks import waits

State = Change.State
VERB = Change.Verb.RECORD_PAYMENT


@pytest.fixture
def ask(clerk, open_invoices):
    """Asks for a payment of 1 to the first open invoice; nothing is sent yet."""
    invoice = open_invoices[0]

    def ask(change_id: uuid.UUID | None = None) -> Change:
        payload = {
            **{"currency": invoice.currency, "payer_name": "Payer", "reference": "CHQ 7", "memo": ""},
            **{"lines": [{"invoice_id": invoice.api_id, "amount": "1"}], "status": 1},
        }
        content = {"company_id": invoice.company_id, "payload": payload}
        return asking.ask(clerk, change_id or uuid.uuid4(), VERB, **content)

    return ask


@pytest.fixture
def handler(monkeypatch):
    """The handler of recordings, in which a test may replace what it likes."""

    def replace(name, function):
        original = getattr(changes.handlers[VERB], name)
        monkeypatch.setattr(changes.handlers[VERB], name, lambda *given: function(*given, original))

    return replace


@pytest.fixture
def while_it_waits(monkeypatch):
    """What happens while a request waits for its turn."""

    def meanwhile(happens):
        before = SharedPacer.before

        def waits(self, method, path):
            before(self, method, path)
            if method != "GET":
                happens()

        monkeypatch.setattr(SharedPacer, "before", waits)

    return meanwhile


def logged(caplog, change) -> list[BaseException]:
    """What the log holds, for whoever runs this, about the Change."""
    return [each.exc_info[1] for each in caplog.records if str(change.pk) in each.message and each.exc_info]


def test_it_works(ask, handler, sandbox):
    change = ask()

    def is_locked() -> bool:
        return waits(lambda: changes.lock_company(change.store_id, change.company_id))

    locked = []
    handler("read_back", lambda change, read_back: locked.append(is_locked()) or read_back(change))
    change = changes.execute(change)
    # Once it counts in the mirror alone: nobody reads a balance there in between.
    assert (locked, is_locked()) == ([False], True)
    assert (change.state, change.attempts) == (State.APPLIED, 1)
    assert change.asked_at <= change.sent_at <= change.settled_at <= change.mirrored_at


def test_a_process_that_stood_still_sends_nothing(ask, while_it_waits, sandbox):
    while_it_waits(lambda: Change.objects.update(sent_at=timezone.now() - state_machine.SEND_DEADLINE))
    change = changes.execute(ask())
    assert (change.state, sandbox.writes()) == (State.REFUSED, [])
    assert "Nothing was changed" in change.error


def test_a_process_that_was_frozen_with_its_clock_sends_nothing(ask, while_it_waits, sandbox, monkeypatch):
    while_it_waits(lambda: monkeypatch.setattr(state_machine, "SEND_DEADLINE", dt.timedelta()))
    assert changes.execute(ask()).state == State.REFUSED
    assert sandbox.writes() == []


@pytest.mark.parametrize("became", [{"attempts": 2}, {"state": State.APPLIED}, {"state": State.UNKNOWN}])
def test_who_was_overtaken_while_waiting_sends_nothing(ask, while_it_waits, sandbox, became):
    others = ask().pk
    Change.objects.update(state=State.SENT, attempts=1, sent_at=timezone.now())
    while_it_waits(lambda: Change.objects.exclude(pk=others).update(**became))
    change = changes.execute(ask())
    assert sandbox.writes() == []
    assert {name: getattr(change, name) for name in became} == became


@pytest.mark.parametrize("fault", [KeyError("a fault of ours"), HalfDone()])
def test_a_fault_of_ours_after_it_was_sent(ask, handler, sandbox, caplog, fault):
    def fails(client, change, send):
        send(client, change)
        raise fault

    handler("send", fails)
    change = changes.execute(ask())
    assert (change.state, len(sandbox.writes())) == (State.UNKNOWN, 1)
    assert logged(caplog, change) == [fault]
    assert changes.resume(change, timezone.now()).state == State.APPLIED


def test_a_fault_of_ours_while_reading_back(ask, handler, sandbox, caplog):
    fault = KeyError("a fault of ours")

    def fails(change, mirror):
        raise fault

    handler("read_back", fails)
    change = changes.execute(ask())
    assert (change.state, change.mirrored_at) == (State.APPLIED, None)
    assert logged(caplog, change) == [fault]


def test_an_answer_that_may_mean_that_it_was_done(ask, handler):
    def refuse(client, change, send):
        raise Refused("hm", status=status)

    handler("send", refuse)
    for status in (402, 405, 409, 410, 423, 499):
        assert changes.execute(ask()).state == State.UNKNOWN, status


def test_an_answer_that_says_for_sure_that_nothing_was_done(ask, handler):
    def refuse(client, change, send):
        raise error

    handler("send", refuse)
    errors = [
        Refused("No.", status=status, request_id="r-1") for status in (400, 401, 403, 404, 413, 415, 422)
    ]
    errors += [kind("No.", request_id="r-1") for kind in (InvalidRequest, Unauthorized, Unavailable)]
    for error in errors:
        change = changes.execute(ask())
        assert (change.state, change.request_id) == (State.REFUSED, "r-1"), error
        assert change.error == in_words(error)


def test_what_has_changed_since_it_was_shown_is_left_and_told(ask, handler):
    def refuse(client, change, send):
        raise Conflict("It is no longer so.")

    handler("send", refuse)
    change = changes.execute(ask())
    assert (change.state, change.error) == (State.REFUSED, "It is no longer so.")


def test_the_page_is_told_that_the_store_has_no_room(ask, handler):
    def refuse(client, change, send):
        raise RateLimited("busy", wait=40)

    handler("send", refuse)
    with deferring.asking(is_deferred=False):
        assert changes.execute(ask()).state == State.REFUSED
        assert deferring.busy() == 40


def test_after_a_second_write_nobody_knows_of_the_first(ask, handler, sandbox):
    def write_twice(client, change, send):
        send(client, change)
        line = change.payload["lines"][0]
        lines = [OfflineLine(line["invoice_id"], Decimal("1"))]
        currency = change.payload["currency"]
        client.payments.create_offline(company_id=change.company_id, currency=currency, lines=lines, memo="")
        raise RateLimited("enough", method="POST")

    handler("send", write_twice)
    assert changes.execute(ask()).state == State.UNKNOWN


@pytest.mark.parametrize("error", [Unavailable("not reached", method="GET"), RateLimited("no turn")])
def test_a_read_that_fails_after_the_write_says_nothing_of_it(ask, handler, sandbox, error):
    def write_and_read(client, change, send):
        send(client, change)
        raise error

    handler("send", write_and_read)
    assert changes.execute(ask()).state == State.UNKNOWN


def test_the_same_content_in_other_clothes_is_the_same(ask, clerk):
    change = ask()
    payload = dict(reversed(change.payload.items())) | {"lines": tuple(change.payload["lines"])}
    assert changes.existing(clerk, change.pk, VERB, {"payload": payload}) == change


def test_what_is_not(ask, clerk, controller):
    change = ask()
    same = {"payload": change.payload}
    assert changes.existing(clerk, uuid.uuid4(), VERB, same) is None
    others = (
        (clerk, VERB, {"payload": change.payload | {"memo": "another"}}),
        (controller, VERB, same),
        (clerk, Change.Verb.WRITE_OFF, same),
    )
    for actor, verb, content in others:
        with pytest.raises(Invalid, match="already used"):
            changes.existing(actor, change.pk, verb, content)


def test_inside_a_transaction_nothing_is_sent(ask, sandbox):
    """It could be taken back, and with it that it was sent."""
    change = ask()
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        changes.execute(change)
    assert sandbox.writes() == []


@pytest.mark.parametrize("times", [1, 3, 4])
def test_an_answer_is_written_down_on_another_connection(ask, monkeypatch, times):
    """Four times in all, later each time; and within somebody's transaction not again, for that is broken."""
    failing, closed, slept = [OperationalError("cut off")] * times, [], []
    original = changes._compare_and_set

    def write(change, values):
        if failing:
            raise failing.pop()
        return original(change, values)

    monkeypatch.setattr(changes, "_compare_and_set", write)
    monkeypatch.setattr(changes, "time", SimpleNamespace(sleep=slept.append))
    mine = SimpleNamespace(in_atomic_block=False, close=lambda: closed.append(True), cursor=connection.cursor)
    monkeypatch.setattr(changes, "connection", mine)
    if times > 3:
        with pytest.raises(OperationalError):
            changes.execute(ask())
    else:
        assert changes.execute(ask()).state == State.APPLIED
    assert len(closed) == min(times, 3)
    assert slept == [0, 0.5, 2][:times]
    mine.in_atomic_block, failing[:] = True, [OperationalError("cut off")]
    with pytest.raises(OperationalError):
        changes.execute(ask())
    assert len(closed) == min(times, 3)


@pytest.mark.django_db(transaction=True)
def test_the_database_is_cut_off_between_answer_and_writing(ask, handler, sandbox, caplog):
    def cut_off(client, change, send):
        target_id = send(client, change)
        cut_my_connection()
        return target_id

    handler("send", cut_off)
    change = changes.execute(ask())
    assert Change.objects.get().state == change.state == State.APPLIED
    assert Payment.objects.filter(api_id=change.target_id).exists()
    assert len(sandbox.writes()) == 1
    assert [type(each) for each in logged(caplog, change)] == [OperationalError]


@pytest.mark.django_db(transaction=True)
def test_the_database_is_cut_off_before_it_leaves(ask, while_it_waits, sandbox, caplog):
    while_it_waits(cut_my_connection)
    change = changes.execute(ask())
    assert (Change.objects.get().state, sandbox.writes()) == (State.REFUSED, [])
    assert "Nothing was changed" in change.error
    assert f"{change.pk} was not sent" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_the_worker_goes_on_after_its_connection_was_cut(ask, handler, sandbox):
    sandbox.fault("drop_after", method="POST", count=2)
    first, second = changes.execute(ask()), changes.execute(ask())

    def cut_off(client, change, look_up):
        if change == first:
            cut_my_connection()
            connection.cursor()
        return look_up(client, change)

    handler("look_up", cut_off)
    tasks.confirm_changes(first.store_id)
    assert set(Change.objects.values_list("pk", "state")) == {
        (first.pk, State.UNKNOWN),
        (second.pk, State.APPLIED),
    }
