"""A store's rules for bank lines: its own, changed by who may, and told."""

from arportal.receivables.bank.rules import rules_of, save_rules
from arportal.receivables.models import BankRules
from arportal.stores.models import Activity


def test_each_store_has_its_own_and_none_unless_set(admin, other_store):
    BankRules.objects.create(store=other_store, applies_ready=True, tolerances={"USD": "9.00"})
    rules = rules_of(admin.store)
    assert (rules.pk, rules.applies_ready, rules.tolerances) == (None, False, {})
    assert save_rules(admin, applies_ready=True, tolerances={"USD": "5.00"})
    assert rules_of(admin.store).tolerances == {"USD": "5.00"}
    assert rules_of(other_store).tolerances == {"USD": "9.00"}
    assert not save_rules(admin, applies_ready=True, tolerances={"USD": "5.00"})
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
