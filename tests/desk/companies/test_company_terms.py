"""Credit and payment terms on a company's page: what is not known is a dash, what the store has off is said."""

import re

import pytest
from django.utils import timezone

from arportal.mirror.models import CreditTerms, Watermark
from arportal.mirror.sync.credit_terms import CREDIT, TERMS
from tests.whole import only_whole

DASH = "\u2013"


@pytest.fixture
def facts(viewer, company, browse):
    """The two facts as the page has them, without markup."""

    def read() -> tuple[str, str]:
        page = browse(viewer).get(f"/s/demo/companies/{company.api_id}/").content.decode()
        found = re.search(r"Available credit</dt>(.*?)<dt>Payment terms</dt>(.*?)</dd>", page, re.DOTALL)
        assert found is not None
        credit, terms = (" ".join(re.sub(r"<[^>]+>", " ", part).split()) for part in found.groups())
        return credit, terms

    return read


@pytest.fixture
def known(store, company):
    def save(**values) -> None:
        about = {"terms_enabled": True, "terms_days": 45, "read_at": timezone.now(), **values}
        CreditTerms.objects.update_or_create(store=store, api_id=company.api_id, defaults=about)

    return save


def test_it_works(facts, known):
    known(credit_enabled=True, currency="JPY", available_credit=4321, is_on_hold=True)
    assert facts() == ("4,321 JPY On hold: no further credit", "45 days")


@only_whole("test_it_works")
def test_nothing_available_is_an_amount(facts, known):
    known(credit_enabled=True, currency="USD", available_credit=0)
    assert facts()[0] == "0.00 USD"


def test_what_the_store_does_not_tell_is_a_dash(facts, known):
    known(credit_enabled=True, currency="", available_credit=None, terms_enabled=None, terms_days=None)
    assert facts() == (DASH, DASH)


@only_whole("test_what_the_store_does_not_tell_is_a_dash")
def test_a_company_that_was_never_asked_about(facts):
    CreditTerms.objects.all().delete()
    assert facts() == (DASH, DASH)


@only_whole("test_it_works")
def test_no_credit_and_terms_of_the_store(facts, known):
    known(credit_enabled=False, terms_enabled=False, terms_days=1)
    assert facts() == ("No credit", "1 day (the store's own)")


def test_off_for_everybody(facts, store):
    for name in (CREDIT, TERMS):
        Watermark.objects.update_or_create(store=store, resource=name, defaults={"off_since": timezone.now()})
    assert facts() == ("Off at this store", "Off at this store")
