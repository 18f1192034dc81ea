"""150 requests in 60 seconds, told in the API's own prose (contract 2.6)."""

import re

import pytest
import requests

from tests.sandbox.conftest import running


@pytest.fixture(scope="module")
def limited():
    with running("--invoices", "5", "--companies", "2", "--rate-limit", "3") as box:
        yield box


def test_it_works(limited):
    limited.control("POST", "reset")
    headers = limited.get("/companies").headers
    assert headers["X-Requests-Allocated"] == "3 times/60 s"
    assert headers["X-Requests-Remaining"] == "2 times"
    assert headers["X-Requests-Window-Length"] == "1 times"
    assert re.fullmatch(r"\d+\.\d+ s", headers["X-Request-Window-Resets-After"])


def test_the_fourth_is_429_until_the_window_ends(limited):
    limited.control("POST", "reset")
    assert [limited.get("/companies").status_code for _ in range(4)] == [200, 200, 200, 429]
    refused = limited.get("/companies")
    assert refused.json() == {"code": 429, "data": {}, "meta": {"message": "Too Many Requests"}}
    assert refused.headers["X-Requests-Remaining"] == "0 times"
    limited.control("PUT", "clock", {"advance": 60})
    assert limited.get("/companies").status_code == 200


def test_a_429_changes_nothing(limited):
    limited.control("POST", "reset")
    before = limited.data("/companies/1001/payments")
    body = {"payments": [{"code": row["code"], "isEnabled": not row["isEnabled"]} for row in before]}
    while limited.get("/companies").status_code == 200:
        pass
    assert limited.put("/companies/1001/payments", body).status_code == 429
    limited.control("PUT", "clock", {"advance": 60})
    assert limited.data("/companies/1001/payments") == before


def test_control_addresses_and_files_are_free(limited):
    limited.control("POST", "reset")
    for _ in range(5):
        limited.control("GET", "requests")
    assert limited.get("/companies").headers["X-Requests-Remaining"] == "2 times"


def test_a_shorter_minute_until_the_reset(limited):
    limited.control("PUT", "rate-limit", {"requests": 2, "seconds": 0.5})
    assert limited.get("/companies").headers["X-Requests-Allocated"] == "2 times/0.5 s"
    assert [limited.get("/companies").status_code for _ in range(2)] == [200, 429]
    limited.control("PUT", "clock", {"advance": 0.5})
    assert limited.get("/companies").status_code == 200
    limited.control("POST", "reset")
    assert limited.get("/companies").headers["X-Requests-Allocated"] == "3 times/60 s"


def test_a_limit_may_be_lifted(limited):
    limited.control("PUT", "rate-limit", {"requests": None})
    assert [limited.get("/companies").status_code for _ in range(5)] == [200] * 5
    limited.control("POST", "reset")


@pytest.mark.parametrize(
    "wrong", [{}, {"requests": 0}, {"requests": True}, {"requests": 5, "seconds": 0}, []]
)
def test_a_limit_that_makes_no_sense_is_refused(limited, wrong):
    answer = requests.put(f"{limited.address}/_sandbox/rate-limit", json=wrong, timeout=10)
    assert answer.status_code == 400


def test_off_says_nothing(box):
    assert not [name for name in box.get("/companies").headers if name.startswith("X-Request")]
