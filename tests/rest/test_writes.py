"""What can be asked for: every verb, once a key, to what the program has seen."""

import uuid

import pytest

from arportal.receivables.models import Change
from arportal.receivables.orders.convert_orders import GIVING
from arportal.rest.writes.view import FORMS, slug_of
from arportal.stores.models import Role
from tests.rest.conftest import API
from tests.rest.every_write import Writes
from tests.whole import whole_or

State = Change.State
# In the suite: without If-Match, with it of a part of a company, and one with two ETags.
SOME = [Change.Verb.RECORD_PAYMENT, Change.Verb.SET_TERMS, Change.Verb.APPLY_CREDIT]


@pytest.fixture
def writes(request, program, admin, sandbox, company, open_invoices) -> Writes:
    return Writes(program(admin), admin, sandbox, company, open_invoices, request.getfixturevalue)


def test_every_verb_has_an_address_and_an_example_that_is_right():
    assert set(FORMS) == set(Change.Verb)
    wrong = {}
    for verb, form in FORMS.items():
        filled = form(data=dict(form.example))
        if not form.example or not filled.is_valid() or not form.__doc__:
            wrong[verb] = filled.errors
    assert wrong == {}


@pytest.mark.parametrize("verb", whole_or(list(Change.Verb), SOME))
def test_a_write_is_done_once(verb, writes, sandbox, program, viewer):
    write, key = writes.of(verb), uuid.uuid4()
    sandbox.control("DELETE", "requests")
    etag = writes.etag(write.seen) if write.seen else ""
    before = Change.objects.count()

    shown = writes.ask.post(
        f"{API}changes/{slug_of(verb)}/?preview=1",
        write.body,
        content_type="application/json",
        headers={"If-Match": etag} if etag else {},
    )
    assert shown.status_code == 200, shown.content
    assert (Change.objects.count(), sandbox.writes()) == (before, [])
    if etag:
        assert writes.send(verb, write, **{"If-Match": ""}).status_code == 428
        assert writes.send(verb, write, **{"If-Match": '"x.y"'}).status_code == 412

    done = writes.send(verb, write, key=key, **{"If-Match": etag})
    assert done.status_code == 200, done.content
    change = Change.objects.get(pk=key)
    told = done.json()
    assert (told["id"], told["verb"], told["state"]) == (str(key), verb, State.APPLIED)
    if verb not in GIVING:  # How many orders were given, only the store's answer tells.
        assert shown.json()["after"] == told["after"]
    sent = len(sandbox.writes())
    assert sent in (1, 2)
    # The answer was lost on the way to the program, which asks again; then somebody uses its key for another thing.
    again = writes.send(verb, write, key=key, **{"If-Match": etag})
    assert (again.status_code, again.json()["id"], len(sandbox.writes())) == (200, str(key), sent)
    assert writes.ask.get(done["Location"]).json()["state"] == State.APPLIED
    if verb != Change.Verb.RECORD_PAYMENT:
        payment = writes.of(Change.Verb.RECORD_PAYMENT)
        assert writes.send(Change.Verb.RECORD_PAYMENT, payment, key=key).status_code == 422
    refused = program(viewer).post(
        f"{API}changes/{slug_of(verb)}/",
        write.body,
        content_type="application/json",
        headers={"Idempotency-Key": str(uuid.uuid4()), **({"If-Match": etag} if etag else {})},
    )
    assert refused.status_code == 403, refused.content
    assert Change.objects.filter(verb=verb).count() == 1
    assert change.actor.role == Role.ADMIN


def test_both_versions_when_it_has_changed_since(writes, sandbox):
    write = writes.of(Change.Verb.EDIT_INVOICE)
    etag = writes.etag(write.seen)
    writes.spoil(write.seen)
    answer = writes.send(Change.Verb.EDIT_INVOICE, write, **{"If-Match": etag})
    assert answer.status_code == 412
    assert (answer.json()["seen"]["po_number"], answer.json()["now"]["po_number"]) != ("", "")
    assert answer.json()["now"]["po_number"] == "theirs"
    # Read again, it is another ETag, with which it works.
    assert writes.send(Change.Verb.EDIT_INVOICE, write).status_code == 200


def test_a_lost_answer_is_being_confirmed_and_the_same_key_is_the_same_payment(writes, sandbox):
    verb, key = Change.Verb.RECORD_PAYMENT, uuid.uuid4()
    write = writes.of(verb)
    sandbox.fault("drop_after", method="POST")
    answers = [writes.send(verb, write, key=key) for _each in range(2)]
    assert [answer.status_code for answer in answers] == [409, 409]
    assert answers[0]["Retry-After"] == "10"
    assert answers[0].json()["change"]["state"] == State.UNKNOWN
    assert len([each for each in sandbox.writes() if each["method"] == "POST"]) == 1


def test_what_waits(writes, store, sandbox):
    """For a second person, or for room at the store: 202, and an address to poll."""
    verb = Change.Verb.RECORD_PAYMENT
    later = writes.send(verb, writes.of(verb), Prefer="respond-async")
    store.approval_limits = {"XTS": "1"}
    store.save()
    limited = writes.send(verb, writes.of(verb))
    assert [later.status_code, limited.status_code] == [202, 202]
    assert [later.json()["state"], limited.json()["state"]] == [State.ASKED, State.WAITING]
    assert writes.ask.get(limited["Location"]).json()["state"] == State.WAITING
    assert sandbox.writes() == []


def test_what_is_wrong_is_named_by_its_field(writes, sandbox):
    verb = Change.Verb.RECORD_PAYMENT
    right = writes.of(verb)
    line = right.body["lines"][0]
    told = {}
    for name, body in {
        "lines.0.amount": {"lines": [line | {"amount": "1,50"}]},
        "lines": {"lines": []},
        "received_on": {"received_on": "soon"},
        "recieved": {"recieved": "2026-01-31"},
        f"amount-{line['invoice_id']}": {"lines": [line | {"amount": "-1"}]},
        "currency": {"currency": "dollars"},
    }.items():
        answer = writes.send(verb, right._replace(body=right.body | body))
        if answer.status_code != 422 or name not in answer.json()["errors"]:
            told[name] = answer.content
    assert told == {}
    address = f"{API}changes/record-payment/"
    json = {"content_type": "application/json"}
    assert writes.ask.post(address, right.body, **json).json()["type"] == "urn:arportal:problem:no-key"
    assert writes.ask.post(address, "{", **json).status_code == 400
    key = {"headers": {"Idempotency-Key": str(uuid.uuid4())}}
    assert writes.ask.post(address, "[1]", **json, **key).status_code == 422
    assert writes.ask.post(address, {"a": "b"}, **key).status_code == 415
    assert sandbox.writes() == []


def test_a_token_that_only_reads(program, admin, writes):
    reads = program(admin, permissions=[])
    write = writes.of(Change.Verb.RECORD_PAYMENT)
    answer = reads.post(
        f"{API}changes/record-payment/",
        write.body,
        content_type="application/json",
        headers={"Idempotency-Key": str(uuid.uuid4())},
    )
    assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")


def test_hostile_bodies(writes, sandbox):
    """Answered with a problem, and with nothing sent."""
    address, key = f"{API}changes/record-payment/", {"Idempotency-Key": str(uuid.uuid4())}
    statuses = {}
    for name, body in {
        "deep": "[" * 100_000,
        "large": '{"memo": "' + "x" * 1_000_000 + '"}',
        "not text": b'{"memo": "\xff"}',
        "half a character": '{"\\ud800": "\\ud800"}',
        "no character": '{"memo": "\\u0000", "extra_fields": {"\\u0000": "x"}}',
        "no number": '{"company_id": 1e999}',
        "too large a number": '{"company_id": 99999999999999999999}',
    }.items():
        answer = writes.ask.post(address, body, "application/json", headers=key)
        statuses[name] = answer.status_code
        assert answer["Content-Type"] == "application/problem+json", (name, answer.content)
    assert set(statuses.values()) <= {400, 413, 422}, statuses
    assert sandbox.writes() == []
