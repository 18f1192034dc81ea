"""Every fault of the sandbox, met by a write and by a read: named rightly, and never sent twice."""

import contextlib
from collections.abc import Iterator
from decimal import Decimal

import pytest

from arportal.b2b import (
    Ambiguous,
    B2BError,
    Client,
    Forbidden,
    Invoice,
    InvoiceStatus,
    NotFound,
    OfflineLine,
    RateLimited,
    Refused,
    Unauthorized,
)
from tests.sandbox_server import STORE_HASH, TOKEN, Sandbox
from tests.whole import whole_or

OUTCOMES: dict[str, type[B2BError]] = {
    "401": Unauthorized,
    **dict.fromkeys(["429", "429_told"], RateLimited),
    **dict.fromkeys(["400", "409", "422"], Refused),
    "403": Forbidden,
    "404": NotFound,
    "body_422": Refused,
    **dict.fromkeys(["500", "502", "503", "504", "drop_before", "drop_after", "reset_before"], Ambiguous),
    **dict.fromkeys(["reset_after", "hang_before", "hang_after", "html", "truncated", "empty"], Ambiguous),
    **dict.fromkeys(["408", "520", "reset_midway", "body_500", "cut_gzip", "two_lengths"], Ambiguous),
    **dict.fromkeys(["no_id", "redirect", "bad_gzip", "wrong_length", "delayed_commit"], Ambiguous),
}
DONE_ALL_THE_SAME = {
    *("drop_after", "reset_after", "hang_after", "html", "truncated", "empty"),
    *("no_id", "bad_gzip", "wrong_length", "reset_midway", "body_500", "cut_gzip", "two_lengths"),
}
CURED_BY_A_RETRY = {
    *("408", "429", "429_told", "500", "502", "503", "504", "520"),
    *("drop_before", "drop_after", "reset_before", "reset_after", "reset_midway", "body_500"),
    *("hang_before", "hang_after", "bad_gzip", "wrong_length", "two_lengths", "delayed_commit"),
}


# In the suite one of each outcome, and of each way in which an answer is lost.
SOME = (
    *("401", "403", "404", "409", "429_told", "body_422", "500", "drop_before", "hang_after", "html"),
    *("reset_midway", "two_lengths", "no_id", "delayed_commit"),
)


@pytest.fixture
def api_patient(sandbox: Sandbox) -> Iterator[Client]:
    """A client that gives up a request soon, but tries a read again."""
    with Client(
        store_hash=STORE_HASH, token=TOKEN, base_url=sandbox.api_url, timeout=(3, 1.5), max_wait=70
    ) as client:
        yield client


def an_open_invoice(client: Client) -> Invoice:
    invoice = client.invoices.list(status=InvoiceStatus.OPEN).first()
    assert invoice
    return invoice


@pytest.mark.parametrize("kind", whole_or(OUTCOMES, SOME))
def test_a_write_meets_it(sandbox: Sandbox, api_patient: Client, kind: str) -> None:
    invoice = an_open_invoice(api_patient)
    sandbox.fault(kind, method="POST", seconds=2.5 if kind.startswith("hang") else 0)
    with pytest.raises(OUTCOMES[kind]):
        api_patient.payments.create_offline(
            company_id=invoice.company_id,
            currency=invoice.open_balance.currency,
            lines=[OfflineLine(invoice.invoice_id, Decimal("1"))],
            memo="",
            external_id="once",
        )
    assert len(sandbox.writes()) == 1
    if kind != "delayed_commit":
        found = list(api_patient.payments.with_external_id("once"))
        assert len(found) == (kind in DONE_ALL_THE_SAME)


@pytest.mark.parametrize("kind", [kind for kind in whole_or(OUTCOMES, SOME[4:]) if kind != "no_id"])
def test_a_read_meets_it(
    sandbox: Sandbox, api_patient: Client, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("arportal.b2b.http.pacing.backoff", lambda attempt: 0.01)
    sandbox.fault(kind, method="GET", seconds=2.5 if kind.startswith("hang") else 0)
    monkeypatch.setattr(api_patient._transport, "_sleep", lambda seconds: None)
    if kind in CURED_BY_A_RETRY:
        assert api_patient.invoices.get(1).invoice_id == 1
    else:
        with pytest.raises(B2BError) as caught:
            api_patient.invoices.get(1)
        assert not isinstance(caught.value, Ambiguous)


def test_a_drip_that_ends_in_time_is_an_answer(sandbox: Sandbox, api_patient: Client) -> None:
    sandbox.fault("drip", method="GET", seconds=0.4)
    assert api_patient.invoices.get(1).invoice_id == 1
    assert len(sandbox.control("GET", "requests")) == 1


@pytest.mark.parametrize("kind", ["early_hints", "twice", "text_id"])
def test_an_odd_answer_is_not_taken_for_the_next_requests(
    sandbox: Sandbox, api_patient: Client, kind: str
) -> None:
    invoice = an_open_invoice(api_patient)
    for name in ("first", "second"):
        sandbox.fault(kind, method="POST")
        with contextlib.suppress(Ambiguous):
            made = api_patient.payments.create_offline(
                company_id=invoice.company_id,
                currency=invoice.open_balance.currency,
                lines=[OfflineLine(invoice.invoice_id, Decimal("1"))],
                memo="",
                external_id=name,
            )
            assert api_patient.payments.get(made).external_id == name
        assert len(list(api_patient.payments.with_external_id(name))) == 1


def test_every_fault_is_met(sandbox: Sandbox) -> None:
    answer = sandbox._session.post(f"{sandbox.address}/_sandbox/faults", json={"kind": "?"}, timeout=10)
    # What an answer without its data does is told where it is read: tests/mirror/sync/test_every_answer.py.
    met = {
        *OUTCOMES,
        "null",
        "missing",
        "drip",
        "stale_index",
        "slow_commit",
        "expired_link",
        "early_hints",
        "twice",
        "text_id",
    }
    assert {kind.strip() for kind in answer.text.partition("one of ")[2].rstrip('."}').split(",")} == met
