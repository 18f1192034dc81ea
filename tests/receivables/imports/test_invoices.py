"""Files of invoices."""

import uuid
from decimal import Decimal

from django.utils import timezone

from arportal.b2b import Money
from arportal.mirror.api.connections import client_for
from arportal.mirror.models import Company, Invoice
from arportal.receivables.imports import asking
from arportal.receivables.imports.checking import check_lines
from arportal.receivables.imports.files import bring, check, table_of
from arportal.receivables.imports.ids import _OURS
from arportal.receivables.imports.invoices import verb_of
from arportal.receivables.imports.mapping import Mapping, proposed
from arportal.receivables.models import Change, Import, ImportRow
from tests.receivables.imports.test_payments import carry_out, lines

State = ImportRow.State
HEAD = "Invoice number,Customer,Total,Invoice date,Due date,PO number,Currency,Order,External ID,Text\n"


def checked(actor, content: str) -> Import:
    new = bring(actor, uuid.uuid4(), of="invoices", sender="", file_name="x.csv", content=content.encode())
    mapping = proposed(new.of, table_of(new), None)
    check(actor, new, Mapping(**mapping.as_json() | {"number_format": "dot"}))
    check_lines(new)
    new.refresh_from_db()
    return new


def test_it_works(controller, company, sandbox):
    content = f'{HEAD}T-1,{company.name},"1,250.00",2026-03-05,2026-04-05,PO 7,USD\n'
    new = checked(controller, content)
    assert lines(new) == {2: (State.READY, "")}
    asking.start(controller, new, with_doubtful=False)
    carry_out(new)
    change = Change.objects.get(batch=new.pk)
    assert (change.state, new.state) == (Change.State.APPLIED, Import.State.DONE)
    invoice = Invoice.objects.get(store=controller.store, number="T-1")
    assert (invoice.company_id, invoice.original_balance, invoice.purchase_order_number) == (
        *(company.api_id, Decimal("1250"), "PO 7"),
    )
    assert lines(checked(controller, content)) == {2: (State.THERE, "There is this invoice already.")}


def test_every_bad_line_is_named_with_its_reason(controller, company, store):
    number = Invoice.objects.filter(store=store, company_id=company.api_id)[0].number
    Company.objects.filter(store=store).exclude(pk=company.pk).update(name="Twins")
    bad = {
        f"{number},{company.name},5.00,2026-03-05,,,USD": f"already an invoice {number}, of another company",
        f"T-1,{company.name},5.00,2026-03-05,,,USD": "Line 2 has the same number.",
        "T-2,Twins,5.00,2026-03-05,,,USD": "Two companies are called “Twins”",
        f"T-3,{company.name},5.00,2026-03-05,2026-03-04,,USD": "before the invoice date",
        f"T-4,{company.name},5.00,2026-03-05,,,ABC": "“ABC” is no currency code",
        f"T-5,{company.name},free,2026-03-05,,,USD": "“free” is not an amount",
        "T-6,,5.00,2026-03-05,,,USD": "Company: This is empty.",
    }
    new = checked(controller, HEAD + f"T-1,{company.api_id},5.00,2026-03-05,,,USD\n" + "\n".join(bad))
    told = lines(new)
    assert told.pop(2) == (State.READY, "")
    assert not {
        reason: told[line]
        for line, reason in enumerate(bad.values(), start=3)
        if told[line][0] != State.REFUSED or reason not in told[line][1]
    }


def test_what_is_missing_is_said_once(controller, company):
    new = checked(controller, f"{HEAD},{company.name},5.00,2026-03-05,,,USD\n,,5.00,2026-03-05,,,USD\n")
    assert lines(new) == {
        2: (State.REFUSED, "Invoice number: This is empty."),
        3: (State.REFUSED, "Invoice number: This is empty. Company: This is empty."),
    }


def test_a_line_says_all_of_an_invoice_and_its_id_stays_for_ever(controller, company, store):
    start = f"{company.name},7.50,2026-03-05,,,USD"
    new = checked(controller, f"{HEAD}T-1,{start},O-1,E-1,Pens\nT-2,{start},,,\n")
    first, second = new.rows.order_by("line")
    invoices = [verb_of(controller, row).invoice for row in (first, second)]
    assert [
        (invoice.order_number, invoice.external_id, invoice.lines[0].description) for invoice in invoices
    ] == [
        ("O-1", "E-1", "Pens"),
        ("", "", "T-2"),
    ]
    assert (first.currency, first.amount, first.company_id) == ("USD", Decimal("7.5"), company.api_id)
    key = f"invoice|T-1|{company.api_id}|USD|7.5"
    # Made in another way, what an earlier version has imported would be imported again.
    assert first.change_id == uuid.uuid5(_OURS, f"{store.pk}/{key}/0")


def test_what_the_store_knows_is_told_whoever_may_see_it(controller, company, store, other_store):
    known = Invoice.objects.filter(store=store, company_id=company.api_id).order_by("api_id")
    ordered, gone = known[0], known[1]
    Invoice.objects.filter(pk=ordered.pk).update(order_number="O-1")
    Invoice.objects.filter(pk=gone.pk).update(number="GONE", order_number="O-2", gone_at=timezone.now())
    ordered.pk, ordered.store, ordered.number, ordered.order_number = None, other_store, "THEIRS", "O-3"
    ordered.save(force_insert=True)
    line = f"{company.name},5.00,2026-03-05,,,USD"
    numbers = ("A", "O-1"), ("GONE", ""), ("B", "O-2"), ("THEIRS", ""), ("C", "O-3")
    new = checked(controller, HEAD + "\n".join(f"{number},{line},{order},," for number, order in numbers))
    assert list(lines(new).values()) == [
        (State.REFUSED, "This order already has an invoice."),
        *[(State.READY, "")] * 4,
    ]
    # Asked for before, it is there, though the mirror has not read it yet.
    asking.start(controller, new, with_doubtful=False)
    next(asking.ask_in_chunks(new))
    assert lines(checked(controller, f"{HEAD}B,{line},,,\n")) == {
        2: (State.THERE, "There is this invoice already.")
    }


def test_a_number_that_the_store_has_meanwhile_is_not_given_twice(controller, company, sandbox):
    new = checked(controller, f"{HEAD}T-9,{company.name},5.00,2026-03-05,,,USD\n")
    amount = Money(Decimal(5), "USD")
    client_for(controller.store).invoices.create(
        company_id=company.api_id, number="T-9", original_balance=amount, open_balance=amount
    )
    asking.start(controller, new, with_doubtful=False)
    carry_out(new)
    change = Change.objects.get(batch=new.pk)
    assert (change.state, change.error) == (Change.State.REFUSED, "There is already an invoice T-9.")
