"""A store's rules for bank lines: its own, changed by who may, and told."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from arportal.receivables.bank.rules import rules_of, save_rules
from arportal.receivables.models import BankRules
from arportal.stores.models import Activity
from tests.receivables.changes.test_approve import wait_until_it_waits_for_us


def test_each_store_has_its_own_and_none_unless_set(admin, other_store):
    BankRules.objects.create(store=other_store, applies_ready=True, tolerances={"USD": "9.00"})
    rules = rules_of(admin.store)
    assert (rules.pk, rules.applies_ready, rules.tolerances) == (None, False, {})
    assert save_rules(admin, applies_ready=True, tolerances={"USD": "5.00"})
    assert rules_of(admin.store).tolerances == {"USD": "5.00"}
    assert rules_of(other_store).tolerances == {"USD": "9.00"}
    assert save_rules(admin, applies_ready=True, tolerances={"USD": "5.00"}) is False
    assert save_rules(admin, applies_ready=True, tolerances={})
    told = Activity.objects.filter(kind=Activity.Kind.RULE).order_by("pk").values_list("words", "details")
    assert list(told) == [
        (
            "bank applies ready; bank tolerances",
            {
                "before": {"bank_applies_ready": False, "bank_tolerances": {}},
                "after": {"bank_applies_ready": True, "bank_tolerances": {"USD": "5.00"}},
            },
        ),
        (
            "bank tolerances",
            {"before": {"bank_tolerances": {"USD": "5.00"}}, "after": {"bank_tolerances": {}}},
        ),
    ]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_at_once_the_second_changes_what_the_first_has_saved(admin):
    def saved() -> bool:
        try:
            return save_rules(admin, applies_ready=True, tolerances={})
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other, transaction.atomic():
        save_rules(admin, applies_ready=False, tolerances={"USD": "5.00"})
        second = other.submit(saved)
        wait_until_it_waits_for_us(second)
    assert second.result()
    told = Activity.objects.filter(kind=Activity.Kind.RULE).latest("pk")
    assert told.details["before"] == {"bank_applies_ready": False, "bank_tolerances": {"USD": "5.00"}}
