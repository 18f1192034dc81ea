"""Invoices in the plain form in which they are shown, compared and sent."""

import datetime as dt
from decimal import Decimal
from types import SimpleNamespace

from arportal.b2b import InvoiceStatus, Money, moment_of
from arportal.mirror.models import Invoice
from arportal.receivables.invoices.invoice_values import body_of, values_of

ADDRESS = {"city": "Leith", "zipCode": "EH6"}


def test_it_works():
    full = Invoice(
        number="N-1", purchase_order_number="PO-1", external_id="E-1", status=1, currency="USD",
        open_balance=Decimal("5.5000"), original_balance=Decimal(10), due_at=moment_of(dt.date(2026, 11, 30)),
        raw={
            "externalPdfUrl": "https://x/1.pdf",
            "extraFields": [{"fieldName": "Site", "fieldValue": "Leith"}, {"fieldName": "Lane", "fieldValue": None}],
            "details": {"header": {"billingAddress": ADDRESS | {"extraFields": []}}},
        },
    )  # fmt: skip
    assert values_of(full, dt.UTC) == {
        "number": "N-1",
        "po_number": "PO-1",
        "external_id": "E-1",
        "pdf_url": "https://x/1.pdf",
        "due_on": "2026-11-30",
        "status": 1,
        "open_balance": "5.5",
        "original_balance": "10",
        "extra_fields": {"Site": "Leith", "Lane": ""},
        "billing": ADDRESS,
    }


def test_what_an_invoice_has_not():
    bare = SimpleNamespace(
        number="N-1", purchase_order_number=None, external_id=None, status=0, due_at=None,
        open_balance=Money(Decimal(0), "USD"), original_balance=Money(Decimal(0), "USD"),
    )  # fmt: skip
    for bare.raw in ({}, {"details": None, "extraFields": None}, {"details": {"header": None}}):
        assert values_of(bare, dt.UTC) == {
            "number": "N-1",
            "po_number": "",
            "external_id": "",
            "pdf_url": "",
            "due_on": None,
            "status": 0,
            "open_balance": "0",
            "original_balance": "0",
            "extra_fields": {},
            "billing": {},
        }


def test_what_is_sent():
    invoice = SimpleNamespace(raw={}, open_balance=Money(Decimal(1), "USD"))
    wanted = {
        "po_number": "PO-2",
        "due_on": "2026-11-30",
        "status": 2,
        "open_balance": "0",
        "original_balance": "9.5",
        "extra_fields": {"Site": "Oban"},
    }
    assert body_of(wanted, invoice) == {
        "purchase_order_number": "PO-2",
        "due_at": moment_of(dt.date(2026, 11, 30)),
        "status": InvoiceStatus.PAID,
        "open_balance": Money(Decimal(0), "USD"),
        "original_balance": Money(Decimal("9.5"), "USD"),
        "extra_fields": {"Site": "Oban"},
    }


def test_an_address_goes_into_the_details_there_are():
    header = {"orderId": "7", "billingAddress": ADDRESS}
    invoice = SimpleNamespace(raw={"details": {"type": "x", "header": header}})
    assert body_of({"billing": {"city": "Oban"}}, invoice) == {
        "details": {"type": "x", "header": header | {"billingAddress": ADDRESS | {"city": "Oban"}}}
    }
    invoice.raw = {}
    assert body_of({"billing": ADDRESS}, invoice) == {"details": {"header": {"billingAddress": ADDRESS}}}
