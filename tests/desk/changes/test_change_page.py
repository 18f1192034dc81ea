"""What became of a change."""

import uuid

import pytest
from django.db.models.functions import Now

from arportal.receivables.models import Change
from tests.whole import only_whole

State = Change.State


@pytest.fixture
def change(clerk, company, payment) -> Change:
    return Change.objects.create(
        id=uuid.uuid4(),
        store=clerk.store,
        actor=clerk,
        verb=Change.Verb.SET_PAYMENT_STATUS,
        company_id=company.api_id,
        target_id=payment.api_id,
        payload={"status": 2},
    )


def test_it_works(viewer, change, browse):
    browser = browse(viewer)
    expected = {
        State.ASKED: "Waiting to be sent",
        State.WAITING: "Waiting for approval",
        State.SENT: "Being confirmed",
        State.UNKNOWN: "Being confirmed",
        State.APPLIED: "See the result",
        State.REFUSED: "The store said no",
    }
    for state, words in expected.items():
        said = {"state": state, "error": "The store said no"}
        mirrored_at = Now() if state == State.APPLIED else None
        Change.objects.filter(pk=change.pk).update(**said, mirrored_at=mirrored_at)
        text = browser.get(f"/s/demo/changes/{change.pk}/").content.decode()
        assert words in text, state
        is_looked_at_again = state in {State.ASKED, State.SENT, State.UNKNOWN}
        assert ('hx-trigger="every 5s"' in text) == is_looked_at_again, state
    # Looking again gets the fragment.
    answer = browse(viewer).get(f"/s/demo/changes/{change.pk}/", headers={"HX-Request": "true"})
    assert b"<html" not in answer.content


@only_whole("desk/test_tenants.py::test_another_store_does_not_exist")
def test_of_another_store(books, change, browse):
    assert browse(books).get(f"/s/books/changes/{change.pk}/").status_code == 404
