"""No program is told anything of another store, or of a company that its token does not cover: every address."""

import re
import uuid

import pytest
from django.db import transaction

from arportal.documents.models import Export
from arportal.mirror.models import Company
from arportal.receivables.models import Change, Dispute, LedgerEntry, Note, OnAccount, PromiseToPay
from arportal.rest.reads.lists import RESOURCES
from arportal.rest.reads.records import RECORDS
from arportal.rest.writes.view import FORMS, slug_of
from arportal.stores.models import Membership
from tests.addresses import api_addresses
from tests.desk.foreign_rows import API_IDS, ForeignRows
from tests.desk.test_tenants import near as near
from tests.desk.test_tenants import other as other
from tests.desk.test_tenants import told_by
from tests.whole import whole_or

OF_RECORDS = {
    "ledger": LedgerEntry,
    "promises": PromiseToPay,
    "disputes": Dispute,
    "notes": Note,
    "on-account": OnAccount,
}
# The field of a body, or the word in an address, that names a row of the mirror.
NAMES = {"buyer_id": "user_id", "credit_id": "invoice_id", "parent_id": "company_id"}
OPEN = {"docs", "openapi", "stores", "nothing-there"}


@pytest.fixture
def hidden(store, admin, other) -> ForeignRows:
    """Of a company of the same store."""
    far = {name: 77_000_001 + number for number, name in enumerate(API_IDS)}
    return ForeignRows(store, admin, "Hidden", far, beside=other)


def filled(name: str, route: str, rows: ForeignRows, slug: str) -> str:
    part = route.split("/")[5]
    kinds = {each.name: each.model for each in RESOURCES}
    if part in OF_RECORDS:
        api_id = rows.foreign(OF_RECORDS[part]).pk
    else:
        model = kinds.get(part, Company)
        api_id = next(
            (rows.api_ids[key] for key, of in API_IDS.items() if of is model), rows.api_ids["company_id"]
        )
    route = route.replace("<slug:store>", slug).replace("<int:id>", str(api_id))
    route = route.replace("<uuid:change_id>", str(rows.foreign(Change).pk))
    return route.replace("<uuid:export_id>", str(rows.foreign(Export).pk))


def bodies(rows: ForeignRows) -> dict[str, dict]:
    """Name of an address → the example of its verb, about these rows."""
    found = {}
    for verb, form in FORMS.items():
        body = dict(form.example)
        for name in body:
            key = NAMES.get(name, name)
            if key in rows.api_ids:
                body[name] = rows.api_ids[key]
        if "lines" in body and "payer_name" in body:
            body["lines"] = [{"invoice_id": rows.api_ids["invoice_id"], "amount": "1"}]
        if "customer_id" in body:
            body["customer_id"] = 99_000_001
        if "undoes" in body:
            body["undoes"] = str(rows.foreign(Change).pk)
        found[slug_of(verb)] = body
    return found


def leaks(ask, rows: ForeignRows, slug: str, every: int = 1) -> dict[str, object]:
    """The addresses by which a program is told of these rows, or which say more than that there are none."""
    found: dict[str, object] = {}
    sent = bodies(rows)
    etag = f'"x.{uuid.uuid4().hex}"'
    for name, route, _methods in list(api_addresses())[::every]:
        if name in OPEN:
            continue
        address = filled(name, route, rows, slug)
        is_one = "<" in route.replace("<slug:store>", "")
        with transaction.atomic():
            if name in sent:
                headers = {"Idempotency-Key": str(uuid.uuid4()), "If-Match": etag}
                answer = ask.post(address, sent[name], content_type="application/json", headers=headers)
                allowed = (403, 404, 412, 422)
            else:
                answer = ask.get(address)
                allowed = (404,) if is_one or slug != "demo" else (200,)
            transaction.set_rollback(True)
        told = [] if answer.status_code == 412 else told_by(answer)
        if told or answer.status_code not in allowed or (slug != "demo" and answer.status_code != 404):
            found[f"{name} {address}"] = told or (answer.status_code, answer.content[:200])
    return found


def test_every_list_has_a_kind_of_row_here():
    assert {each.name for each in RECORDS} == set(OF_RECORDS)
    assert all(re.match(r"/api/v1/", route) for _name, route, _methods in api_addresses())


def test_a_token_of_one_company_is_told_of_no_other(admin, near, other, hidden, program, sandbox):
    seen = program(admin).get(f"/api/v1/stores/demo/invoices/{hidden.api_ids['invoice_id']}/")
    assert told_by(seen), "what is looked for is found"
    narrow = program(admin, company_ids=[near["company_id"]])
    found = leaks(narrow, hidden, "demo") | leaks(narrow, other, "other", every=whole_or(1, 4))
    if whole_or(True, False):
        # The same for a person who sees no more.
        wide = program(admin)
        Membership.objects.filter(pk=admin.pk).update(all_companies=False, company_ids=[near["company_id"]])
        found |= leaks(wide, hidden, "demo")
    assert (found, sandbox.writes()) == ({}, [])
