"""Which rows a person sees is one rule for every table about companies. A rule of another kind is named here."""

import pytest
from django.apps import apps
from django.core.exceptions import EmptyResultSet

from arportal.stores.models import Membership, OfCompanyQuerySet

# A bank's line is nobody's until it is matched; three are about many companies at once, and a view is about none.
OF_ANOTHER_KIND = {"BankLine", "Export", "Import", "ReminderRun", "SavedView"}
FOR_PEOPLE = {
    model.__name__: model for model in apps.get_models() if hasattr(model._default_manager, "visible_to")
}
OF_COMPANY = {
    name: model
    for name, model in FOR_PEOPLE.items()
    if isinstance(model._default_manager.all(), OfCompanyQuerySet)
}


def test_no_table_has_a_rule_that_is_not_named():
    assert FOR_PEOPLE.keys() - OF_COMPANY.keys() == OF_ANOTHER_KIND


@pytest.mark.parametrize("name", OF_COMPANY)
def test_who_has_no_company_sees_no_row(name):
    rows = FOR_PEOPLE[name]._default_manager.visible_to(Membership(store_id=1))
    with pytest.raises(EmptyResultSet):
        str(rows.query)


@pytest.mark.parametrize("name", OF_COMPANY)
def test_who_sees_every_company_sees_the_rows_of_one_store(name):
    rows = FOR_PEOPLE[name]._default_manager.visible_to(Membership(store_id=31, all_companies=True))
    assert '"store_id" = 31' in str(rows.query)
