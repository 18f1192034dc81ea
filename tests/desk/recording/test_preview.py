"""What recording a payment will do, before anything is sent."""

import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from arportal.mirror.models import Invoice, Payment
from arportal.receivables.models import Change
from tests.desk.recording.recording import Form, filled
from tests.whole import only_whole


@pytest.fixture
def form(clerk, company, browse) -> Form:
    return Form(browse(clerk), company.api_id)


@pytest.fixture
def typed(open_invoices) -> dict[str, str]:
    return filled(*open_invoices[:2])


@pytest.fixture
def seen(form, typed):
    """The preview as text, tags taken out."""

    def see(**more: str) -> str:
        answer = form.send(typed | more, follow=True)
        assert answer.redirect_chain == [(f"{form.url}preview/", 303)]
        return plain(answer)

    return see


def plain(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_it_works(seen, open_invoices, form, sandbox):
    """Balances before and after are those the store then has."""
    text = seen()
    second = open_invoices[1]
    after = second.open_balance - 2
    assert f"{second.open_balance:,.2f} USD 2.00 USD {after:,.2f} USD" in text
    assert f"CHQ 9 · by post · [{form.change_id.hex[:8]}]" in text
    assert not sandbox.writes()
    form.send(filled(*open_invoices[:2]), "preview/")
    theirs = sandbox.get(f"/ip/invoices/{second.api_id}")["openBalance"]["value"]
    assert Decimal(theirs) == after
    paid = sandbox.get("/ip/payments", searchBy="externalId", q=str(form.change_id))[0]
    assert paid["details"]["memo"] in text


def test_balances_are_read_from_the_store(seen, open_invoices, sandbox):
    """A buyer has paid online since our last look."""
    first = open_invoices[0]
    sandbox.put(
        f"/ip/invoices/{first.api_id}",
        {"openBalance": {"code": first.currency, "value": str(first.open_balance - 5)}},
    )
    assert f"{first.open_balance - 5:,.2f} USD 1.00 USD {first.open_balance - 6:,.2f} USD" in seen()


def test_an_amount_that_is_too_much_by_now(form, open_invoices, sandbox):
    first = open_invoices[0]
    sandbox.put(f"/ip/invoices/{first.api_id}", {"openBalance": {"code": first.currency, "value": "0.50"}})
    answer = form.send(filled(first), follow=True)
    assert answer.status_code == 422
    assert "Only 0.50 USD is open on this invoice" in plain(answer)


@only_whole("test_balances_are_read_from_the_store")
def test_a_store_that_cannot_be_asked(seen, sandbox):
    sandbox.fault("500", "GET", count=9)
    assert "balances are those of the last sync" in seen()


@only_whole("test_it_works")
def test_what_is_paid_off_and_what_stays_open(form, open_invoices):
    first, second = open_invoices[:2]
    whole = {f"amount-{first.api_id}": f"{first.open_balance:.2f}"}
    text = plain(form.send(filled(first, second) | whole, follow=True))
    assert re.search(rf"{first.number} (Paid) (Open|Overdue|Partly paid) → becomes \1 ", text)
    assert re.search(rf"{second.number} (Overdue|Partly paid) .{{4,11}} → becomes \1 ", text)


def test_a_likely_duplicate(form, typed, seen, clerk, company, browse, sandbox):
    Form(browse(clerk), company.api_id).send(typed, "preview/")
    text = seen()
    assert "This payment may already be recorded" in text
    assert "same amount and reference" in text
    refused = form.send(typed, "preview/")
    assert refused.status_code == 422
    assert "Tick the box if it is a different payment" in plain(refused)
    assert len(sandbox.writes()) == 1
    ticked = re.search(r'name="duplicates" value="([^"]+)"', refused.content.decode())[1]
    assert form.send(typed | {"duplicates": ticked}, "preview/").status_code == 303
    assert Payment.objects.filter(total=3, memo__contains="CHQ 9").count() == 2


@only_whole("test_a_likely_duplicate")
def test_a_duplicate_recorded_while_the_preview_was_read(form, typed, seen, clerk, company, browse, sandbox):
    assert "may already be recorded" not in seen()
    Form(browse(clerk), company.api_id).send(typed, "preview/")
    answer = form.send(typed, "preview/")
    assert answer.status_code == 422
    assert "This payment may already be recorded" in plain(answer)
    assert len(sandbox.writes()) == 1


@pytest.fixture
def overpaid(store, open_invoices) -> dict[str, str]:
    store.allow_overpayment = True
    store.save()
    first = open_invoices[0]
    return filled(first) | {f"amount-{first.api_id}": f"{first.open_balance + 5:.2f}"}


def test_more_than_is_open(form, overpaid, open_invoices, sandbox):
    text = plain(form.send(overpaid, follow=True))
    assert f"Invoice {open_invoices[0].number} will have a credit of 5.00 USD" in text
    assert "becomes Overpaid" in text
    refused = form.send(overpaid, "preview/")
    assert refused.status_code == 422
    assert "Tick the box if that is intended" in plain(refused)
    assert not sandbox.writes()
    assert form.send(overpaid | {"overpayment": "yes"}, "preview/").status_code == 303
    assert Invoice.objects.get(pk=open_invoices[0].pk).open_balance == -5


def test_more_than_one_person_may_record_alone(form, typed, seen, store, sandbox):
    store.approval_limits = {"USD": "1.00"}
    store.save()
    assert "wait until a second person approves it" in seen()
    answer = form.send(typed, "preview/", follow=True)
    assert "Waiting for approval" in plain(answer)
    assert not sandbox.writes()
    assert Change.objects.get().amount == 3


def test_the_session_has_forgotten_it(form):
    answer = form.get("preview/")
    assert answer["Location"] == form.url


def test_what_is_shown_is_what_is_sent(form, typed, open_invoices, sandbox):
    """Another tab has changed the same form meanwhile; this one sends what it shows."""
    form.send(typed)
    form.send(typed | {f"amount-{open_invoices[0].api_id}": "7"})
    form.send(typed, "preview/")
    assert sandbox.writes()[0]["body"]["lineItems"][0]["amount"] == "1"


def reads_and_locks(queries: CaptureQueriesContext) -> list[str]:
    """In their order: each reading of what is open, less what is on the way, and each lock of the company; that of
    the store's months is another."""
    told = {'SELECT "receivables_change"."payload"': "open amounts", "SELECT pg_advisory_xact_lock(": "lock"}
    return [told[start] for query in queries for start in told if query["sql"].startswith(start)]


def test_open_amounts_are_read_once_for_the_form_and_once_with_the_company_locked(form, typed):
    with CaptureQueriesContext(connection) as queries:
        assert form.send(typed, "preview/").status_code == 303
    asking = ["open amounts", "lock", "open amounts"]
    # The last lock is that of the reading back.
    assert reads_and_locks(queries) == [*asking, "lock"]


@only_whole("test_open_amounts_are_read_once_for_the_form_and_once_with_the_company_locked")
def test_open_amounts_are_not_read_again_to_show_a_warning(form, overpaid):
    with CaptureQueriesContext(connection) as queries:
        assert form.send(overpaid, "preview/").status_code == 422
    assert reads_and_locks(queries) == ["open amounts", "lock", "open amounts"]


@only_whole("test_open_amounts_are_read_once_for_the_form_and_once_with_the_company_locked")
def test_the_preview_reads_open_amounts_for_the_form_and_once_they_are_fresh(form, typed):
    form.send(typed)
    with CaptureQueriesContext(connection) as queries:
        assert form.get("preview/").status_code == 200
    assert reads_and_locks(queries).count("open amounts") == 2
