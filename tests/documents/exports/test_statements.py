"""Statements of many companies: whose, as files and as mails, what is missing, and each mail once."""

import io
import re
import uuid
import zipfile
from decimal import Decimal

import pypdf
import pytest

from arportal.documents.exports import control, statements
from arportal.documents.exports.statements import Question, chosen_companies, create_statements
from arportal.documents.models import Branding, Export, ExportItem
from arportal.mirror.models import Company
from arportal.receivables.ageing.ageing import AsOf, ageing, ageing_by_company
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.mails.recipients import add_address
from arportal.receivables.models import Mail
from arportal.receivables.statements.statement import Period
from arportal.stores.access import NotAllowed
from tests.documents.exports.conftest import content, finish, now, rows, work


@pytest.fixture
def period(today) -> Period:
    return Period(today.replace(day=1), today, today)


@pytest.fixture
def owing(clerk, today) -> set[int]:
    """Companies with a balance in any currency."""
    return {row.company_id for row in ageing_by_company(clerk, AsOf(today, today)) if row.balance}


@pytest.fixture
def few(clerk, owing) -> set[int]:
    """The companies of a clerk who sees three that owe something: what holds of their PDFs holds of all."""
    clerk.all_companies, clerk.company_ids = False, sorted(owing)[:3]
    clerk.save()
    return set(clerk.company_ids)


@pytest.fixture
def ask(clerk, period):
    def ask(shape: str = "zip", actor=clerk, export_id=None, **asked) -> Export:
        question = Question(period, open_items=True, **asked)
        return create_statements(actor, export_id or uuid.uuid4(), question, Export.Shape(shape), "in words")

    return ask


def test_a_zip(ask, few, clerk):
    export = finish(ask())
    assert (export.state, export.of, export.total) == ("ready", "statements", len(few))
    names = dict(Company.objects.filter(store=clerk.store).values_list("api_id", "name"))
    with zipfile.ZipFile(io.BytesIO(content(export))) as archive:
        listed = rows(archive.read("manifest.csv"))
        assert {row["company"] for row in listed} == {names[api_id] for api_id in few}
        for row in listed[:2]:
            text = pypdf.PdfReader(io.BytesIO(archive.read(row["file"]))).pages[0].extract_text()
            assert row["company"][:12] in text.replace("\n", " ")
            assert row["file"].startswith("Statement ")


def test_one_merged_pdf(ask, few, store):
    Branding.objects.create(store=store, bank_details="IBAN DE02 1203")
    export = finish(ask("merged"))
    merged = pypdf.PdfReader(io.BytesIO(content(export)))
    assert len(merged.outline) == export.total
    assert len(merged.pages) >= export.total
    # Whoever owes something is told where to pay.
    assert any("IBAN DE02 1203" in page.extract_text() for page in merged.pages)


def test_mails(ask, few, clerk, store):
    silent = Company.objects.filter(store=store, api_id__in=few).order_by("api_id")[0]
    Company.objects.filter(pk=silent.pk).update(email="")
    export = work(ask("mail"))
    # A worker that died between writing the mail and settling the item: the mail is there once.
    ExportItem.objects.filter(export=export, state="done").update(state="taken")
    export = finish(export)
    mails = Mail.objects.filter(batch=export.pk)
    assert {mail.company_id for mail in mails} == few - {silent.api_id}
    assert mails.count() == len(few) - 1
    assert (export.state, export.archive.size) == ("ready", 0)
    [missing] = rows(export.archive.failures)
    assert missing == {
        "company": silent.name,
        "reason": "The company has no e-mail address.",
        "worth_retrying": "yes",
    }
    mail = mails.first()
    assert "{" not in mail.subject + mail.text
    assert bytes(mail.attachments.get().content)[:5] == b"%PDF-"
    add_address(clerk, silent, "ada@example.org")
    control.carry_on(clerk, now(export))
    assert not rows(finish(now(export)).archive.failures)
    assert Mail.objects.filter(batch=export.pk).count() == len(few)


def test_whoever_owes_nothing_any_more_gets_no_mail(ask, monkeypatch):
    export = ask("mail")
    monkeypatch.setattr(statements, "statement", lambda *_args, **_more: [])
    finish(export)
    assert not Mail.objects.exists()
    assert set(export.items.values_list("reason", flat=True)) == {"Nothing is owed any more."}


def test_whose(clerk, period, owing):
    def asked(**question) -> dict[int, list[tuple[str, Decimal]]]:
        chosen = chosen_companies(clerk, Question(period, open_items=True, **question))
        return {
            each.company.api_id: [(row.currency, row.balance.amount) for row in each.balances]
            for each in chosen
        }

    everyone = asked()
    assert set(everyone) == owing
    currency, least = next(
        (code, amount) for rows in everyone.values() for code, amount in rows if amount > 0
    )
    assert set(asked(currency=currency)) == {
        key for key, rows in everyone.items() if any(code == currency for code, _amount in rows)
    }
    assert set(asked(currency=currency, minimum=least)) == {
        key
        for key, rows in everyone.items()
        if any(code == currency and amount >= least for code, amount in rows)
    }
    late = {
        row.company_id for row in ageing_by_company(clerk, AsOf(period.last, period.today)) if row.overdue
    }
    assert set(asked(overdue_only=True)) == late & owing


def test_subsidiaries_on_their_parents_statement(clerk, period, owing, today, ask):
    first, second, *_rest = sorted(owing)
    Company.objects.filter(store=clerk.store).update(parent_id=None)
    Company.objects.filter(store=clerk.store, api_id=second).update(parent_id=first)
    chosen = chosen_companies(clerk, Question(period, open_items=True, consolidated=True))
    assert {each.company.api_id for each in chosen} == owing - {second}
    together = next(each for each in chosen if each.company.api_id == first)
    assert set(together.company_ids) == {first, second}
    expected = ageing(clerk, AsOf(today, today, companies=(first, second)))
    assert {row.currency: row.balance for row in together.balances} == {
        row.currency: row.balance for row in expected
    }
    export = ask(consolidated=True)
    item = export.items.get(company_id=first)
    numbers = {row.currency: row.closing for row in statements.statement_of(export, item).accounts}
    assert numbers == {row.currency: row.balance for row in expected}


def test_who_may(ask, viewer, clerk, owing):
    with pytest.raises(NotAllowed):
        ask("mail", actor=viewer)
    export = ask(actor=viewer)
    assert ask(actor=viewer, export_id=export.pk) == export
    with pytest.raises(Invalid, match="already used"):
        ask(export_id=export.pk)
    clerk.all_companies, clerk.company_ids = False, sorted(owing)[:1]
    assert [item.company_id for item in ask().items.all()] == clerk.company_ids
    clerk.company_ids = []
    with pytest.raises(Invalid, match="No company"):
        ask()


def test_rights_that_are_lost_meanwhile(ask, clerk, few):
    exports = [ask(), ask("mail")]
    lost, *clerk.company_ids = sorted(few)
    clerk.save()
    for export in exports:
        reasons = failures_of(finish(export))
        assert reasons == ["The company is no longer at the store, or you may not see it."]
    assert set(Mail.objects.values_list("company_id", flat=True)) == few - {lost}


def failures_of(export: Export) -> list[str]:
    return [row["reason"] for row in rows(export.archive.failures)]


def test_names_of_files(ask):
    names = list(ask().items.values_list("filename", flat=True))
    assert all(re.fullmatch(r"Statement .+\.pdf", name) for name in names)
