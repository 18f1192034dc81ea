"""The store of the cast with a reminder plan, and a company of it that is reminded."""

import datetime as dt
import uuid
from decimal import Decimal

import pytest

from arportal.documents.mails.sending import send_queued
from arportal.documents.reminders import rounds
from arportal.mirror.models import Company, Invoice
from arportal.receivables.collections.choosing import Level
from arportal.receivables.collections.plans import our_levels, save_plan
from arportal.receivables.models import Mail, ReminderPlan, ReminderRun


@pytest.fixture
def plan(controller, debt) -> ReminderPlan:
    return save_plan(controller, debt[0].currency, is_on=True, hour=None, levels=our_levels())


@pytest.fixture
def debt(store, today) -> list[Invoice]:
    """The overdue invoices of a company that owes two or more in one currency and has no credit, the oldest first."""
    owed = Invoice.objects.filter(store=store, gone_at=None)
    credited = set(owed.in_credit().values_list("company_id", flat=True))
    for company in Company.objects.filter(store=store).exclude(email="").order_by("api_id"):
        late = owed.overdue(today - dt.timedelta(3)).filter(company_id=company.api_id)
        rows = list(late.filter(currency=store.currency).order_by("due_on", "api_id"))
        if len(rows) >= 2 and company.api_id not in credited:
            return rows
    raise LookupError("The seed has no such company.")


@pytest.fixture
def remind(clerk, plan, debt, today):
    """Sends one round for the company, as a worker would."""

    def remind(run_id: uuid.UUID | None = None) -> ReminderRun:
        company_id = debt[0].company_id
        run = rounds.begin(clerk, run_id or uuid.uuid4(), plan.currency, [company_id], today)
        if run.finished_at is None:
            rounds.work(run)
        send_queued(clerk.store)
        run.refresh_from_db()
        return run

    return remind


def pay(sandbox, invoice: Invoice, amount: Decimal) -> None:
    """At the store, without our knowing."""
    sandbox.post(
        "/ip/payments/offline",
        {
            "customerId": str(invoice.company_id),
            "currency": invoice.currency,
            "processingStatus": 3,
            "details": {"memo": ""},
            "lineItems": [{"invoiceId": invoice.api_id, "amount": f"{amount:.2f}"}],
        },
    )


def states(mail: Mail) -> list[str]:
    return list(mail.recipients.order_by("pk").values_list("state", flat=True))


LEVEL = Level(3, Decimal(0), "Reminder {company}", "{invoices}\n\n{total}")
