"""Members who see companies with their subsidiaries: right at every moment, whoever moves a company."""

import pytest
from django.apps import apps
from django.core.exceptions import EmptyResultSet

from arportal.mirror.models import Company, Invoice
from arportal.stores.models import Membership, Role, Store, User

TOP, CHILD, GRANDCHILD, OTHER = 9001, 9002, 9003, 9004


@pytest.fixture
def family(store: Store) -> Store:
    """TOP > CHILD > GRANDCHILD, and OTHER beside them."""
    for api_id, parent_id in ((TOP, None), (CHILD, TOP), (GRANDCHILD, CHILD), (OTHER, None)):
        Company.objects.create(store=store, api_id=api_id, parent_id=parent_id, name=f"C{api_id}", status=1)
    return store


@pytest.fixture
def member(family: Store) -> Membership:
    user = User.objects.create_user("family@example.com")
    return Membership.objects.create(user=user, store=family, role=Role.CLERK, families=[TOP])


def seen(member: Membership) -> set[int]:
    member.refresh_from_db()
    assert set(Company.objects.visible_to(member).ids()) == set(member.company_ids)
    return set(member.company_ids)


def move(api_id: int, parent_id: int | None) -> None:
    Company.objects.filter(api_id=api_id).update(parent_id=parent_id)


def test_it_works(member):
    assert seen(member) == {TOP, CHILD, GRANDCHILD}
    assert not Invoice.objects.visible_to(member).exists()


def test_a_company_that_is_moved_in_and_out(member):
    move(OTHER, GRANDCHILD)
    assert seen(member) == {TOP, CHILD, GRANDCHILD, OTHER}
    move(CHILD, None)
    assert seen(member) == {TOP}


def test_a_company_that_comes_and_one_that_goes(member, family):
    Company.objects.create(store=family, api_id=9005, parent_id=CHILD, name="New", status=1)
    assert seen(member) == {TOP, CHILD, GRANDCHILD, 9005}
    Company.objects.filter(api_id=CHILD).delete()
    assert seen(member) == {TOP}


def test_a_circle_comes_to_an_end(member):
    move(TOP, GRANDCHILD)
    assert seen(member) == {TOP, CHILD, GRANDCHILD}


def test_nobody_can_write_anything_else(member):
    Membership.objects.filter(pk=member.pk).update(company_ids=[OTHER])
    assert seen(member) == {TOP, CHILD, GRANDCHILD}


def test_the_same_ids_of_another_store_are_not_theirs(member):
    other = Store.objects.create(slug="x", name="X", store_hash="x", api_url="http://127.0.0.1:9/")
    Company.objects.create(store=other, api_id=OTHER, parent_id=TOP, name="Foreign", status=1)
    assert seen(member) == {TOP, CHILD, GRANDCHILD}


def test_chosen_companies_alone_stay_as_they_are(member):
    Membership.objects.filter(pk=member.pk).update(families=[], company_ids=[TOP, OTHER])
    move(OTHER, CHILD)
    assert seen(member) == {TOP, OTHER}


# A saved view says what to look for and never what may be seen.
OF_ALL = {"SavedView"}


def test_every_visible_to_follows(member):
    """Whatever is read for a person is asked for by the companies that they see at this moment."""
    models = [model for model in apps.get_models() if hasattr(model._default_manager, "visible_to")]
    assert len(models) > 20
    for _moment in range(2):
        seen(member)
        others = {model.__name__ for model in models if not asks_for_companies(model, member)}
        assert others == OF_ALL
        move(OTHER, GRANDCHILD)


def asks_for_companies(model, member: Membership) -> bool:
    try:
        _sql, values = model._default_manager.visible_to(member).query.sql_with_params()
    except EmptyResultSet:  # Nothing at all is shown to who does not see every company.
        return True
    asked = {one for value in values for one in (value if isinstance(value, list | tuple) else [value])}
    return asked >= set(member.company_ids)
