"""Rules for misbehaving: which requests, how often, and whether the write was done."""

import pytest
import requests

from tests.sandbox.conftest import offline

OFFLINE = "/ip/payments/offline"


def count(box):
    return box.get("/ip/payments").json()["meta"]["pagination"]["totalCount"]


def test_an_error_answer_once_and_nothing_done(box, box_invoices):
    for kind in ("400", "401", "403", "404", "422", "429", "500", "502", "503", "504"):
        before = count(box)
        box.fault(kind, method="POST", path="/payments/offline")
        answer = box.post(OFFLINE, offline(box_invoices[:1], ["1"]))
        assert answer.status_code == answer.json()["code"] == int(kind)
        assert count(box) == before
        assert box.post(OFFLINE, offline(box_invoices[:1], ["1"])).status_code == 200


@pytest.mark.parametrize(("kind", "done"), [("drop_before", 0), ("drop_after", 1)])
def test_a_dropped_connection(box, box_invoices, kind, done):
    before = count(box)
    box.fault(kind, method="POST")
    with pytest.raises(requests.ConnectionError):
        box.post(OFFLINE, offline(box_invoices[:1], ["1"]))
    assert count(box) == before + done


def test_committed_and_then_an_error(box, box_invoices):
    before = count(box)
    box.fault("503", method="POST", commit=True)
    assert box.post(OFFLINE, offline(box_invoices[:1], ["1"])).status_code == 503
    assert count(box) == before + 1


def test_method_and_path_choose(box):
    box.fault("500", method="PUT", path="^/api/v3/io/ip/payments/[0-9]+/", count=10)
    assert box.get("/ip/payments/1").status_code == 200
    assert box.put("/ip/payments/1/processing-status", {"processingStatus": 3}).status_code == 500


def test_count_and_skip(box):
    box.fault("500", count=2, skip=1)
    assert [box.get("/companies").status_code for _ in range(5)] == [200, 500, 500, 200, 200]


def test_probability_repeats_with_its_seed(box):
    runs = []
    for _ in range(2):
        box.control("POST", "reset")
        box.fault("500", probability=0.5, seed=9)
        runs.append([box.get("/companies").status_code for _ in range(30)])
    assert runs[0] == runs[1]
    assert 5 < runs[0].count(500) < 25


def test_the_log_names_the_fault(box):
    box.fault("500")
    box.get("/companies")
    assert box.control("GET", "requests")[0]["fault"] == "500"


def test_rules_can_be_listed_and_deleted(box):
    box.fault("500", probability=1)
    box.get("/companies")
    (rule,) = box.control("GET", "faults")
    assert (rule["kind"], rule["hits"]) == ("500", 1)
    box.control("DELETE", "faults")
    assert box.get("/companies").status_code == 200


@pytest.mark.parametrize(
    "rule",
    [
        {"kind": "flood"},
        {"path": "x"},
        {"kind": "500", "path": "("},
        {"kind": "500", "count": -1},
        {"kind": "500", "times": 3},
        {"kind": "500", "method": "LOOK"},
        {"kind": "500", "probability": "often"},
        "500",
    ],
)
def test_a_bad_rule_is_refused(box, rule):
    answer = requests.post(f"{box.address}/_sandbox/faults", json=rule, timeout=10)
    assert answer.status_code == 400
    assert answer.json()["error"]
