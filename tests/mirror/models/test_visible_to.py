"""People see the rows of their store and their companies, and nothing else."""

import pytest
from django.utils import timezone

from arportal.mirror.models import Buyer, Company, CompanyMethod, Invoice, Order, Payment
from arportal.stores.models import Membership, Store, User


@pytest.fixture
def limited(clerk, company) -> Membership:
    clerk.all_companies, clerk.company_ids = False, [company.api_id]
    clerk.save()
    return clerk


@pytest.mark.parametrize("model", [Company, CompanyMethod, Invoice, Payment])
def test_it_works(clerk, model):
    assert model.objects.visible_to(clerk).count() == model.objects.count() > 0


@pytest.mark.parametrize("model", [CompanyMethod, Invoice, Payment])
def test_only_the_chosen_companies(limited, company, model):
    assert set(model.objects.visible_to(limited).values_list("company_id", flat=True)) <= {company.api_id}


def test_only_the_chosen_companies_in_the_company_list(limited, company):
    assert list(Company.objects.visible_to(limited)) == [company]


def test_nobody_sees_another_store(store):
    other = Store.objects.create(
        slug="other", name="Other", store_hash="other", api_url="https://api.example.com"
    )
    person = Membership.objects.create(
        user=User.objects.create_user("x@example.com"), store=other, role="admin", all_companies=True
    )
    assert not Invoice.objects.visible_to(person).exists()


def test_a_membership_without_companies_sees_none(clerk):
    clerk.all_companies = False
    assert not Invoice.objects.visible_to(clerk).exists()


@pytest.mark.parametrize("model", [Buyer, Order])
def test_rows_without_a_company_are_for_who_sees_them_all(limited, company, model):
    row = model.objects.filter(company_id=company.api_id).first()
    model.objects.filter(pk=row.pk).update(company_id=None)
    assert row not in model.objects.visible_to(limited)
    limited.all_companies = True
    assert row in model.objects.visible_to(limited)


def test_gone_rows_are_out_of_sight(clerk, company):
    Company.objects.filter(pk=company.pk).update(gone_at=timezone.now())
    assert company not in Company.objects.visible_to(clerk)
