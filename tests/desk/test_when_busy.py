"""A store that has no room: every form comes back filled, and what it asks for can be left to the worker."""

import json
import re

import pytest

from arportal.mirror.models import RequestBudget
from arportal.receivables.models import Change
from arportal.receivables.tasks import send_line
from tests.desk.every_verb import ASKING, HTMX, SOME_VERBS, Asking, Desk, fields, text
from tests.receivables.every_verb import writes_of
from tests.whole import only_whole, whole_or

State, Verb = Change.State, Change.Verb
OF_OTHER_FORMS = ("next", "q")
LATER = "Send it as soon as there is room"


@pytest.fixture
def desk(admin, browse, sandbox, open_invoices, split_payment) -> Desk:
    return Desk(browse(admin), sandbox, open_invoices, split_payment)


def use_up(sandbox) -> None:
    """Everybody's requests of this minute are used up: the store says so to whoever asks."""
    sandbox.control("DELETE", "requests")
    sandbox.fault("429_told", seconds=40, count=99)


def make_room(sandbox) -> None:
    """As if that minute were over."""
    sandbox.control("DELETE", "faults")
    sandbox.control("DELETE", "requests")
    RequestBudget.objects.all().delete()


def later(asking: Asking, refused) -> Asking:
    """The form as it came back and as a browser sends it by its second button: nothing of what was typed before."""
    page = text(refused)
    button = re.search(
        rf'<button [^>]*name="when" value="room"(?: form="([^"]+)")?>\s*{LATER}\s*</button>', page
    )
    forms = re.findall(r"<form .*?</form>", page, re.DOTALL)
    form = next(each for each in forms if (f'id="{button[1]}"' if button[1] else button[0]) in each)
    beside = re.findall(r'<input type="hidden" name="(\w+)" value="(\w+)" form=', page)
    action = re.search(r'<form [^>]*action="([^"]+)"', form)
    sent = fields(form) | ticked(form) | dict(beside) | {"when": "room"}
    return Asking(asking.browser, action[1] if action else asking.url, sent, 0)


def ticked(form: str) -> dict[str, list[str]]:
    """What `fields` leaves out: ticks, and fields that are there more than once."""
    found: dict[str, list[str]] = {}
    for tag in re.findall(r"<input [^>]*>", form):
        parts = dict(re.findall(r'(name|type|value)="([^"]*)"', tag))
        if (parts.get("type") == "checkbox" and " checked" in tag) or parts.get("name") == "was":
            found.setdefault(parts["name"], []).append(parts.get("value", "on"))
    return found


def typed(value) -> list[str]:
    """As text; of a seal what it seals, for a form that comes back is signed anew, maybe a second later."""
    values = value if isinstance(value, list) else [value]
    return sorted(re.sub(r":\w{6}:[\w-]{43}$", "", str(each)) for each in values)


def left_to_the_worker(desk, sandbox, verb) -> tuple[Change, Asking]:
    asking = ASKING[verb](desk)
    use_up(sandbox)
    refused = asking.send()
    assert_filled_with_both_choices(asking, refused)
    changes = Change.objects.filter(verb=verb)
    assert not changes.exclude(state=State.REFUSED).exists()
    again = later(asking, refused)
    sandbox.control("DELETE", "requests")
    answer = again.send()
    change = changes.exclude(state=State.REFUSED).get()
    assert (answer.status_code, answer.url) == (303, f"/s/demo/changes/{change.pk}/"), answer
    return change, again


def assert_filled_with_both_choices(asking: Asking, refused) -> None:
    page = text(refused)
    assert refused.status_code == 422
    assert re.search(r"The store is busy and asks to wait \d+ (second|minute)", page)
    assert re.search(r'has room again in about <span data-countdown="\d+">\d+ seconds</span>', page)
    again = later(asking, refused)
    for name in asking.data.keys() - {"csrfmiddlewaretoken", "change_id", *OF_OTHER_FORMS}:
        assert typed(again.data.get(name, "")) == typed(asking.data[name]), name
    assert "waiting.js" in page


@pytest.mark.parametrize("verb", whole_or(SOME_VERBS, [Verb.RECORD_PAYMENT]))
def test_each_form_comes_back_filled_and_is_sent_once_when_there_is_room(desk, sandbox, verb):
    change, again = left_to_the_worker(desk, sandbox, verb)
    assert (change.verb, change.state, change.is_deferred) == (verb, State.ASKED, True)
    assert sandbox.control("GET", "requests") == []
    assert again.send().url == f"/s/demo/changes/{change.pk}/"  # Pressed twice.
    page = text(desk.browser.get(f"/s/demo/changes/{change.pk}/"))
    assert "It is the next in line." in page
    assert re.search(r'room in about <span data-countdown="\d+">\d+ seconds</span>', page)
    send_line(desk.payment.store_id)
    assert Change.objects.get(pk=change.pk).state == State.ASKED
    make_room(sandbox)
    for _round in range(2):
        send_line(desk.payment.store_id)
    change.refresh_from_db()
    assert (change.state, change.error) == (State.APPLIED, "")
    assert len(sandbox.writes()) == writes_of(verb)
    led = desk.browser.get(f"/s/demo/changes/{change.pk}/", headers=HTMX)["HX-Redirect"]
    assert desk.browser.get(led).status_code == 200


TAKEN_BACK = whole_or([Verb.EDIT_PAYMENT, Verb.RECORD_PAYMENT, Verb.SWITCH_METHODS], [Verb.RECORD_PAYMENT])


@pytest.mark.parametrize("verb", TAKEN_BACK)
def test_it_can_be_taken_back(desk, sandbox, verb):
    change, _again = left_to_the_worker(desk, sandbox, verb)
    url = f"/s/demo/changes/{change.pk}/"
    assert "Take it back" in text(desk.browser.get(url))
    assert desk.browser.post(f"{url}withdraw/").status_code == 303
    assert "withdrew it." in text(desk.browser.get(url))
    make_room(sandbox)
    send_line(desk.payment.store_id)
    assert Change.objects.get(pk=change.pk).state == State.REFUSED
    assert sandbox.writes() == []


@only_whole("test_each_form_comes_back_filled_and_is_sent_once_when_there_is_room")
def test_a_row_of_the_queue_offers_it_too(desk, sandbox):
    asking = ASKING[Verb.SET_PAYMENT_STATUS](desk)
    use_up(sandbox)
    row = HTMX | {"HX-Target": "row-1"}
    refused = desk.browser.post(asking.url, asking.data, headers=row)
    said = json.loads(refused["HX-Trigger"])["desk:said"]
    assert (refused.status_code, said["css_class"], said["offer"]["words"]) == (422, "error", LATER)
    answer = desk.browser.post(said["offer"]["action"], said["offer"]["values"])
    change = Change.objects.get()
    assert (change.is_in_line, answer.url) == (True, f"/s/demo/changes/{change.pk}/")


@only_whole("test_each_form_comes_back_filled_and_is_sent_once_when_there_is_room")
def test_forms_of_a_payment_open_without_room(desk, sandbox):
    use_up(sandbox)
    for page in ("edit", "delete"):
        shown = text(desk.browser.get(f"/s/demo/payments/{desk.payment.api_id}/{page}/"))
        assert "These are the figures of the last sync." in shown, page
        assert LATER not in shown, page
        assert 'name="change_id"' in shown, page


@only_whole("test_each_form_comes_back_filled_and_is_sent_once_when_there_is_room")
def test_a_long_wait_is_told_in_minutes(desk, sandbox):
    asking = ASKING[Verb.EDIT_PAYMENT](desk)
    sandbox.fault("429_told", seconds=118, count=99)
    refused = asking.send()
    again = later(asking, refused)
    waiting = asking.browser.post(again.url, again.data, follow=True)
    long = r'room (again )?in about <span data-countdown="\d+">2 minutes</span>\.'
    assert re.search(long, text(refused))
    assert re.search(long, text(waiting))


@only_whole("test_each_form_comes_back_filled_and_is_sent_once_when_there_is_room")
def test_where_it_is_not_room_that_is_missing_nothing_is_offered(desk, sandbox):
    asking = ASKING[Verb.EDIT_INVOICE](desk)
    sandbox.fault("500", count=9)
    assert LATER not in text(asking.send())


@only_whole("test_it_can_be_taken_back")
def test_nobody_takes_back_what_others_asked_for_but_a_controller(desk, sandbox, browse, clerk, controller):
    change, _again = left_to_the_worker(desk, sandbox, Verb.EDIT_PAYMENT)
    url = f"/s/demo/changes/{change.pk}/"
    assert "Take it back" not in text(browse(clerk).get(url))
    assert browse(clerk).post(f"{url}withdraw/").status_code == 403
    assert "Take it back" in text(browse(controller).get(url))
    browse(controller).post(f"{url}withdraw/")
    assert Change.objects.get(pk=change.pk).state == State.REFUSED


def test_above_the_limit_it_waits_for_approval_first(desk, sandbox, store, browse, controller):
    store.approval_limits = {"USD": "1.00"}
    store.save()
    ASKING[Verb.RECORD_PAYMENT](desk).send(when="room")
    change = Change.objects.get()
    assert (change.state, change.is_deferred) == (State.WAITING, True)
    send_line(store.pk)
    assert sandbox.writes() == []
    browse(controller).post(f"/s/demo/changes/{change.pk}/approve/")
    assert Change.objects.get(pk=change.pk).is_in_line
    send_line(store.pk)
    assert Change.objects.get(pk=change.pk).state == State.APPLIED


# What somebody else does at the store while it waits.
MEANWHILE = {
    Verb.SET_PAYMENT_STATUS: ("/ip/payments/{}/processing-status", {"processingStatus": 4}),
    Verb.EDIT_PAYMENT: ("/ip/payments/{}/processing-status", {"processingStatus": 3}),
    Verb.DELETE_PAYMENT: ("/ip/payments/{}/processing-status", {"processingStatus": 3}),
    Verb.EDIT_INVOICE: ("/ip/invoices/{}", {"purchaseOrderNumber": "theirs"}),
    Verb.SET_DUE_DATE: ("/ip/invoices/{}", {"dueDate": 1_800_000_000}),
    Verb.DELETE_INVOICE: ("/ip/invoices/{}", {"openBalance": {"code": "USD", "value": 1}}),
    Verb.WRITE_OFF: ("/ip/invoices/{}", {"openBalance": {"code": "USD", "value": "1"}}),
    Verb.UNDO_WRITE_OFF: ("/ip/invoices/{}", {"openBalance": {"code": "USD", "value": "1"}}),
    Verb.APPLY_CREDIT: ("/ip/invoices/{}", {"openBalance": {"code": "USD", "value": "1"}}),
    Verb.UNDO_CREDIT: ("/ip/invoices/{}", {"openBalance": {"code": "USD", "value": "1"}}),
    Verb.EDIT_ORDER: ("/orders/{}", {"poNumber": "theirs"}),
    Verb.SWITCH_METHODS: ("/companies/{}/payments", {}),
    Verb.SET_CREDIT_HOLD: ("/companies/{}/credit", {"creditEnabled": False}),
    Verb.SET_CREDIT: ("/companies/{}/credit", {"availableCredit": 3}),
    Verb.SET_TERMS: ("/companies/{}/payment-terms", {"isEnabled": True, "paymentTerms": 45}),
    Verb.SET_COMPANY_STATUS: ("/companies/{}/status", {"companyStatus": 2}),
    Verb.EDIT_COMPANY: ("/companies/{}", {"companyPhone": "theirs"}),
    Verb.EDIT_BUYER: ("/users/{}", {"phoneNumber": "theirs"}),
    Verb.REMOVE_BUYER: ("/users/{}", {"lastName": "Theirs"}),
}


CHANGED_MEANWHILE = whole_or(list(MEANWHILE), [Verb.DELETE_INVOICE])


@pytest.mark.parametrize("verb", CHANGED_MEANWHILE)
def test_what_has_changed_by_then_is_left_as_it_is(desk, sandbox, verb):
    change, _again = left_to_the_worker(desk, sandbox, verb)
    make_room(sandbox)
    path, body = MEANWHILE[verb]
    if verb == Verb.SWITCH_METHODS:
        body = {"payments": [{"code": code, "isEnabled": on} for code, on in change.after.items()]}
    sandbox.put(path.format(change.target_id), body)
    sandbox.control("DELETE", "requests")
    send_line(desk.payment.store_id)
    change.refresh_from_db()
    assert (change.state, sandbox.writes()) == (State.REFUSED, [])
    page = text(desk.browser.get(f"/s/demo/changes/{change.pk}/"))
    assert "Not done" in page
    assert re.search(r"changed|It was shown as", change.error)


@only_whole("test_each_form_comes_back_filled_and_is_sent_once_when_there_is_room")
def test_an_invoice_number_that_is_taken_by_then_is_not_given_again(desk, sandbox):
    change, _again = left_to_the_worker(desk, sandbox, Verb.CREATE_INVOICE)
    make_room(sandbox)
    sandbox.put(f"/ip/invoices/{desk.invoices[0].api_id}", {"invoiceNumber": change.payload["number"]})
    sandbox.control("DELETE", "requests")
    send_line(desk.payment.store_id)
    change.refresh_from_db()
    assert (change.state, sandbox.writes()) == (State.REFUSED, [])
    assert change.error == f"There is already an invoice {change.payload['number']}."
