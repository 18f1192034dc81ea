"""Moving payments from the queue and from their page, by form and by htmx."""

import json
import re
import uuid

import pytest

from arportal.b2b import ProcessingStatus
from arportal.desk.payments.forms import sealed_version
from arportal.mirror.models import Payment
from arportal.receivables.changes.snapshot import Snapshot
from arportal.receivables.models import Change
from arportal.receivables.payments.versions import Version
from tests.whole import only_whole, whole_or

HTMX = {"HX-Request": "true", "HX-Target": "row-1"}


def form_of(payment, status) -> dict[str, str]:
    return {"change_id": str(uuid.uuid4()), "status": status, "seen": sealed_version(payment)}


def version_in(text, payment) -> Version:
    sealed = re.search(r'name="seen" value="([^"]*)"', text)[1]
    return Version.of_before(Snapshot.unseal(sealed, "payment version", payment.api_id).values)


@pytest.fixture
def move(payment, browse):
    """Sends the form of the payment's row or page."""

    def move(person, status, *, headers=None):
        url = f"/s/demo/payments/{payment.api_id}/status/"
        return browse(person).post(url, form_of(payment, status), headers=headers or {})

    return move


def test_it_works(clerk, payment, move):
    answer = move(clerk, 2)
    assert (answer.status_code, answer["Location"]) == (303, f"/s/demo/payments/{payment.api_id}/")
    assert Payment.objects.get(pk=payment.pk).processing_status == 2


def offered(answer) -> dict:
    """What a toast offers after a move of the row."""
    return json.loads(answer["HX-Trigger"])["desk:said"]["offer"]


def test_the_row_alone_comes_back_and_its_way_back_is_a_move_like_any_other(clerk, payment, move, browse):
    answer = move(clerk, 2, headers=HTMX)
    text = answer.content.decode()
    assert text.startswith(f'<tr id="row-{payment.api_id}">')
    assert '<div id="tabs" hx-swap-oob="true"' in text
    assert f"Payment #{payment.api_id} is now Processing." in answer["HX-Trigger"]
    back = offered(answer)
    assert back["words"] == "Undo"
    answer = browse(clerk).post(back["action"], back["values"], headers=HTMX)
    assert answer.status_code == 200
    assert Payment.objects.get(pk=payment.pk).processing_status == 1
    assert Change.objects.count() == 2


@only_whole("test_the_row_alone_comes_back_and_its_way_back_is_a_move_like_any_other")
def test_the_way_back_is_refused_once_somebody_else_has_moved_it(clerk, payment, move, browse, sandbox):
    back = offered(move(clerk, 2, headers=HTMX))
    sandbox.put(f"/ip/payments/{payment.api_id}/processing-status", {"processingStatus": 3})
    answer = browse(clerk).post(back["action"], back["values"], headers=HTMX)
    assert answer.status_code == 422
    assert "it has changed since it was shown to you" in answer.content.decode()
    assert Payment.objects.get(pk=payment.pk).processing_status == 3


@only_whole("test_the_row_alone_comes_back_and_its_way_back_is_a_move_like_any_other")
def test_the_way_back_asks_first_where_balances_move(controller, payment, browse):
    browse(controller).post(f"/s/demo/payments/{payment.api_id}/status/", form_of(payment, 4))
    refunded = Payment.objects.get(pk=payment.pk)
    url = f"/s/demo/payments/{payment.api_id}/status/"
    answer = browse(controller).post(url, form_of(refunded, 3), headers=HTMX)
    assert offered(answer) == {"words": "Undo…", "url": f"/s/demo/payments/{payment.api_id}/status/4/"}


@only_whole("test_the_row_alone_comes_back_and_its_way_back_is_a_move_like_any_other")
def test_no_way_back_that_the_store_does_not_allow(controller, store, browse):
    """No payment is moved to Incomplete."""
    incomplete = Payment.objects.filter(store=store, processing_status=ProcessingStatus.INCOMPLETE)[0]
    url = f"/s/demo/payments/{incomplete.api_id}/status/"
    answer = browse(controller).post(url, form_of(incomplete, 1), headers=HTMX)
    assert offered(answer) is None


@only_whole("desk/test_nothing_is_replaced.py::test_moving_payments")
def test_no_such_status(clerk, move):
    for status in ("0", "9", "", "done"):
        answer = move(clerk, status)
        assert answer.status_code == 422, status
        assert "That is not a status a payment can take." in answer.content.decode(), status


def test_refused_in_the_row(clerk, payment, move, sandbox):
    sandbox.fault("body_422", "PUT")
    answer = move(clerk, 2, headers=HTMX)
    assert answer.status_code == 422
    assert answer.content.decode().startswith(f'<tr id="row-{payment.api_id}">')
    assert '"css_class": "error"' in answer["HX-Trigger"]


def test_unclear_leads_to_the_change(clerk, move, sandbox):
    sandbox.fault("500", "PUT")
    answer = move(clerk, 2)
    assert answer["Location"] == f"/s/demo/changes/{Change.objects.get().pk}/"


def test_a_clerk_cannot_refund(clerk, payment, move):
    assert move(clerk, 4).status_code == 403
    assert Payment.objects.get(pk=payment.pk).processing_status == 1


@only_whole("desk/payments/test_bulk_moves_page.py::test_the_preview_of_refunds_shows_balances_and_totals")
def test_a_refund_asks_first(controller, payment, browse):
    text = browse(controller).get(f"/s/demo/payments/{payment.api_id}/status/4/").content.decode()
    assert "These invoices become open again" in text
    assert "Mark as refunded" in text


def test_buttons_follow_role_and_allowed_statuses(viewer, clerk, controller, payment, browse):
    url = f"/s/demo/payments/{payment.api_id}/"
    viewed, moved, refunded = (
        browse(person).get(url).content.decode() for person in (viewer, clerk, controller)
    )
    assert "Move to" not in viewed
    assert "Refunded…" not in moved
    assert 'name="status" value="2"' in moved
    assert f'href="{url}status/4/"' in refunded


@only_whole("test_buttons_follow_role_and_allowed_statuses")
def test_no_buttons_that_the_store_does_not_allow(clerk, payment, browse):
    Payment.objects.filter(pk=payment.pk).update(allowed_statuses=[])
    assert "Move to" not in browse(clerk).get(f"/s/demo/payments/{payment.api_id}/").content.decode()


@only_whole("desk/payments/test_payment_page.py::test_the_whole_history")
def test_the_page_tells_what_was_done_here(clerk, payment, move, browse):
    move(clerk, 2)
    text = browse(clerk).get(f"/s/demo/payments/{payment.api_id}/").content.decode()
    assert "Awaiting processing → Processing" in text
    assert clerk.user.name in text


@only_whole("test_unclear_leads_to_the_change")
def test_an_unclear_answer_leaves_the_row_for_the_changes_page(browse, clerk, payment, sandbox):
    sandbox.fault("500", method="PUT")
    url = f"/s/demo/payments/{payment.api_id}/status/"
    answer = browse(clerk).post(url, form_of(payment, "2"), headers={"HX-Request": "true"})
    assert "/s/demo/changes/" in answer.headers["HX-Redirect"]


@only_whole("test_unclear_leads_to_the_change")
def test_a_payment_gone_at_the_store_takes_its_row_with_it(browse, clerk, payment, sandbox):
    Payment.objects.filter(pk=payment.pk).update(api_id=777_777)
    payment.refresh_from_db()
    url = "/s/demo/payments/777777/status/"
    answer = browse(clerk).post(url, form_of(payment, "2"), headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"] == "/s/demo/payments/"


def test_no_version_no_move(clerk, payment, browse, sandbox):
    sealed = sealed_version(payment)
    of_another = Snapshot("payment version", payment.api_id + 1, Version.of(payment).as_before()).seal()
    forged = ("", sealed[:-1], f"x{sealed}", of_another, "9" * 200)
    for seen in whole_or(forged, forged[1:4:2]):
        form = form_of(payment, "2") | {"seen": seen}
        answer = browse(clerk).post(f"/s/demo/payments/{payment.api_id}/status/", form)
        assert answer.status_code == 422
        assert "This form is out of date" in answer.content.decode()
    assert sandbox.writes() == []


@pytest.fixture
def outdated(payment, sandbox, store) -> dict[str, str]:
    """The form of a payment that was completed at the store since."""
    form = form_of(payment, "2")
    sandbox.put(f"/ip/payments/{payment.api_id}/processing-status", {"processingStatus": 3})
    sandbox.control("DELETE", "requests")
    return form


def test_a_stale_row_comes_back_with_both_versions(clerk, payment, browse, outdated, sandbox):
    url = f"/s/demo/payments/{payment.api_id}/status/"
    answer = browse(clerk).post(url, outdated, headers=HTMX)
    text = answer.content.decode()
    assert (answer.status_code, sandbox.writes()) == (422, [])
    row, note = text.split('<tr class="said">')
    assert row.startswith(f'<tr class="is-stale" id="row-{payment.api_id}">')
    assert "Completed</span>" in row
    assert note.index("You saw") < note.index("Awaiting processing") < note.index("Now")
    assert "at the store" in note


@only_whole("test_a_stale_row_comes_back_with_both_versions")
def test_a_stale_page_too(clerk, payment, browse, outdated, sandbox):
    answer = browse(clerk).post(f"/s/demo/payments/{payment.api_id}/status/", outdated)
    text = answer.content.decode()
    assert (answer.status_code, sandbox.writes()) == (422, [])
    assert "it has changed since it was shown to you" in text
    now = Payment.objects.get(pk=payment.pk)
    assert now.processing_status == 3
    assert version_in(text, now) == Version.of(now)


def test_asking_first_reads_the_store(controller, payment, browse, sandbox):
    sandbox.put(f"/ip/payments/{payment.api_id}/processing-status", {"processingStatus": 2})
    text = browse(controller).get(f"/s/demo/payments/{payment.api_id}/status/4/").content.decode()
    now = Payment.objects.get(pk=payment.pk)
    assert version_in(text, now) == Version.of(now)
    assert now.processing_status == 2


@only_whole("test_asking_first_reads_the_store")
def test_asking_first_when_the_store_is_away(controller, payment, browse, sandbox):
    sandbox.fault("500", "GET", count=9)
    text = browse(controller).get(f"/s/demo/payments/{payment.api_id}/status/4/").content.decode()
    assert "These are the figures of the last sync." in text
    assert "These invoices become open again" in text
