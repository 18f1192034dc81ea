"""/_sandbox/: reset, request log, clock, quirks."""

import time

import requests

from tests.sandbox.conftest import offline


def test_reset_restores_everything(box, box_invoices):
    before = box.everything("/ip/invoices")
    box.post("/ip/payments/offline", offline(box_invoices, ["1", "1"]))
    box.fault("500")
    box.quirk(errors_as_200="on")
    box.control("PUT", "clock", {"advance": 5000})
    box.control("POST", "reset")
    assert box.control("GET", "requests") == []
    assert box.everything("/ip/invoices") == before
    assert box.get("/companies/1").status_code == 404
    assert abs(box.control("GET", "clock")["now"] - time.time()) < 5


def test_the_log_tells_what_was_asked(box):
    box.get("/companies", q="x")
    box.put("/companies/1001/payments", {"payments": []})
    first, second = box.control("GET", "requests")
    assert (first["method"], first["path"], first["query"]) == ("GET", "/api/v3/io/companies", "q=x")
    assert (first["status"], first["body"], first["fault"]) == (200, None, None)
    assert second["body"] == {"payments": []}
    assert 0 < second["ms"] < 1000
    assert abs(second["at"] - time.time()) < 5


def test_the_log_can_be_cleared(box):
    box.get("/companies")
    box.control("DELETE", "requests")
    assert box.control("GET", "requests") == []


def test_the_clock_moves(box, box_invoices):
    box.control("PUT", "clock", {"now": 2_000_000_000})
    made = box.post("/ip/payments/offline", offline(box_invoices[:1], ["1"])).json()["data"]["paymentId"]
    assert 0 <= box.data(f"/ip/payments/{made}")["createdAt"] - 2_000_000_000 < 5


def test_a_clock_needs_a_number(box):
    answer = requests.put(f"{box.address}/_sandbox/clock", json={"now": "noon"}, timeout=10)
    assert answer.status_code == 400


def test_quirks_tell_what_they_are_for(box):
    quirks = box.control("GET", "quirks")
    assert quirks["money_shape"]["choices"] == ["object", "array", "json"]
    assert quirks["money_shape"]["value"] == quirks["money_shape"]["default"] == "object"


def test_unknown_quirks_are_refused_and_nothing_changes(box):
    for body in (
        {"errors_as_200": "on", "no_such": "on"},
        {"errors_as_200": "maybe"},
        {"index_delay_s": "-1"},
    ):
        answer = requests.put(f"{box.address}/_sandbox/quirks", json=body, timeout=10)
        assert answer.status_code == 400
    assert box.control("GET", "quirks")["errors_as_200"]["value"] == "off"
