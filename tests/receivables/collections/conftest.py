"""A store in which something is owed, another that numbers its things alike, and colleagues who may do less."""

from collections.abc import Callable

import pytest

from arportal.stores.models import Membership, Role, User
from tests.receivables.ledger.books import Books

# Invoice → company, currency, and what is open.
OWED = {1: (1, "EUR", 100), 2: (2, "EUR", 80), 3: (1, "JPY", 5000), 4: (1, "EUR", 0)}
Colleague = Callable[..., Membership]


def owing(slug: str) -> Books:
    """A store without a ledger, in which all that is owed was due on 5 March 2026."""
    books = Books(slug=slug)
    for number, (company, currency, amount) in OWED.items():
        books.invoice(
            number,
            original=5000,
            open=amount,
            currency=currency,
            company=company,
            issued="2026-03-01",
            due="2026-03-05",
            seen="2026-03-01",
        )
    return books


@pytest.fixture
def owed(db) -> Books:
    return owing("owed")


@pytest.fixture
def elsewhere(db) -> Books:
    return owing("elsewhere")


@pytest.fixture
def colleague(owed) -> Colleague:
    """A member with a role, of all companies or of some."""

    def colleague(role: Role = Role.CLERK, companies: list[int] | None = None, **about: object) -> Membership:
        count = User.objects.count()
        user = User.objects.create_user(f"colleague-{count}@example.com", name=f"Colleague {count}", **about)
        return Membership.objects.create(
            user=user,
            store=owed.store,
            role=role,
            all_companies=companies is None,
            company_ids=companies or [],
        )

    return colleague
