"""What can be read: each list and each thing, by the pages' own filters."""

import csv
import gzip
import io
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from arportal.mirror.models import Invoice
from arportal.receivables.models import Change
from arportal.rest.reads.lists import RESOURCES
from arportal.rest.reads.records import RECORDS
from arportal.stores.models import Activity
from tests.documents.einvoices.demo_rules import set_up
from tests.rest.conftest import API
from tests.whole import whole_or

# All rows of a list, or in the suite three pages of it.
MOST = whole_or(500, 12)


@pytest.fixture
def ask(program, admin):
    return program(admin)


def test_every_list_and_every_thing(ask):
    """In pages as a whole, with the same queries for one row as for many, and each row by itself."""
    wrong = {}
    for resource in (*RESOURCES, *RECORDS):
        address = f"{API}{resource.name}/"
        with CaptureQueriesContext(connection) as many:
            whole = ask.get(address, {"limit": MOST}).json()["data"]
        with CaptureQueriesContext(connection) as one:
            first = ask.get(address, {"limit": 1}).json()
        size = max(len(whole) // 3, 1)
        rows, following = [], f"{address}?limit={size}"
        while following and len(rows) < MOST:
            page = ask.get(following).json()
            rows += page["data"]
            following = page["next"]
        if rows[:MOST] != whole or len(many) != len(one) or first["data"] != whole[:1]:
            wrong[resource.name] = (len(rows), len(whole), len(many), len(one))
        for row in whole[:1]:
            answer = ask.get(f"{address}{row['id']}/")
            again = ask.get(f"{address}{row['id']}/", headers={"If-None-Match": answer["ETag"]})
            if answer.json() != row or again.status_code != 304:
                wrong[f"{resource.name} {row['id']}"] = answer
    assert wrong == {}


def test_everything_else_that_can_be_read(ask, company, store):
    one = f"companies/{company.api_id}/"
    for address in (
        *(f"{one}credit/", f"{one}terms/", f"{one}methods/", f"{one}statement/?first=2025-01-01"),
        *("ageing/", "ageing/?by=parent&currency=USD", "sync/", "exports/", "changes/"),
    ):
        answer = ask.get(f"{API}{address}")
        assert answer.status_code == 200, (address, answer.content)
    assert ask.get("/api/v1/stores/").json()["data"][0]["slug"] == "demo"
    # The same as the pages say.
    total = ask.get(f"{API}ageing/?currency=USD").json()["totals"][0]
    owed = ask.get(f"{API}companies/?limit=500").json()["data"]
    opens = [float(each["open"]) for row in owed for each in row["balances"] if each["currency"] == "USD"]
    assert float(total["open"]) == pytest.approx(sum(opens))


def test_filters_are_those_of_the_page(ask, open_invoices, company):
    query = f"status=unpaid&company_id={company.api_id}&currency={open_invoices[0].currency}&sort=due"
    rows = ask.get(f"{API}invoices/?{query}&fields=id,balance").json()["data"]
    assert {row["id"] for row in rows} == {invoice.api_id for invoice in open_invoices}
    assert set(rows[0]) == {"id", "balance"}
    number = ask.get(f"{API}invoices/?q={open_invoices[0].number}").json()["data"]
    assert open_invoices[0].api_id in [row["id"] for row in number]
    newest = Invoice.objects.order_by("-updated_at").first()
    since = ask.get(f"{API}invoices/", {"updated_since": newest.updated_at.isoformat()}).json()["data"]
    assert [row["id"] for row in since] == [newest.api_id]


def test_what_cannot_be_understood_is_no_answer(ask):
    """A filter that is misspelt would give all rows."""
    answers = {}
    for query in (
        *("statsu=paid", "status=lost", "sort=colour", "after=nonsense", "limit=0", "limit=501", "limit=x"),
        *("fields=id,colour", "issued_from=soon", "open_from=1,50", "updated_since=yesterday", "cols=number"),
    ):
        answer = ask.get(f"{API}invoices/?{query}")
        if answer.status_code != 400 or not answer.json()["errors"]:
            answers[query] = answer.content
        assert answer["Content-Type"] == "application/problem+json"
    assert answers == {}
    assert ask.get(f"{API}ageing/?on=2999-01-01").status_code == 400
    assert ask.get(f"{API}invoices/999999999/").status_code == 404
    assert ask.post(f"{API}invoices/").status_code == 405


def test_a_list_as_a_table_and_packed(ask):
    answer = ask.get(f"{API}invoices/?sort=number&fields=id,balance", headers={"Accept": "text/csv"})
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert len(rows) == Invoice.objects.filter(gone_at=None).count()
    assert {float(row["balance"]) < 0 for row in rows} == {True, False}
    assert Activity.objects.filter(kind=Activity.Kind.EXPORT, words="invoices.csv").count() == 1
    packed = ask.get(f"{API}invoices/", headers={"Accept-Encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert b'"data"' in gzip.decompress(packed.content)


def test_the_document_of_an_invoice(ask, open_invoices):
    address = f"{API}invoices/{open_invoices[0].api_id}/document/"
    answer = ask.get(address)
    assert (answer.status_code, answer["Content-Type"], answer.content[:4]) == (
        200,
        "application/pdf",
        b"%PDF",
    )
    assert open_invoices[0].number in answer["Content-Disposition"]
    assert ask.get(address, headers={"If-None-Match": answer["ETag"]}).status_code == 304
    told = Activity.objects.get(kind=Activity.Kind.DOWNLOAD)
    assert (told.about, told.about_id, told.details) == (
        "invoice",
        open_invoices[0].api_id,
        {"address": address, "query": ""},
    )


def test_an_invoice_as_e_invoice(ask, open_invoices, store):
    address = f"{API}invoices/{open_invoices[0].api_id}/document/"
    xml = {"Accept": "application/xml"}
    answer = ask.get(address, headers=xml)
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["seller"])
    set_up(store)
    answer = ask.get(address, headers=xml)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/xml")
    assert b"CrossIndustryInvoice" in answer.content
    # All that Peppol wants beyond it, at once.
    answer = ask.get(f"{address}?profile=peppol", headers=xml)
    assert answer.status_code == 422
    assert {"buyer.endpoint_id", "seller.endpoint_id"} <= set(answer.json()["errors"])
    answer = ask.get(f"{address}?profile=factur-x")
    assert (answer["Content-Type"], b"factur-x.xml" in answer.content) == ("application/pdf", True)
    assert ask.get(f"{address}?profile=peppol").status_code == 422
    assert ask.get(f"{address}?profile=edifact").json()["errors"] == {
        "profile": ["factur-x", "xrechnung", "peppol"]
    }


def test_changes_asked_for_together_come_in_pages(ask, admin, company):
    """They have one moment, which pages must not skip; what is no change's id is told."""
    made = Change.objects.bulk_create(
        Change(
            id=uuid.uuid4(),
            store=admin.store,
            actor=admin,
            verb=Change.Verb.SET_CREDIT_HOLD,
            company_id=company.api_id,
            target_id=company.api_id,
        )
        for _number in range(5)
    )
    met, before = [], ""
    while page := ask.get(f"{API}changes/?limit=2{before}").json()["data"]:
        met += [row["id"] for row in page]
        before = f"&before={met[-1]}"
    assert len(met) == len(set(met))
    assert {str(change.pk) for change in made} <= set(met)
    for no_id in ("x", str(uuid.uuid4())):
        answer = ask.get(f"{API}changes/?before={no_id}")
        assert (answer.status_code, list(answer.json()["errors"])) == (400, ["before"])
