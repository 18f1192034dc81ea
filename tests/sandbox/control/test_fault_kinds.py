"""Each way of going wrong: what the caller sees, and whether the write was done."""

import gzip
import json
import socket
import time
import zlib
from urllib.parse import urlsplit

import pytest
import requests
import urllib3

from tests.sandbox.conftest import HEADERS, offline
from tests.whole import only_whole

OFFLINE = "/ip/payments/offline"
BROKEN = (
    *(requests.ConnectionError, requests.Timeout),
    *(requests.exceptions.ChunkedEncodingError, requests.exceptions.InvalidHeader),
)


def count(box):
    return box.get("/ip/payments").json()["meta"]["pagination"]["totalCount"]


def pay(box, invoices, **more):
    body = offline(invoices[:1], ["1"], externalId="once")
    return box.ask("POST", OFFLINE, json=body, **more)


@pytest.mark.parametrize(
    ("kind", "done"),
    [
        *(("reset_before", 0), ("reset_after", 1), ("reset_midway", 1)),
        *(("hang_before", 0), ("hang_after", 1), ("wrong_length", 1), ("two_lengths", 1)),
    ],
)
def test_the_connection_breaks(box, box_invoices, kind, done):
    before = count(box)
    box.fault(kind, method="POST", seconds=0.3)
    with pytest.raises(BROKEN):
        pay(box, box_invoices)
    assert count(box) == before + done


@pytest.mark.parametrize(("kind", "status"), [("408", 408), ("409", 409), ("429_told", 429), ("520", 520)])
def test_a_refusal_that_was_none_of_the_stores(box, box_invoices, kind, status):
    before = count(box)
    box.fault(kind, method="POST", seconds=3)
    answer = pay(box, box_invoices)
    assert (answer.status_code, count(box)) == (status, before)
    assert answer.headers.get("Retry-After") == ("3" if kind == "429_told" else None)


@pytest.mark.parametrize(("kind", "data"), [("null", {"data": None}), ("missing", {})])
def test_an_answer_without_data(box, box_invoices, kind, data):
    before = count(box)
    box.fault(kind, method="POST")
    answer = pay(box, box_invoices)
    assert (answer.status_code, count(box)) == (200, before + 1)
    assert answer.json() == {"code": 200, "meta": {"message": "SUCCESS"}} | data


def test_a_hang_outlasts_the_callers_patience(box, box_invoices):
    box.fault("hang_after", method="POST", seconds=2)
    with pytest.raises(requests.ReadTimeout):
        pay(box, box_invoices, timeout=0.2)
    assert box.data("/ip/payments", searchBy="externalId", q="once")


def test_others_are_served_while_one_hangs(box, box_invoices):
    box.fault("hang_before", method="POST", seconds=8)
    with pytest.raises(requests.ReadTimeout):
        pay(box, box_invoices, timeout=0.1)
    assert box.get("/companies").elapsed.total_seconds() < 5


def test_a_web_page_instead_of_json(box, box_invoices):
    before = count(box)
    box.fault("html", method="POST")
    answer = pay(box, box_invoices)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert count(box) == before + 1


def test_half_of_the_json(box):
    whole = box.get("/companies").text
    box.fault("truncated")
    answer = box.get("/companies")
    assert whole.startswith(answer.text)
    with pytest.raises(json.JSONDecodeError):
        json.loads(answer.text)


def test_nothing_at_all(box, box_invoices):
    before = count(box)
    box.fault("empty", method="POST")
    answer = pay(box, box_invoices)
    assert (answer.status_code, answer.content) == (200, b"")
    assert count(box) == before + 1


def test_success_without_the_id(box, box_invoices):
    before = count(box)
    box.fault("no_id", method="POST")
    assert pay(box, box_invoices).json() == {"code": 200, "data": {}, "meta": {"message": "SUCCESS"}}
    assert count(box) == before + 1


def test_success_with_the_id_as_text(box, box_invoices):
    box.fault("text_id", method="POST")
    made = pay(box, box_invoices).json()["data"]["paymentId"]
    assert box.data(f"/ip/payments/{made}")["id"] == int(made)


def test_a_failure_inside_200_after_it_was_done(box, box_invoices):
    before = count(box)
    box.fault("body_500", method="POST")
    answer = pay(box, box_invoices)
    assert (answer.status_code, answer.json()["code"], count(box)) == (200, 500, before + 1)


def test_gzip_that_ends_in_the_middle(box):
    box.fault("cut_gzip")
    with pytest.raises(json.JSONDecodeError):
        box.get("/companies").json()


@only_whole("test_done_only_later")
def test_nothing_for_a_while_then_done(box, box_invoices):
    before = count(box)
    box.fault("slow_commit", method="POST", seconds=0.4)
    with pytest.raises(requests.ReadTimeout):
        pay(box, box_invoices, timeout=0.1)
    assert count(box) == before
    time.sleep(0.8)
    assert count(box) == before + 1


@pytest.mark.parametrize(
    ("kind", "first"), [("early_hints", b"HTTP/1.1 103 "), ("twice", b"HTTP/1.1 200 OK")]
)
def test_two_answers_to_one_request(box, kind, first):
    box.fault(kind)
    address = urlsplit(box.address)
    request = b"GET /api/v3/io/companies/1001 HTTP/1.1\r\nHost: x\r\nX-Auth-Token: sandbox-token\r\n"
    with socket.create_connection((address.hostname, address.port), timeout=5) as raw:
        raw.sendall(request + b"X-Store-Hash: sandbox\r\nConnection: close\r\n\r\n")
        received = b"".join(iter(lambda: raw.recv(65_536), b""))
    assert received.startswith(first)
    assert received.count(b"HTTP/1.1 ") == 2


def test_a_refusal_inside_200(box, box_invoices):
    before = count(box)
    box.fault("body_422", method="POST")
    answer = pay(box, box_invoices)
    assert (answer.status_code, answer.json()["code"]) == (200, 422)
    assert count(box) == before


def test_a_redirect_to_another_host(box, box_invoices):
    before = count(box)
    box.fault("redirect", method="POST")
    answer = pay(box, box_invoices)
    assert (answer.status_code, answer.headers["Location"]) == (302, "https://elsewhere.example/sign-in")
    assert count(box) == before


def test_a_body_that_only_claims_to_be_gzip(box):
    box.fault("bad_gzip")
    with pytest.raises(requests.exceptions.ContentDecodingError):
        box.get("/companies")
    box.fault("bad_gzip")
    raw = urllib3.request("GET", f"{box.address}/api/v3/io/companies", headers=HEADERS, decode_content=False)
    with pytest.raises(zlib.error):
        gzip.decompress(raw.data)


def test_drop_by_drop(box):
    box.fault("drip", seconds=0.5)
    started = time.perf_counter()
    assert box.get("/companies").status_code == 200
    assert time.perf_counter() - started > 0.4


def test_a_link_that_has_run_out(box):
    box.fault("expired_link", path="download-pdf")
    ended, good = (box.data("/ip/invoices/5/download-pdf")["url"] for _ in range(2))
    assert [box.session.get(url, timeout=10).status_code for url in (ended, good)] == [403, 200]


def test_done_only_later(box, box_invoices):
    before = count(box)
    box.fault("delayed_commit", method="POST", seconds=0.3)
    assert pay(box, box_invoices).status_code == 504
    assert count(box) == before
    deadline = time.monotonic() + 10
    while count(box) == before and time.monotonic() < deadline:
        time.sleep(0.05)
    assert count(box) == before + 1


def test_a_reset_forgets_what_is_still_to_come(box, box_invoices):
    before = count(box)
    box.fault("delayed_commit", method="POST", seconds=0.3)
    pay(box, box_invoices)
    box.control("POST", "reset")
    time.sleep(0.6)
    assert count(box) == before


def test_a_search_index_that_lags(box, box_invoices):
    made = pay(box, box_invoices).json()["data"]["paymentId"]
    box.fault("stale_index", path="/ip/payments$", seconds=60)
    query = {"searchBy": "externalId", "q": "once"}
    assert box.data("/ip/payments", **query) == []
    assert [row["id"] for row in box.data("/ip/payments", **query)] == [made]


def test_a_reset_is_a_real_one_on_the_wire(box):
    box.fault("reset_before")
    address = urlsplit(box.address)
    with socket.create_connection((address.hostname, address.port), timeout=5) as raw:
        raw.sendall(b"GET /api/v3/io/companies HTTP/1.1\r\nHost: x\r\n\r\n")
        with pytest.raises(ConnectionResetError):
            raw.recv(100)


def test_the_commit_can_be_chosen(box, box_invoices):
    before = count(box)
    box.fault("html", method="POST", commit=False)
    pay(box, box_invoices)
    assert count(box) == before


def test_a_dropped_answer_is_never_retried_by_the_server(box, box_invoices):
    box.fault("drop_after", method="POST")
    with pytest.raises(requests.ConnectionError):
        pay(box, box_invoices)
    assert len(box.data("/ip/payments", searchBy="externalId", q="once")) == 1


def test_keep_alive_serves_many_on_one_connection(box):
    address = urlsplit(box.address)
    request = b"GET /api/v3/io/companies/1001 HTTP/1.1\r\nHost: x\r\nX-Auth-Token: sandbox-token\r\n"
    request += b"X-Store-Hash: sandbox\r\n\r\n"
    with socket.create_connection((address.hostname, address.port), timeout=5) as raw:
        for _ in range(3):
            raw.sendall(request)
            assert raw.recv(65_536).startswith(b"HTTP/1.1 200 OK\r\n")
