"""Values of many companies asked for together."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from arportal.mirror.models import Company, CreditTerms, Method
from arportal.receivables.changes.errors import Conflict
from arportal.receivables.companies import together
from arportal.receivables.models import Change
from arportal.stores.models import Activity


@pytest.fixture
def companies(store) -> list[Company]:
    """Five that buy on credit, not on hold."""
    terms = CreditTerms.objects.filter(store=store, credit_enabled=True, is_on_hold=False)
    return list(Company.objects.filter(store=store, api_id__in=terms.values("api_id")).order_by("api_id")[:5])


@pytest.fixture
def ask(admin):
    """Asks for all methods switched, or terms, or a hold, of companies; the number of queries it took."""

    def ask(kind: str, companies: list[Company]) -> int:
        shown = {}
        for api_id, now in together.KINDS[kind].known(admin, [each.api_id for each in companies]).items():
            other = {"own_terms_days": 45 if now.get("own_terms_days") != 45 else 60}
            if kind != "terms":
                other = {name: not is_on for name, is_on in now.items()}
            shown[api_id] = (now, other)
        with CaptureQueriesContext(connection) as queries:
            together.ask_together(admin, uuid.uuid4(), kind, shown, reason="As agreed")
        assert len(shown) == len(companies)
        return len(queries)

    return ask


def test_many_take_as_many_queries_as_one(ask, companies):
    for kind in together.KINDS:
        assert ask(kind, companies[:1]) == ask(kind, companies[1:]), kind
    asked = Change.objects.filter(company_id__in=[company.api_id for company in companies])
    assert asked.count() == len(together.KINDS) * len(companies)
    told = Activity.objects.filter(kind=Activity.Kind.CHANGE, change_id__in=asked.values("pk"))
    assert told.count() == asked.count()


def test_one_that_has_changed_stops_all(admin, store, companies):
    code = Method.objects.filter(store=store, gone_at=None).values_list("code", flat=True)[0]
    known = together.KINDS["methods"].known(admin, [company.api_id for company in companies])
    shown = {api_id: ({code: now[code]}, {code: not now[code]}) for api_id, now in known.items()}
    last = companies[-1].api_id
    shown[last] = ({code: not known[last][code]}, {code: known[last][code]})
    with pytest.raises(Conflict):
        together.ask_together(admin, uuid.uuid4(), "methods", shown)
    assert not Change.objects.filter(company_id__in=shown).exists()
