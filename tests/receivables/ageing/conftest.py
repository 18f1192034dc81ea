"""Books of a few companies of which each stands in a report for something else."""

import pytest

from arportal.mirror.models import Company
from arportal.receivables.ledger.sums import bring_to_today
from arportal.stores.models import Membership, Role, User
from tests.receivables.ledger.books import Books

TODAY = "2026-03-31"
# Company → name, and the one above it.
COMPANIES = {1: ("Alpha", None), 2: ("Beta", 1), 3: ("Gamma", None), 4: ("Delta", None), 5: ("Epsilon", None)}
# Invoice → company, amount, currency, issued, due.
INVOICES = {
    1: (1, 60, "EUR", "2026-01-03", "2026-02-02"),
    2: (2, 250, "EUR", "2026-01-20", "2026-03-30"),
    3: (3, "0.5", "EUR", "2026-03-01", "2026-04-15"),
    4: (5, -15, "EUR", "2026-03-01", "2026-03-02"),
    5: (3, 7000, "JPY", "2026-01-05", "2026-01-31"),
    6: (4, 90, "EUR", "2026-01-05", "2026-02-10"),
}


@pytest.fixture
def owing(db) -> Books:
    """Delta pays on 10 March all that it owes; somebody edits Beta's invoice to 220, which is seen a day later."""
    books = Books()
    books.begin("2026-01-01")
    for api_id, (name, parent_id) in COMPANIES.items():
        Company.objects.create(store=books.store, api_id=api_id, name=name, status=1, parent_id=parent_id)
    for number, (company, amount, currency, issued, due) in INVOICES.items():
        about = {"original": amount, "open": amount, "company": company, "currency": currency}
        books.invoice(number, issued=issued, due=due, seen=issued, **about)
    books.payment(1, {6: 90}, made="2026-03-10", seen="2026-03-10")
    books.invoice(6, open=0, changed="2026-03-10", seen="2026-03-10")
    books.invoice(2, open=220, changed="2026-03-20", seen="2026-03-21")
    with books.at(TODAY):
        bring_to_today(books.store)
    return books


@pytest.fixture
def seeing(owing):
    """Somebody who sees these companies alone."""

    def seeing(*company_ids: int) -> Membership:
        user = User.objects.create_user(f"sees-{company_ids}@example.com", name="Rae Stricted")
        return Membership.objects.create(
            user=user, store=owing.store, role=Role.VIEWER, company_ids=list(company_ids)
        )

    return seeing
