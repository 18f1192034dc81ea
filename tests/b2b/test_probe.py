"""`python -m arportal.b2b.probe` against the sandbox: what it says, and what it keeps to itself."""

from decimal import Decimal

import pytest

from arportal.b2b.probe import __main__ as probe
from arportal.b2b.probe.shapes import Watched, shape
from tests.sandbox_server import STORE_HASH, TOKEN


@pytest.fixture
def ask(sandbox, monkeypatch, capsys):
    monkeypatch.setenv("B2B_STORE_HASH", STORE_HASH)
    monkeypatch.setenv("B2B_TOKEN", TOKEN)
    monkeypatch.setenv("B2B_BASE_URL", sandbox.api_url)

    def asked(*arguments: str) -> str:
        assert probe.main(["--read-only", *arguments]) == 0
        return capsys.readouterr().out

    return asked


def test_it_works(ask, sandbox):
    said = ask()
    assert "invoices, orderNumber: " in said
    assert "orders, bcOrderId: " in said
    assert "invoices, pendingPaymentCount: " in said
    assert "company 1, credit: 200 {" in said
    assert "company 1, payment-terms: 200 {" in said
    assert "/ip/invoices, 20 looked at: " in said
    assert sandbox.writes() == []
    assert_nothing_of_customers_and_no_secret(said, sandbox)


def assert_nothing_of_customers_and_no_secret(said, sandbox):
    companies = sandbox.get("/companies", limit=20)
    assert companies
    for company in companies:
        assert company["companyName"] not in said
        assert company["companyEmail"] not in said
    assert TOKEN not in said


def test_values_when_asked_for(ask, sandbox):
    invoice = sandbox.get("/ip/invoices", limit=1)[0]
    said = ask("--values")
    assert "createdAt: " in said
    assert f"id: {invoice['id']}" in said


def test_what_fails_is_an_answer_too(ask, sandbox):
    sandbox.fault("500", path="/credit", count=99)
    assert "company 1, credit: 500" in ask()


def test_help(capsys):
    with pytest.raises(SystemExit) as done:
        probe.main(["--help"])
    assert done.value.code == 0
    said = capsys.readouterr().out
    for words in (
        "B2B_STORE_HASH",
        "B2B_TOKEN",
        "B2B_COMPANY",
        "--read-only",
        "--values",
        'without a "y" nothing',
    ):
        assert words in said


def test_without_a_store(monkeypatch, capsys):
    monkeypatch.delenv("B2B_STORE_HASH", raising=False)
    monkeypatch.delenv("B2B_TOKEN", raising=False)
    assert probe.main([]) == 2
    assert capsys.readouterr().err == "Set B2B_STORE_HASH and B2B_TOKEN.\n"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (5, "whole number"),
        (Decimal("5.5"), "number with decimals"),
        ("5", "text of digits"),
        ("5.50", "text of a number"),
        ("Ada", "text"),
        ("", "text, empty"),
        (None, "null"),
        (True, "true"),
        ([], "[]"),
        ([{"a": 1}, {"a": 2}], "[2 of {a: whole number}]"),
    ],
)
def test_a_shape_tells_no_value(value, words):
    assert shape(value) == words


def test_keys_that_nobody_asked_for():
    record = Watched({"id": 1, "note": "x", "lines": [{"sku": "a", "colour": "b"}], "kept": {"any": 1}})
    assert record["id"] == 1
    assert record.get("lines")[0]["sku"] == "a"
    assert record.get("kept")
    assert dict(record.unread()) == {"note": "x", "lines[].colour": "b"}
