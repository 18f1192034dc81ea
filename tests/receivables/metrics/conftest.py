import pytest

from arportal.stores.models import Membership
from tests.receivables.ledger.books import Books
from tests.receivables.metrics.a_year import COMPANIES, facts, told


@pytest.fixture
def books(db) -> Books:
    return told(facts())


@pytest.fixture(params=[COMPANIES, (1, 3)], ids=["all companies", "two companies"])
def actor(request, books) -> Membership:
    """Somebody who sees the whole store, and somebody who sees two companies."""
    books.controller.all_companies = request.param == COMPANIES
    books.controller.company_ids = list(request.param)
    return books.controller
