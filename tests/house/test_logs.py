"""The log: which request, by whom, in which store; and nothing that opens anything."""

import io
import json
import logging
import re
from types import SimpleNamespace

import pytest
from django.core import mail

from arportal import logs, settings
from tests.cast import PASSWORD

NEW = "long enough 1!"


@pytest.fixture
def lines():
    """A function that gives the lines since it was asked last."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.JsonLine())
    handler.addFilter(settings.LOGGING["filters"]["addresses"]["callback"])
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)

    def taken() -> list[dict]:
        text = stream.getvalue()
        stream.seek(0)
        stream.truncate()
        return [json.loads(line) for line in text.splitlines()]

    yield taken
    root.removeHandler(handler)
    root.setLevel(level)


def test_it_works(clerk, browse, lines):
    answer = browse(clerk).get("/s/demo/changes/0b0d5b47-5d1c-4b1e-8f1f-aaaaaaaaaaaa/?q=secret")
    line, djangos = lines()
    assert djangos["message"] == "Not Found: /s/<slug:slug>/changes/<uuid:change_id>/"
    assert (djangos["request"], djangos["person"]) == (line["request"], line["person"])
    about = {name: line[name] for name in ("request", "person", "store", "status", "message")}
    assert about == {
        "request": answer["X-Request-ID"],
        "person": clerk.user_id,
        "store": clerk.store_id,
        "status": 404,
        "message": "GET /s/<slug:slug>/changes/<uuid:change_id>/",
    }
    assert line["ids"] == {"change_id": "0b0d5b47-5d1c-4b1e-8f1f-aaaaaaaaaaaa"}
    assert "secret" not in str(line)


def test_a_fault_of_ours(clerk, browse, lines, monkeypatch):
    monkeypatch.setattr("arportal.desk.settings.preferences.link", lambda *_: 1 / 0)
    browser = browse(clerk)
    browser.raise_request_exception = False
    answer = browser.get("/s/demo/preferences/")
    (line,) = (line for line in lines() if line["level"] == "ERROR")
    assert line["message"] == "Internal Server Error: /s/<slug:slug>/preferences/"
    assert line["trace"].endswith("ZeroDivisionError: division by zero")
    about = (answer["X-Request-ID"], clerk.user_id, clerk.store_id)
    assert (line["request"], line["person"], line["store"]) == about


def test_nothing_secret(admin, clerk, browse, client, lines, settings):
    settings.SENDS_MAIL = True
    browse(admin).post(
        "/s/demo/people/invite/",
        {"email": "new@example.com", "role": "clerk", "sees": "all", "companies": ""},
    )
    client.post("/accounts/password/reset/", {"email": clerk.user.email})
    invitation, reset = (re.search(r"http://testserver(/\S+)", message.body)[1] for message in mail.outbox)
    client.post(invitation, {"name": "New", "password": "short", "again": "short"})
    client.post(invitation, {"name": "New", "password": NEW, "again": NEW})
    for address in (invitation, invitation.replace("/invitations/", "/invitation/"), reset):
        client.get(address)
    client.post("/accounts/logout/")
    for password in ("guessed wrong", PASSWORD):
        client.post("/accounts/login/", {"login": clerk.user.email, "password": password})
    written = lines()
    whole = json.dumps(written)
    messages = {line["message"] for line in written}
    # Django's own lines among them.
    assert "Unprocessable Entity: /invitations/<str:token>/" in messages
    assert "Gone: /invitations/<str:token>/" in messages
    assert "Not Found: /invitation…" in messages
    secrets = [
        *(invitation.split("/")[2], reset.split("/")[5].partition("-")[2]),
        *(NEW, PASSWORD, "guessed wrong", client.cookies["sessionid"].value),
    ]
    assert [secret for secret in secrets if secret in whole] == []
    assert written[-1]["person"] == clerk.user_id


def test_the_proxys_id_is_kept_where_there_is_one(client, db, settings):
    told = {"X-Request-ID": "proxy-0123456789"}
    assert client.get("/healthz", headers=told)["X-Request-ID"] != told["X-Request-ID"]
    settings.HTTPS = True
    assert client.get("/healthz", headers=told)["X-Request-ID"] == told["X-Request-ID"]
    for bad in ("short", "x" * 65, "two words and more", "line\nends"):
        assert re.fullmatch(
            "[0-9a-f]{32}", client.get("/healthz", headers={"X-Request-ID": bad})["X-Request-ID"]
        )


def test_a_job(lines):
    job = SimpleNamespace(id=17, task_name="arportal.mirror.tasks.sync", task_kwargs={"store_id": 3})
    context = SimpleNamespace(job=job)
    logs.job_lines(lambda: logging.getLogger("arportal").warning("two\nlines"), context, None)
    (line,) = lines()
    assert (line["job"], line["task"], line["store"]) == (17, "arportal.mirror.tasks.sync", 3)
    assert line["message"] == "two\nlines"
    logging.getLogger("arportal").warning("after")
    assert "job" not in lines()[0]
