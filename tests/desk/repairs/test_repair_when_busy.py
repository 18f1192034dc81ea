"""Deleting one of two payments while the store has no room: the worker deletes nothing that has changed."""

import re
from decimal import Decimal

import pytest

from arportal.receivables.models import Change, Discrepancy
from arportal.receivables.reconciliation.reconcile import reconcile_store
from arportal.receivables.tasks import send_line
from tests.desk.every_verb import Asking, text
from tests.desk.test_when_busy import LATER, later, make_room, use_up
from tests.receivables.doubling import again_at_the_store, recorded_at_the_store
from tests.whole import only_whole

State = Change.State


@pytest.fixture
def double(clerk, open_invoices, sandbox, store) -> Discrepancy:
    again_at_the_store(sandbox, recorded_at_the_store(clerk, open_invoices[0], Decimal(3)))
    reconcile_store(store)
    return Discrepancy.objects.get(kind=Discrepancy.Kind.DOUBLE)


@pytest.fixture
def browser(controller, browse):
    return browse(controller)


@pytest.fixture
def asking(double, browser) -> Asking:
    """The form that deletes the second of them, filled in."""
    page, url = f"/s/demo/repairs/{double.pk}/", f"payments/{double.payment_ids[1]}/delete/"
    form = text(browser.get(page)).partition(url)[2]
    hidden = {
        name: re.search(rf'name="{name}"[^>]* value="([^"]*)"', form)[1] for name in ("change_id", "seen")
    }
    return Asking(browser, page + url, hidden | {"reason": "a reason of mine", "sure": "on"}, 0)


@pytest.fixture
def waiting(asking, sandbox, double) -> Change:
    """Left to the worker, without a word to the store."""
    use_up(sandbox)
    again = later(asking, asking.send())
    sandbox.control("DELETE", "requests")
    answer = again.send()
    change = Change.objects.in_line().get()
    assert (answer.status_code, answer.url) == (303, f"/s/demo/changes/{change.pk}/")
    assert again.send().url == answer.url  # Pressed twice.
    assert sandbox.control("GET", "requests") == []
    make_room(sandbox)
    return change


def held(sandbox, double) -> list[int]:
    found = sandbox.get("/ip/payments", searchBy="externalId", q=str(double.external_id))
    return sorted(each["id"] for each in found)


@only_whole("desk/test_when_busy.py::test_each_form_comes_back_filled_and_is_sent_once_when_there_is_room")
def test_the_page_opens_without_room_and_the_form_comes_back_filled_with_both_choices(
    asking, double, browser, sandbox
):
    use_up(sandbox)
    opened = text(browser.get(f"/s/demo/repairs/{double.pk}/"))
    assert "These are the figures of the last sync." in opened
    assert LATER not in opened
    assert opened.count('name="change_id"') == 2
    refused = asking.send()
    page = text(refused)
    assert (refused.status_code, page.count(LATER)) == (422, 1)
    assert re.search(r'has room again in about <span data-countdown="\d+">\d+ seconds</span>', page)
    again = later(asking, refused)
    assert again.url == asking.url
    assert (again.data["reason"], again.data["sure"]) == ("a reason of mine", ["on"])
    assert again.data["change_id"] != asking.data["change_id"]
    # Without a reason it is not left to the worker.
    refused = asking.send(reason="", when="room")
    assert refused.status_code == 422
    assert "Give a reason" in text(refused)
    assert not Change.objects.in_line().exists()


@only_whole("desk/repairs/test_repair_page.py::test_it_works")
def test_it_is_deleted_once_when_there_is_room(waiting, sandbox, store, double, browser):
    assert held(sandbox, double) == double.payment_ids
    kept, extra = double.payment_ids
    page = text(browser.get(f"/s/demo/repairs/{double.pk}/"))
    # It leads to what waits, and has no second form for it.
    assert f'href="/s/demo/changes/{waiting.pk}/"' in page
    assert (f"Delete payment #{kept}" in page, f"Delete payment #{extra}" in page) == (True, False)
    for _round in range(2):
        send_line(store.pk)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.error) == (State.APPLIED, "")
    assert held(sandbox, double) == double.payment_ids[:1]


@only_whole("desk/repairs/test_repair_page.py::test_it_works")
def test_the_last_one_stays_when_the_other_has_gone_meanwhile(waiting, sandbox, store, double, browser):
    kept, extra = double.payment_ids
    sandbox.delete(f"/ip/payments/{kept}")
    send_line(store.pk)
    waiting.refresh_from_db()
    assert waiting.state == State.REFUSED
    assert "The other payment, which was to stay, was changed or deleted" in waiting.error
    assert held(sandbox, double) == [extra]
    assert "Not done" in text(browser.get(f"/s/demo/changes/{waiting.pk}/"))


@only_whole("desk/repairs/test_repair_page.py::test_it_works")
@pytest.mark.parametrize("which", [0, 1])
def test_nothing_is_deleted_when_either_was_changed_meanwhile(waiting, sandbox, store, double, which):
    path = f"/ip/payments/{double.payment_ids[which]}/processing-status"
    sandbox.put(path, {"processingStatus": 3})
    send_line(store.pk)
    waiting.refresh_from_db()
    assert (waiting.state, held(sandbox, double)) == (State.REFUSED, double.payment_ids)


@only_whole("desk/repairs/test_repair_page.py::test_it_works")
def test_while_one_waits_the_other_cannot_be_deleted(waiting, double, browser, sandbox):
    page = f"/s/demo/repairs/{double.pk}/"
    kept = double.payment_ids[0]
    form = text(browser.get(page)).partition(f"payments/{kept}/delete/")[2]
    hidden = {
        name: re.search(rf'name="{name}"[^>]* value="([^"]*)"', form)[1] for name in ("change_id", "seen")
    }
    typed = hidden | {"reason": "another reason", "sure": "on", "when": "room"}
    refused = browser.post(f"{page}payments/{kept}/delete/", typed)
    assert "One must stay" in text(refused)
    assert refused.content.decode().count('value="another reason"') == 1
    assert Change.objects.in_line().get() == waiting
