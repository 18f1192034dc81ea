"""What is known of a company's credit before it is set; setting it: test_set_values.py."""

from arportal.mirror.models import Company, CreditTerms
from arportal.receivables.companies.set_credit import SetCredit
from arportal.stores.models import Store


def test_credit_that_was_never_read(store):
    """Neither another company's, nor that of a company of the same number in another store, stands in for it."""
    theirs = CreditTerms.objects.filter(store=store, credit_enabled=True).order_by("api_id")[0]
    company = Company.objects.get(store=store, api_id=theirs.api_id)
    assert SetCredit.known(company)["credit_enabled"] is True
    theirs.pk, theirs.store = None, Store.objects.create(slug="other", name="Other", store_hash="other")
    theirs.save()
    ours = CreditTerms.objects.filter(store=store, api_id=company.api_id)
    ours.update(credit_enabled=None)
    assert SetCredit.known(company) is None
    ours.delete()
    assert SetCredit.known(company) is None
