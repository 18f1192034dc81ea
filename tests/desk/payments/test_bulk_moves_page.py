"""Moving the selected payments: choosing where to, the preview, asking, and the page that follows it."""

import re
import uuid

import pytest

from arportal.b2b import ProcessingStatus
from arportal.desk.payments.forms import sealed_version
from arportal.mirror.models import Payment
from arportal.receivables.changes.snapshot import Snapshot
from arportal.receivables.models import Change
from arportal.receivables.payments import set_status_batch
from arportal.receivables.payments.set_status_batch import moves_in
from arportal.receivables.tasks import send_batch
from arportal.stores.models import Membership
from tests.verbs import set_status
from tests.whole import only_whole, whole_or

URL = "/s/demo/payments/move/"


@pytest.fixture
def payments(store, sandbox) -> list[Payment]:
    """Three that are completed."""
    return list(Payment.objects.filter(store=store, processing_status=3).order_by("api_id")[:3])


@pytest.fixture
def post(clerk, browse):
    def post(url: str, form: dict, person=clerk):
        return browse(person).post(url, form)

    return post


def selected(payments, **more) -> dict:
    return {"payment": [payment.api_id for payment in payments], **more}


def hidden(text: str, name: str) -> str:
    return re.search(rf'name="{name}" value="([^"]*)"', text)[1]


@pytest.fixture
def preview(payments, post):
    """The preview's form, as the browser would send it."""

    def preview(status=2, person=None, **more) -> dict[str, str]:
        chosen = {"person": person} if person else {}
        text = post(URL, selected(payments, status=status), **chosen).content.decode()
        return {"batch": hidden(text, "batch"), "seen": hidden(text, "seen"), "status": str(status), **more}

    return preview


def test_it_works(clerk, payments, post, preview, browse):
    answer = post(f"{URL}together/", preview())
    batch = uuid.UUID(answer["Location"].removeprefix(URL).strip("/"))
    assert answer.status_code == 303
    send_batch(str(batch))
    text = browse(clerk).get(answer["Location"]).content.decode()
    assert "All finished" in text
    assert text.count("</svg> Done</span>") == 3
    moved = Payment.objects.filter(pk__in=[payment.pk for payment in payments])
    assert {payment.processing_status for payment in moved} == {2}


def test_choosing_where_to(payments, post, sandbox):
    text = post(URL, selected(payments)).content.decode()
    assert "Move 3 payments" in text
    assert re.search(r'value="2"\s*>\s*Processing\s*<span class="muted">\s*3 of 3', text)
    assert re.search(r'value="3"\s*disabled>\s*Completed\s*<span class="muted">\s*0 of 3', text)
    assert re.search(r'value="4"\s*disabled>\s*Refunded\s*<span class="muted">\s*0 of 3', text)
    assert "Choose the new status." in text


def test_the_preview_says_who_stays_and_why(clerk, payments, post):
    Payment.objects.filter(pk=payments[0].pk).update(allowed_statuses=[3])
    set_status(clerk, uuid.uuid4(), payments[1].api_id, ProcessingStatus.PROCESSING)
    text = post(URL, selected(payments, status=2)).content.decode()
    assert "Move 1 payment to Processing?" in text
    assert "2 stay as they are" in text
    assert "The store does not allow this payment to take that status." in text
    assert "It is already Processing." in text
    seen = Snapshot.unseal(hidden(text, "seen"), "payment versions", 0).values
    assert list(seen) == [str(payments[2].api_id)]


def test_the_preview_of_refunds_shows_balances_and_totals(controller, payments, post):
    text = post(URL, selected(payments, status=4), controller).content.decode()
    assert "These invoices become open again" in text
    assert "Mark 3 payments as refunded" in text
    assert "No money is sent back" in text


def test_the_preview_says_what_needs_a_second_person(controller, payments, post):
    controller.store.approval_limits = {"XTS": "1"}
    controller.store.save()
    text = post(URL, selected(payments, status=4), controller).content.decode()
    assert "3 need a second person" in text
    assert text.count("Waits for approval") == 3


@only_whole("test_choosing_where_to")
def test_nothing_to_move(payments, post):
    text = post(URL, selected(payments, status=3)).content.decode()
    assert "Move 0 payments to Completed?" in text
    assert 'name="batch"' not in text


def test_all_that_match(clerk, post):
    text = post(URL, {"everything": "yes", "query": "status=3", "status": "1"}).content.decode()
    count = Payment.objects.filter(store=clerk.store, processing_status=3).count()
    assert f"Move {count} payments to Awaiting processing?" in text


@only_whole("test_a_form_that_cannot_be_read")
def test_nothing_selected(post):
    for form in ({}, {"payment": "x"}, {"payment": "777777"}, {"everything": "1", "query": "sort=no"}):
        answer = post(URL, form)
        assert answer.status_code == 422, form
        assert "Back to the payments" in answer.content.decode(), form


def test_too_many(post, payments, monkeypatch):
    monkeypatch.setattr(set_status_batch, "MOST", 2)
    answer = post(URL, {"everything": "yes", "query": "status=3"})
    assert answer.status_code == 422
    assert "at most 2 can be moved at once" in answer.content.decode()


def test_a_form_that_cannot_be_read(post, payments, preview):
    form = preview()
    wrong = [
        ("batch", "x"),
        ("seen", ""),
        ("seen", form["seen"][:-1]),
        ("seen", sealed_version(payments[0])),
        ("status", "0"),
        ("status", ""),
    ]
    for name, value in whole_or(wrong, wrong[2::2]):
        answer = post(f"{URL}together/", form | {name: value})
        assert answer.status_code == 422, (name, value)
        assert "This form is out of date" in answer.content.decode(), (name, value)
    # Nor may a clerk refund.
    assert post(f"{URL}together/", form | {"status": "4"}).status_code == 403
    assert not Change.objects.exists()


def test_sent_twice_asks_once(post, preview):
    form = preview()
    first, second = (post(f"{URL}together/", form) for _twice in range(2))
    assert first["Location"] == second["Location"]
    assert Change.objects.count() == 3


def test_changed_since_the_preview_is_shown_and_nothing_is_asked(clerk, payments, post, preview):
    form = preview(status=1)
    set_status(clerk, uuid.uuid4(), payments[1].api_id, ProcessingStatus.PROCESSING)
    answer = post(f"{URL}together/", form)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "It was shown as: Completed" in text
    assert "Now: Processing" in text
    assert not Change.objects.exclude(batch=None).exists()
    again = post(f"{URL}together/", {**form, "batch": hidden(text, "batch"), "seen": hidden(text, "seen")})
    assert again.status_code == 303


@pytest.fixture
def batch(post, preview) -> str:
    """The address of a batch of three that nobody has worked on yet."""
    return post(f"{URL}together/", preview())["Location"]


@only_whole("test_it_works")
def test_a_batch_under_way_is_looked_at_again(clerk, viewer, browse, batch, monkeypatch):
    fragment = browse(clerk).get(batch, headers={"HX-Request": "true"}).content.decode()
    assert fragment.lstrip().startswith('<div id="batch"')
    assert "<html" not in fragment
    text = browse(clerk).get(batch).content.decode()
    assert f'hx-get="{batch}" hx-trigger="every 2s"' in text
    assert "<strong>3</strong> Waiting to be sent" in text
    assert "Cancel 3 not sent yet" in text
    # A viewer sees it, but has no buttons.
    text = browse(viewer).get(batch).content.decode()
    assert "3 payments to Processing" in text
    assert "not sent yet" not in text
    text = browse(clerk).get("/s/demo/payments/").content.decode()
    assert "A bulk move is under way: 3 payments are left." in text
    assert f'href="{batch}"' in text
    # A long one is cut and says so.
    monkeypatch.setattr("arportal.desk.lists.batch.MOST_SHOWN", 2)
    text = browse(clerk).get(batch).content.decode()
    assert text.count('<tr id="row-') == 2
    assert "1 more is counted above, but not listed here." in text
    Membership.objects.filter(pk=clerk.pk).update(all_companies=False, company_ids=[])
    assert browse(clerk).get(batch).status_code == 404


@only_whole("test_it_works")
def test_refusals_come_first_with_their_reason(clerk, browse, batch, sandbox, payments):
    sandbox.fault("body_422", "PUT", f"payments/{payments[2].api_id}/")
    send_batch(batch.removeprefix(URL).strip("/"))
    text = browse(clerk).get(batch).content.decode()
    assert "every 2s" not in text
    assert text.index(f">#{payments[2].api_id}<") < text.index(f">#{payments[0].api_id}<")
    refused = Change.objects.get(state=Change.State.REFUSED)
    assert refused.error in text
    assert f"/s/demo/changes/{refused.pk}/" in text
    assert f'name="payment" value="{payments[2].api_id}"' in text


def test_cancel(clerk, browse, batch, sandbox):
    answer = browse(clerk).post(f"{batch}cancel/", follow=True)
    assert "3 moves were cancelled before they were sent." in answer.content.decode()
    send_batch(batch.removeprefix(URL).strip("/"))
    assert sandbox.writes() == []
    assert (
        "All moves had been sent already."
        in browse(clerk).post(f"{batch}cancel/", follow=True).content.decode()
    )


@only_whole("test_cancel")
def test_somebody_elses_batch_is_not_taken_back(clerk, controller, browse, post, preview):
    url = post(f"{URL}together/", preview(person=controller), controller)["Location"]
    assert "not sent yet" not in browse(clerk).get(url).content.decode()
    assert browse(clerk).post(f"{url}cancel/").status_code == 403
    assert moves_in(clerk, uuid.UUID(url.removeprefix(URL).strip("/"))).filter(state="asked").count() == 3
