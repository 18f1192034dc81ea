"""The mirror equals the store after a pass, whatever happened behind our back."""

import dataclasses
import datetime as dt

import pytest
from django.utils import timezone

from arportal import b2b
from arportal.b2b.errors import InvalidResponse
from arportal.mirror.api import connections
from arportal.mirror.models import Company, CompanyMethod, Invoice, Method, Payment, PaymentLine, SyncPass
from arportal.mirror.store import save_methods, save_payments
from arportal.mirror.sync.freshness import freshness
from arportal.mirror.sync.sync import sync
from tests.whole import only_whole, whole_or


def of_store(sandbox, path):
    """Every record of a list, asked directly."""
    return [record for offset in (0, 100, 200) for record in sandbox.get(path, limit=100, offset=offset)]


def test_it_works(store, sandbox):
    theirs = {each["id"]: each["openBalance"] for each in of_store(sandbox, "/ip/invoices")}
    ours = {
        row.api_id: {"code": row.currency, "value": f"{row.open_balance:.4f}"}
        for row in Invoice.objects.filter(store=store)
    }
    assert ours == theirs
    assert len(ours) == 120


def test_companies_and_payments_come_too(store, sandbox):
    payments = of_store(sandbox, "/ip/payments")
    assert Company.objects.count() == 8
    assert Payment.objects.count() == len(payments)
    assert PaymentLine.objects.count() == sum(len(each["lineItems"]) for each in payments)


def test_methods_of_every_company(store, sandbox, company):
    theirs = sandbox.get(f"/companies/{company.api_id}/payments")
    ours = CompanyMethod.objects.filter(company_id=company.api_id)
    assert {each.code: each.is_enabled for each in ours} == {
        each["code"]: each["isEnabled"] for each in theirs
    }
    assert Method.objects.count() == len(theirs)


@only_whole("mirror/sync/test_cadence.py::test_an_invoice_and_a_payment_changed_are_seen_by_the_next_pass")
def test_a_short_pass_by_hand_asks_every_list_and_changes_nothing(store, sandbox):
    """Seven of changes, two of methods, channels, four of extra fields, credit and terms of two companies."""
    done = sync(store)
    assert (done.kind, done.rows_changed, done.rows_gone) == (SyncPass.Kind.INCREMENTAL, 0, 0)
    assert len(sandbox.control("GET", "requests")) == 18


def test_a_full_pass_changes_nothing_but_notices_an_invoice_that_is_gone(store, sandbox):
    stray = Invoice.objects.create(
        store=store, api_id=999_999, company_id=1, number="X", issued_at=timezone.now(), status=0, currency="USD",
        original_balance=1, open_balance=1,
    )  # fmt: skip
    done = sync(store, full=True)
    assert (done.rows_changed, done.rows_gone) == (0, 1)
    stray.refresh_from_db()
    assert stray.gone_at is not None


@only_whole("mirror/sync/test_cadence.py::test_an_invoice_and_a_payment_changed_are_seen_by_the_next_pass")
def test_a_payment_made_behind_our_back(store, sandbox, open_invoices):
    invoice = open_invoices[0]
    sandbox.control("PUT", "clock", {"advance": 300})
    made = sandbox.post("/ip/payments/offline", body_for(invoice, "1.00"))
    sync(store)
    assert Payment.objects.get(api_id=made["paymentId"]).total == 1
    assert Invoice.objects.get(pk=invoice.pk).open_balance == invoice.open_balance - 1


def body_for(invoice, amount):
    return {
        "lineItems": [{"invoiceId": invoice.api_id, "amount": amount}],
        "currency": invoice.currency,
        "details": {"memo": "counted by hand"},
        "customerId": str(invoice.company_id),
    }


@pytest.mark.parametrize("kind", whole_or(["401", "500", "drop_before"], ["500"]))
def test_a_failing_api_leaves_the_mirror_and_says_why(store, sandbox, kind):
    sandbox.fault(kind, path="/ip/invoices", count=50)
    done = sync(store, full=True)
    assert done.problem
    assert Invoice.objects.filter(store=store, gone_at=None).count() == 120
    assert freshness(store).problem == done.problem


@only_whole("mirror/sync/test_cadence.py::test_a_list_that_failed_is_not_fresher_for_it")
def test_freshness_is_the_start_of_the_last_complete_pass(store, sandbox):
    now = timezone.now()
    complete = sync(store)
    sandbox.fault("500", count=50)
    sync(store)
    assert freshness(store).as_of == complete.started_at
    assert complete.started_at - now < dt.timedelta(seconds=5)


@only_whole("mirror/sync/test_every_answer.py::test_a_record")
def test_a_record_that_makes_no_sense_does_not_keep_the_others_out(
    store, sandbox, open_invoices, monkeypatch
):
    spoilt, whole = open_invoices[:2]
    read = b2b.Invoice.parse

    def parse(raw):
        if raw["id"] == spoilt.api_id:
            raise InvalidResponse("dueDate is not a time")
        return read(raw)

    # The sandbox keeps no nonsense, so it is made on the way in.
    monkeypatch.setattr(b2b.Invoice, "parse", parse)
    sandbox.put(f"/ip/invoices/{whole.api_id}", {"purchaseOrderNumber": "PO 77"})
    done = sync(store, full=True)
    assert {
        "what": "invoices",
        "why": "dueDate is not a time",
        "count": 1,
        "names": [f"record {spoilt.api_id}"],
    } in done.left_out
    assert not done.problem
    whole.refresh_from_db()
    spoilt.refresh_from_db()
    assert (whole.purchase_order_number, spoilt.gone_at) == ("PO 77", None)


def test_an_old_page_does_not_bring_back_old_lines(store, sandbox, payment):
    old = connections.client_for(store).payments.get(payment.api_id)
    Payment.objects.filter(pk=payment.pk).update(updated_at=old.updated_at + dt.timedelta(seconds=1))
    save_payments(store, [dataclasses.replace(old, lines=())])
    assert PaymentLine.objects.filter(payment_id=payment.api_id).count() == len(old.lines) > 0


def test_a_method_that_left_the_catalogue_is_gone_for_every_company(store, sandbox, admin):
    gone = Method.objects.first()
    save_methods(
        store, [each for each in connections.client_for(store).methods.list() if each.id != gone.api_id]
    )
    assert not CompanyMethod.objects.visible_to(admin).filter(code=gone.code).exists()


def test_a_token_that_cannot_be_read_is_a_problem_like_a_refused_one(store, sandbox):
    store.encrypted_token = "not ours"
    store.save()
    assert "connect the store again" in sync(store).problem


def test_a_pass_that_breaks_leaves_word(store, sandbox, monkeypatch):
    monkeypatch.setattr("arportal.mirror.sync.sync.catch_up", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        sync(store)
    assert "by a fault of ours" in freshness(store).problem
