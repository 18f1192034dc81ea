"""The client for programs in Python: what it takes over."""

import typing
import uuid

import pytest

from arportal.receivables.models import Change
from arportal.rest import client as client_module
from arportal.rest.changes import ChangeSerializer
from arportal.rest.client import Arportal, ProblemTold, Unclear
from arportal.stores.models import Activity, ApiToken
from tests.rest.every_write import Writes
from tests.rest.in_process import ADDRESS, session


@pytest.fixture
def arportal(admin, token) -> Arportal:
    return Arportal(ADDRESS, "demo", token(admin), max_wait=5, session=session())


@pytest.fixture
def payment(request, program, admin, sandbox, company, open_invoices):
    writes = Writes(program(admin), admin, sandbox, company, open_invoices, request.getfixturevalue)
    return writes.record_payment().body


def test_it_works(arportal, open_invoices, company, admin, browse):
    rows = list(arportal.rows("invoices", status="unpaid", company_id=company.api_id, limit=1))
    assert {invoice.api_id for invoice in open_invoices} <= {row["id"] for row in rows}
    invoice = arportal.get(f"invoices/{open_invoices[0].api_id}")
    asked = {"invoice_id": invoice.data["id"], "amount": "1.00", "reason": "Not worth chasing"}
    shown = arportal.preview("write-off", asked, etag=invoice.etag)
    change = arportal.ask("write-off", asked, etag=invoice.etag)
    assert (change["state"], change["after"]) == ("applied", shown["after"])
    assert arportal.change(change["id"]) == change
    with pytest.raises(ProblemTold) as told:
        arportal.ask("write-off", asked, etag=invoice.etag)
    assert (told.value.status, told.value.kind) == (412, "conflict")
    # It is told as a program's doing, by the name of its token.
    token = ApiToken.objects.get()
    who = f"{admin.user}, by API token {token}"
    assert Activity.objects.get(change_id=change["id"], kind=Activity.Kind.CHANGE).who == who
    assert who in browse(admin).get(f"/s/demo/invoices/{invoice.data['id']}/").content.decode()


def test_a_write_whose_answers_are_lost_is_sent_again_and_done_once(arportal, payment, sandbox, monkeypatch):
    monkeypatch.setattr(client_module.time, "sleep", lambda seconds: None)
    arportal.max_wait = 60  # On a busy machine, too.
    arportal.session.get_adapter(ADDRESS).lose = 2
    change = arportal.ask("record-payment", payment)
    assert (change["state"], len(sandbox.writes())) == ("applied", 1)


def test_what_stays_unclear_is_told_with_its_key(arportal, payment, sandbox):
    sandbox.fault("drop_after", method="POST")
    key = uuid.uuid4()
    with pytest.raises(Unclear) as unclear:
        arportal.ask("record-payment", payment, key=key)
    assert unclear.value.key == key
    assert Change.objects.get(pk=key).state == Change.State.UNKNOWN


def test_its_types_are_those_of_the_api():
    assert set(typing.get_type_hints(client_module.Change)) == set(ChangeSerializer().fields)
