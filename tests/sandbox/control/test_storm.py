"""A storm, which can be lived through again, and a door that is closed for a while."""

import time

import pytest
import requests

from tests.sandbox.conftest import offline

OFFLINE = "/ip/payments/offline"
STORM = {
    **{"seed": 5, "probability": 0.5, "method": "POST", "path": "/offline$"},
    "faults": [{"kind": "500"}, {"kind": "502", "commit": True, "weight": 2}, {"kind": "html"}],
}


def fates(box, invoices, names):
    """What each of these payments meets, in two attempts."""
    for name in [*names, *names]:
        box.post(OFFLINE, offline(invoices[:1], ["1"], externalId=name))
    log = [entry for entry in box.control("GET", "requests") if entry["method"] == "POST"]
    met: dict[str, list] = {}
    for entry in log:
        met.setdefault(entry["body"]["externalId"], []).append((entry["fault"], entry["commit"]))
    return met


def test_it_works(box, box_invoices):
    names = [f"payment-{number}" for number in range(12)]
    box.control("POST", "storm", [STORM])
    first = fates(box, box_invoices, names)
    box.control("POST", "reset")
    box.control("POST", "storm", [STORM])
    assert fates(box, box_invoices, list(reversed(names))) == first
    struck = [fate for each in first.values() for fate in each]
    assert set(struck) == {(None, None), ("500", False), ("502", True), ("html", True)}


def test_another_seed_is_another_storm(box, box_invoices):
    box.control("POST", "storm", [STORM])
    first = fates(box, box_invoices, "abcdef")
    box.control("POST", "reset")
    box.control("POST", "storm", [STORM | {"seed": 6}])
    assert fates(box, box_invoices, "abcdef") != first


def test_it_goes_by_what_is_searched_for(box):
    search = {"method": "GET", "path": "/payments$", "probability": 1, "faults": [{"kind": "503"}]}
    box.control("POST", "storm", [STORM | search])
    assert box.get("/ip/payments", searchBy="externalId", q="x").status_code == 503
    assert box.get("/companies").status_code == 200


def test_it_ends(box):
    box.control("POST", "storm", [STORM | {"probability": 1, "method": "GET", "path": ""}])
    box.control("DELETE", "storm")
    assert box.get("/companies").status_code == 200


@pytest.mark.parametrize("wrong", [{}, [{}], [1], [STORM | {"faults": [{"kind": "?"}]}]])
def test_what_is_no_storm(box, wrong):
    assert requests.post(f"{box.address}/_sandbox/storm", json=wrong, timeout=10).status_code == 400


def test_the_log_goes_on_where_one_was(box):
    box.get("/companies")
    read = box.control("GET", "requests")
    box.get("/companies", q="second")
    assert [each["query"] for each in box.control("GET", f"requests?after={read[-1]['id']}")] == ["q=second"]


def test_the_door_is_closed_for_a_while(box):
    box.control("POST", "door", {"seconds": 0.3})
    box.session.close()
    time.sleep(0.1)
    with pytest.raises(requests.ConnectionError, match="refused"):
        box.get("/companies")
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            assert box.get("/companies").status_code == 200
            return
        except requests.ConnectionError:
            time.sleep(0.05)
    raise AssertionError("The door stayed closed.")


def test_a_door_needs_a_time(box):
    assert requests.post(f"{box.address}/_sandbox/door", json={}, timeout=10).status_code == 400
