"""The key under which our PDF of an invoice is kept: whatever changes the PDF changes the key."""

import datetime as dt
from copy import copy
from decimal import Decimal

from arportal.documents import invoices
from arportal.documents.branding.letterheads import branding_of, letterhead, letterhead_of
from arportal.documents.invoices import content_key, job_of, our_pdf
from arportal.mirror.models import Company
from arportal.stores.models import Store
from tests.documents.papers import ISSUED, an_invoice

COLUMNS = {
    "number": "8",
    "company_name": "Else",
    "currency": "EUR",
    "status": 2,
    "original_balance": Decimal(7),
    "open_balance": Decimal(7),
    "issued_on": ISSUED.date() + dt.timedelta(days=3),
    "due_on": None,
    "order_number": "50001",
    "purchase_order_number": "",
}
PARTS = {
    "details": {},
    "termsConditions": "Other terms",
    "extraFields": [{"fieldName": "Gate", "fieldValue": "4"}],
}
BRANDING = {
    **{"name": "Else", "address": "Else", "contact": "Else", "tax_id": "Else", "bank_details": "Else"},
    **{
        "payment_instructions": "Else",
        "footer": "Else",
        "accent": "#222222",
        "fill": "#dddddd",
        "paper": "letter",
    },
}


def made(head, invoice) -> tuple[str, str]:
    """The key, and all that decides the PDF."""
    job = job_of(head, invoice)
    return content_key(head, invoice), f"{job.html}{job.css}{job.pictures}"


def test_it_works(viewer, store, open_invoices):
    invoice = open_invoices[0]
    first, second = our_pdf(viewer, invoice), our_pdf(viewer, invoice)
    assert (first.was_kept, second.was_kept) == (False, True)
    assert first.content == second.content


def test_the_same_data_has_the_same_key(store):
    head, one, other = letterhead_of(store), an_invoice(store), an_invoice(store)
    other.raw = dict(reversed(other.raw.items()))
    assert made(head, one) == made(letterhead_of(store), other)


def test_every_column_the_document_reads(store, branding):
    head, invoice = letterhead(store, branding), an_invoice(store)
    before = made(head, invoice)
    others = {column: changed(invoice, column, value) for column, value in COLUMNS.items()}
    assert [column for column, other in others.items() if alike(made(head, other), before)] == []


def changed(thing, name, value):
    other = copy(thing)
    setattr(other, name, value)
    return other


def alike(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """True if the key is the same, or the PDF."""
    return one[0] == other[0] or one[1] == other[1]


def test_no_column_the_document_reads_is_forgotten(store, branding):
    head, invoice, other = letterhead(store, branding), an_invoice(store), an_invoice(store)
    columns = {field.attname for field in other._meta.concrete_fields}
    for column in columns - set(COLUMNS) - {"store_id", "company_id", "raw"}:
        setattr(other, column, "something else")
    assert made(head, invoice)[1] == made(head, other)[1]


def test_every_part_the_api_sends(store):
    head, invoice = letterhead_of(store), an_invoice(store)
    key = content_key(head, invoice)
    others = [changed(invoice, "raw", {**invoice.raw, part: value}) for part, value in PARTS.items()]
    assert [other.raw for other in others if content_key(head, other) == key] == []


def test_every_field_of_the_branding(store, branding):
    invoice = an_invoice(store)
    before = made(letterhead(store, branding), invoice)
    others = {field: letterhead(store, changed(branding, field, value)) for field, value in BRANDING.items()}
    assert [field for field, head in others.items() if alike(made(head, invoice), before)] == []


def test_another_logo_another_zone_another_store(store):
    invoice, head = an_invoice(store), letterhead_of(store)
    elsewhere = Store.objects.create(
        slug="else", name=store.name, store_hash="else", time_zone=store.time_zone
    )
    others = [letterhead_of(elsewhere), letterhead(store, branding_of(store), new_logo=b"PNG")]
    store.time_zone = "Pacific/Auckland"
    others.append(letterhead_of(store))
    keys = {content_key(each, invoice) for each in (head, *others)}
    assert len(keys) == 4


def test_the_companys_address_where_it_is_printed(store, company):
    head, invoice = letterhead_of(store), an_invoice(store, company_id=company.api_id, address={})
    key, content = made(head, invoice)
    raw = company.raw | {"addressLine1": "Elsewhere 1"}
    Company.objects.filter(pk=company.pk).update(raw=raw)
    assert content != made(head, invoice)[1]
    assert key != made(head, invoice)[0]


def test_another_version_of_the_template(store, monkeypatch):
    head, invoice = letterhead_of(store), an_invoice(store)
    key = content_key(head, invoice)
    monkeypatch.setattr(invoices, "VERSION", "another")
    assert content_key(head, invoice) != key
