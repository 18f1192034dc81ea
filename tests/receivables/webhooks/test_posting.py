"""One message to one address: what counts as taken, whatever else the receiver says."""

import pytest

from arportal.mirror.files.addresses import Place
from arportal.receivables.webhooks import posting
from arportal.receivables.webhooks.posting import SECONDS, Answer, post


def test_only_the_status_says_whether_it_was_taken():
    taken = {status: Answer(0.1, status).is_taken for status in (None, 199, 200, 299, 300, 500)}
    assert taken == {None: False, 199: False, 200: True, 299: True, 300: False, 500: False}


def test_an_answer_in_letters_of_its_own_is_taken_all_the_same(receiver):
    answer = post(receiver.url("/latin"), {}, b"{}")
    assert (answer.is_taken, answer.begin) == (True, "re\ufffdu")


@pytest.mark.parametrize(
    ("path", "words"),
    [("/drops", "No connection: RemoteDisconnected"), ("/hangs", "No answer within 1 second.")],
)
def test_why_there_was_no_answer(receiver, path, words):
    answer = post(receiver.url(path), {}, b"{}", seconds=0.2)
    assert (answer.status, answer.words) == (None, words)
    assert 0 <= answer.seconds < 2


def test_a_machine_that_cannot_be_reached_is_passed_over(receiver, monkeypatch):
    times = []

    def located(_place: Place, seconds: float) -> list[str]:
        times.append(seconds)
        return ["127.0.0.2", "127.0.0.1"]

    # The receiver listens at the second of them.
    monkeypatch.setattr(posting, "located", located)
    assert post(receiver.url("/takes"), {"webhook-id": "7"}, b"{}").status == 204
    assert [(got.headers["webhook-id"], got.body) for got in receiver.got] == [("7", b"{}")]
    # The name is looked up within the time that the message has.
    assert [SECONDS - 1 < seconds <= SECONDS for seconds in times] == [True]
    monkeypatch.setattr(posting, "located", lambda _place, _seconds: ["127.0.0.2"])
    assert post(receiver.url("/takes"), {}, b"{}").words == "No connection: ConnectionRefusedError"


def test_how_long_a_refused_address_took():
    answer = post("http://erp.example.com/", {}, b"{}")
    assert (answer.status, "must begin with https" in answer.words) == (None, True)
    assert 0 <= answer.seconds < 1
