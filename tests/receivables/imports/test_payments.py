"""Files of payments: a dry run that names every bad line, then Changes, and the same file again adds nothing."""

import datetime as dt
import uuid
from decimal import Decimal

import pytest

from arportal.mirror.models import Company, Invoice, Payment
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.imports import asking, files, payments
from arportal.receivables.imports.checking import check_lines
from arportal.receivables.imports.ids import claims
from arportal.receivables.imports.mapping import Mapping, proposed
from arportal.receivables.imports.payments import verb_of
from arportal.receivables.imports.progress import progress_of, rows_to_correct, with_reasons
from arportal.receivables.models import Change, Import, ImportFile, ImportRow, ImportSender
from arportal.receivables.tables.table import of_json, text_of
from arportal.receivables.tasks import work_on_import
from arportal.stores.access import NotAllowed
from tests.whole import only_whole

State = ImportRow.State
HEAD = "Invoice number;Company;Amount;Value date;Reference\n"
CHOICES = {"status": 1, "method": "transfer", "number_format": "comma", "date_format": "%d.%m.%Y"}


def brought(actor, content: str, *, of: str = "payments", sender: str = "Bank") -> Import:
    return files.bring(
        actor, uuid.uuid4(), of=of, sender=sender, file_name="march.csv", content=content.encode()
    )


def checked(actor, content: str, **choices) -> Import:
    """The file after its dry run, with the columns as they are proposed."""
    new = brought(actor, content)
    mapping = proposed(new.of, files.table_of(new), None)
    files.check(actor, new, Mapping(**(mapping.as_json() | CHOICES | choices)))
    check_lines(new)
    new.refresh_from_db()
    return new


def lines(of: Import) -> dict[int, tuple[str, str]]:
    return {row.line: (row.state, row.reason) for row in of.rows.order_by("line")}


def carry_out(of: Import) -> None:
    work_on_import(import_id=str(of.pk))
    of.refresh_from_db()


@pytest.fixture
def day(store) -> str:
    return (store.today(dt.datetime.now(dt.UTC)) - dt.timedelta(days=1)).strftime("%d.%m.%Y")


def test_it_works(clerk, open_invoices, day, sandbox):
    first, second = open_invoices[:2]
    content = f"{HEAD}{first.number};{first.company_name};1,50;{day};R 1\n{second.number};;2,00;{day};R 2\n"
    new = checked(clerk, content)
    assert (new.state, lines(new)) == (Import.State.CHECKED, {2: (State.READY, ""), 3: (State.READY, "")})
    assert progress_of(new).sums[State.READY][0].amount == Decimal("3.50")
    assert not sandbox.writes()
    asking.start(clerk, new, with_doubtful=False)
    carry_out(new)
    assert new.state == Import.State.DONE
    changes = Change.objects.filter(batch=new.pk).order_by("amount")
    assert [(change.state, change.amount, change.payment_record.reference) for change in changes] == [
        (Change.State.APPLIED, Decimal("1.5"), "R 1"),
        (Change.State.APPLIED, Decimal("2"), "R 2"),
    ]
    assert not ImportFile.objects.exists()
    # The same file again, from anybody, adds nothing; nor does a line of it in another file.
    again = checked(clerk, content + f"{first.number};;0,75;{day};R 1\n")
    assert [state for state, _reason in lines(again).values()] == [State.THERE, State.THERE, State.READY]


def test_every_bad_line_is_named_with_its_reason(clerk, open_invoices, day, store):
    first, second = open_invoices[:2]
    store.closed_until = dt.date(2020, 12, 31)
    store.save()
    other = Company.objects.filter(store=store).exclude(api_id=first.company_id)[0]
    good = f"{first.number};;1,00;{day};{'R' * 500}"
    bad = {
        f";;1,00;{day};R": "Invoice number: This is empty.",
        f"nothing;;1,00;{day};R": "There is no invoice nothing.",
        f"{first.number};Somebody else;1,00;{day};R": "No company “Somebody else”.",
        f"{first.number};;1.00;{day};R": "Amount: “1.00” is not an amount",
        f"{first.number};;;{day};R": "Amount: This is empty.",
        f"{first.number};;0,00;{day};R": "An amount above zero",
        f"{first.number};;1,001;{day};R": "2 decimals",
        f"{first.number};;1,00;31.02.2026;R": "Value date: “31.02.2026” is not a date",
        f"{first.number};;1,00;01.01.2099;R": "in the future",
        f"{first.number};;1,00;31.12.2020;R": "books are closed",
        f"{second.number};;{second.open_balance + 1:.2f};{day};R".replace(
            ".", ",", 1
        ): "is open on this invoice",
        f"{second.number};;#REF!;{day};R": "the error #REF!",
        f"{second.number};;1,00;{day};#N/A": "Reference: The cell holds the error #N/A.",
        f"{second.number};;1,00;{day};{'c' * 501}": "Reference: This is too long.",
        f"{first.number};{other.name};1,00;{day};R": f"“{other.name}” has no invoice {first.number}.",
        f"x;;a;b;{'c' * 600}": "There is no invoice x. Value date: “b”",
    }
    new = checked(clerk, HEAD + "\n".join([good, *bad]))
    told = lines(new)
    assert told.pop(2) == (State.READY, "")
    wrong = {
        reason: told[line]
        for line, reason in enumerate(bad.values(), start=3)
        if told[line][0] != State.REFUSED or reason not in told[line][1]
    }
    assert not wrong
    sent = [
        (row.line, text_of(of_json(row.cells)[3]), reason)
        for row, reason in with_reasons(new, rows_to_correct(new))
    ]
    assert len(sent) == len(bad)
    assert sent[7] == (10, "31.02.2026", "Value date: “31.02.2026” is not a date such as 31.12.2026.")


def test_what_earlier_lines_would_pay_is_no_longer_open(clerk, open_invoices, today):
    invoice = open_invoices[0]
    half = f"{(invoice.open_balance / 2).quantize(Decimal('0.01')) + 1:f}".replace(".", ",")
    all_of_it = f"{invoice.open_balance:f}".replace(".", ",")
    for amounts, words in (((half, half), "Only "), ((all_of_it, "0,01"), "Only 0.00 ")):
        content = "".join(f"{invoice.number};;{amount};{today:%d.%m.%Y};Q\n" for amount in amounts)
        (first, _none), (second, reason) = lines(checked(clerk, HEAD + content)).values()
        assert (first, second) == (State.READY, State.REFUSED)
        assert words in reason
    # What was paid too much is no amount that could be paid.
    Invoice.objects.filter(pk=invoice.pk).update(open_balance="-0.50")
    [(state, reason)] = lines(checked(clerk, f"{HEAD}{invoice.number};;1,00;{today:%d.%m.%Y};Q\n")).values()
    assert (state, reason[:10]) == (State.REFUSED, "Only 0.00 ")


def test_no_format_is_guessed(clerk, open_invoices):
    number = open_invoices[0].number
    new = brought(clerk, f"{HEAD}{number};;1,250;03/04/2026;R\n")
    mapping = proposed(new.of, files.table_of(new), None)
    assert (mapping.columns["amount"], mapping.date_format, mapping.number_format) == ("Amount", "", "")
    with pytest.raises(Invalid) as invalid:
        files.check(clerk, new, mapping)
    assert set(invalid.value.fields) == {"date_format", "number_format"}
    # What was chosen for a sender is proposed again, as far as it fits.
    files.check(clerk, new, Mapping(**mapping.as_json() | CHOICES | {"date_format": "%d/%m/%Y"}))
    kept = Mapping.of_json(ImportSender.objects.get(name="Bank").mapping)
    again = proposed(
        "payments", files.table_of(brought(clerk, f"{HEAD}{number};;7,250;05/06/2026;R\n")), kept
    )
    assert (again.date_format, again.number_format) == ("%d/%m/%Y", "comma")
    other = proposed("payments", files.table_of(brought(clerk, f"{HEAD}{number};;7.25;12/31/2026;R\n")), kept)
    assert (other.date_format, other.number_format) == ("%m/%d/%Y", "dot")


def test_equal_lines_are_two_payments_and_known_ones_are_doubtful(clerk, open_invoices, day):
    first = open_invoices[0]
    content = f"{HEAD}{first.number};;1,00;{day};R\n{first.number};;1,00;{day};R\n"
    new = checked(clerk, content)
    asking.start(clerk, new, with_doubtful=False)
    carry_out(new)
    assert Change.objects.filter(batch=new.pk, state=Change.State.APPLIED).count() == 2
    # By another reference it is another line, and looks like those.
    other = checked(clerk, f"{HEAD}{first.number};;1,00;{day};Q\n")
    received_on = dt.datetime.strptime(day, "%d.%m.%Y").date()
    words = f"There is a payment of this amount of {received_on} (reference: R)."
    assert lines(other) == {2: (State.DOUBTFUL, words)}
    with pytest.raises(Invalid, match="no line to import"):
        asking.start(clerk, other, with_doubtful=False)
    asking.start(clerk, other, with_doubtful=True)
    carry_out(other)
    assert Change.objects.get(batch=other.pk).state == Change.State.APPLIED


def test_the_latest_of_those_that_look_so_is_told(clerk, open_invoices, day, store):
    """And all of them are accepted with the line."""
    invoice = open_invoices[0]
    received_on = dt.datetime.strptime(day, "%d.%m.%Y").date()
    for api_id, days_before, memo in ((777_001, 3, "older"), (777_002, 1, "")):
        Payment.objects.create(
            store=store,
            api_id=api_id,
            company_id=invoice.company_id,
            currency=invoice.currency,
            total=Decimal("1.07"),
            memo=memo,
            processing_status=2,
            created_at=dt.datetime.combine(received_on, dt.time(12), store.zone)
            - dt.timedelta(days=days_before),
        )
    new = checked(clerk, f"{HEAD}{invoice.number};;1,07;{day};R\n")
    told = received_on - dt.timedelta(days=1)
    words = f"There is a payment of this amount of {told} (reference: none)."
    assert lines(new) == {2: (State.DOUBTFUL, words)}
    assert new.rows.get().content["accepted"] == ["payment-777002", "payment-777001"]


def test_a_line_is_known_again_in_any_file_and_release(clerk, open_invoices, day, monkeypatch):
    """By what it says, not how; known by anything else, a file that was imported would be paid once more."""
    keys = []

    def claims_noting_the_keys(store_id, asked):
        keys.extend(asked)
        return claims(store_id, keys)

    monkeypatch.setattr(payments, "claims", claims_noting_the_keys)
    first, second = open_invoices[:2]
    rows = (
        f"{first.number};;1,50;{day};R 1",
        f"{first.number};{first.company_name};1,5;{day};r 1",
        f"{first.number};;10,00;{day};R 1",
        f"{second.number};;1,50;{day};R 2",
    )
    checked(clerk, HEAD + "\n".join(rows))
    of_first = f"payment|{first.company_id}|{first.api_id}|{first.currency}"
    of_second = f"payment|{second.company_id}|{second.api_id}|{second.currency}"
    on = dt.datetime.strptime(day, "%d.%m.%Y").date()
    assert keys == [
        f"{of_first}|1.5|{on}|r 1|1",
        f"{of_first}|1.5|{on}|r 1|2",
        f"{of_first}|1E+1|{on}|r 1|1",
        f"{of_second}|1.5|{on}|r 2|1",
    ]


@only_whole("receivables/imports/test_files.py::test_what_was_refused_has_the_next_id")
def test_what_the_store_refuses_can_be_imported_again(clerk, open_invoices, day, sandbox):
    content = f"{HEAD}{open_invoices[0].number};;1,00;{day};R\n"
    new = checked(clerk, content)
    sandbox.fault("body_422", method="POST")
    asking.start(clerk, new, with_doubtful=False)
    carry_out(new)
    [(row, reason)] = with_reasons(new, rows_to_correct(new))
    assert (row.line, bool(reason), progress_of(new).refused) == (2, True, 1)
    again = checked(clerk, content)
    asking.start(clerk, again, with_doubtful=False)
    carry_out(again)
    assert Change.objects.get(batch=again.pk).state == Change.State.APPLIED


def test_cancelled_midway_the_rest_is_not_sent(clerk, open_invoices, day, monkeypatch):
    monkeypatch.setattr(asking, "CHUNK", 1)
    first = open_invoices[0]
    new = checked(clerk, HEAD + "".join(f"{first.number};;0,0{cents};{day};R\n" for cents in range(1, 4)))
    asking.start(clerk, new, with_doubtful=False)
    chunks = asking.ask_in_chunks(new)
    next(chunks)
    asking.cancel(clerk, new)
    assert list(chunks) == []
    assert Change.objects.get(batch=new.pk).state == Change.State.REFUSED
    assert [state for state, _reason in lines(new).values()] == [State.ASKED, State.READY, State.READY]
    with pytest.raises(Invalid, match="no longer under way"):
        asking.cancel(clerk, new)


def test_after_an_interruption_no_line_is_asked_for_twice(clerk, open_invoices, day, monkeypatch):
    """Between the Change and the mark on its line: as after kill -9."""
    first = open_invoices[0]
    new = checked(clerk, f"{HEAD}{first.number};;1,00;{day};R\n{first.number};;2,00;{day};R\n")
    asking.start(clerk, new, with_doubtful=False)
    with monkeypatch.context() as patch:
        patch.setattr(ImportRow.objects, "bulk_update", lambda *_more: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            list(asking.ask_in_chunks(new))
    assert [state for state, _reason in lines(new).values()] == [State.READY] * 2
    carry_out(new)  # What was asked for is sent first.
    carry_out(new)
    assert new.state == Import.State.DONE
    assert Change.objects.filter(batch=new.pk, state=Change.State.APPLIED).count() == 2


def test_who_may(clerk, viewer, controller, open_invoices, day):
    with pytest.raises(NotAllowed):
        brought(viewer, "a,b\n1,2\n")
    with pytest.raises(NotAllowed):
        brought(clerk, "a,b\n1,2\n", of="invoices")
    new = checked(clerk, f"{HEAD}{open_invoices[0].number};;1,00;{day};R\n")
    with pytest.raises(NotAllowed):
        asking.start(controller, new, with_doubtful=False)
    # Of others' companies nothing is told: for who does not see it there is no such invoice.
    clerk.all_companies, clerk.company_ids = False, [1]
    clerk.save()
    hidden = checked(clerk, f"{HEAD}{open_invoices[0].number};;1,00;{day};S\n")
    assert lines(hidden)[2] == (State.REFUSED, f"There is no invoice {open_invoices[0].number}.")
    # Rights that went meanwhile count, too.
    asking.start(clerk, new, with_doubtful=False)
    carry_out(new)
    assert lines(new)[2] == (State.REFUSED, "The company is no longer at the store.")
    asking.cancel(controller, hidden)


def test_a_large_payment_waits_for_a_second_person(clerk, open_invoices, day, store):
    store.approval_limits = {open_invoices[0].currency: "1"}
    store.save()
    new = checked(clerk, f"{HEAD}{open_invoices[0].number};;2,00;{day};R\n")
    asking.start(clerk, new, with_doubtful=False)
    carry_out(new)
    assert (new.state, progress_of(new).changes) == (Import.State.DONE, {Change.State.WAITING: 1})


def test_an_invoice_is_told_by_number_and_company_and_in_its_own_currency(clerk, open_invoices, day, store):
    first, *_others = open_invoices
    twin = Invoice.objects.filter(store=store).exclude(company_id=first.company_id)[0]
    Invoice.objects.filter(pk=twin.pk).update(number=first.number)
    foreign = "JPY" if first.currency != "JPY" else "EUR"
    head = HEAD.replace("Value date", "Currency;Value date")
    rows = [
        f"{first.number};;1,00;{first.currency};{day};R",
        f"{first.number};{first.company_name};1,00;{first.currency};{day};R",
        f"{first.number};{first.company_name};1;{foreign};{day};R",
    ]
    assert list(lines(checked(clerk, head + "\n".join(rows))).values()) == [
        (State.REFUSED, f"Several invoices have the number {first.number}."),
        (State.READY, ""),
        (State.REFUSED, f"The invoice is in {first.currency}, not in {foreign}."),
    ]


def test_a_line_becomes_the_payment_that_was_chosen(clerk, open_invoices, day):
    invoice = open_invoices[0]
    new = checked(clerk, f"{HEAD}{invoice.number};;1,00;{day};R 1\n", method="cheque", status=3)
    row = new.rows.get()
    row.change_id, row.content = uuid.uuid4(), row.content | {"accepted": ["seen"]}
    verb = verb_of(clerk, row, Mapping(**new.mapping), {invoice.company_id: "Acme"})
    assert (verb.change_id, verb.batch, verb.accepted.duplicates) == (row.change_id, new.pk, {"seen"})
    payment = verb.payment
    assert (payment.method, int(payment.status), payment.payer_name) == ("cheque", 3, "Acme")
    assert (payment.company_id, payment.reference) == (invoice.company_id, "R 1")
