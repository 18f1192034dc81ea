"""No page leads to one that is not there, whatever the store has done by then and we have not seen yet."""

import pytest

from arportal.mirror.models import Payment
from arportal.receivables.changes.changes import resume
from arportal.receivables.changes.clock import database_now
from arportal.receivables.changes.state_machine import STALLED_AFTER
from arportal.receivables.models import Change
from tests.desk.every_verb import ASKING, HTMX, SOME_VERBS, Desk, text
from tests.whole import only_whole, whole_or

State, Verb = Change.State, Change.Verb


@pytest.fixture
def desk(admin, browse, sandbox, open_invoices, split_payment) -> Desk:
    return Desk(browse(admin), sandbox, open_invoices, split_payment)


def unreadable(sandbox, *, skip: int) -> None:
    """From now on the store cannot be read, but for so many requests."""
    sandbox.fault("html", "GET", skip=skip, count=99)


def test_every_verb_is_asked_for_here():
    """Orders go to the company of a customer group by the same form as to the buyer's own."""
    assert ASKING.keys() == set(Verb) - {Verb.REASSIGN_ORDERS}


@pytest.mark.parametrize("verb", whole_or(SOME_VERBS, [Verb.RECORD_PAYMENT]))
def test_what_is_done_but_not_read_back_leads_to_a_page_and_once_it_is_that_leads_on(desk, sandbox, verb):
    asking = ASKING[verb](desk)
    unreadable(sandbox, skip=asking.reads)
    answer = asking.send()
    change = Change.objects.get(verb=verb)
    assert (change.state, change.mirrored_at) == (State.APPLIED, None)
    assert (answer.status_code, answer.url) == (303, f"/s/demo/changes/{change.pk}/")
    page = text(desk.browser.get(answer.url))
    assert "not in the figures here yet" in page
    assert f'href="{answer.url}">Check again' in page
    assert desk.browser.get(answer.url, headers=HTMX).status_code == 200
    sandbox.control("DELETE", "faults")
    resume(change, database_now() + 2 * STALLED_AFTER)
    led = desk.browser.get(answer.url, headers=HTMX)["HX-Redirect"]
    assert f'href="{led}">See the result' in text(desk.browser.get(answer.url))
    assert desk.browser.get(led).status_code == 200


@only_whole("desk/recording/test_record_payment.py::test_it_works")
@pytest.mark.parametrize("verb", SOME_VERBS)
def test_what_is_read_back_leads_to_the_result(desk, verb):
    answer = ASKING[verb](desk).send()
    assert (answer.status_code, "/changes/" in answer.url) == (303, False)
    assert desk.browser.get(answer.url).status_code == 200


@only_whole("test_what_is_done_but_not_read_back_leads_to_a_page_and_once_it_is_that_leads_on")
def test_a_result_that_is_gone_again_has_no_address(desk, sandbox):
    url = ASKING[Verb.EDIT_PAYMENT](desk).send().url
    change = Change.objects.get()
    Payment.objects.filter(api_id=change.target_id).update(gone_at=database_now())
    page = text(desk.browser.get(f"/s/demo/changes/{change.pk}/"))
    assert (url in page, "See the result" in page) == (False, False)


@only_whole("test_what_is_done_but_not_read_back_leads_to_a_page_and_once_it_is_that_leads_on")
def test_a_moved_row_that_was_not_read_back_leaves_for_the_changes_page(desk, sandbox):
    asking = ASKING[Verb.SET_PAYMENT_STATUS](desk)
    unreadable(sandbox, skip=asking.reads)
    answer = desk.browser.post(asking.url, asking.data, headers=HTMX | {"HX-Target": "row-1"})
    assert answer["HX-Redirect"] == f"/s/demo/changes/{Change.objects.get().pk}/"
