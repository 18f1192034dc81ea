"""A store's rules for bank lines: what is recorded by itself, and what counts as a short payment."""

from django.db import transaction

from arportal.receivables.models import BankRules
from arportal.stores.access import Permission, require
from arportal.stores.activity import Kind, record
from arportal.stores.models import Membership, Store


def rules_of(store: Store) -> BankRules:
    """The store's rules; those of a store that never set any are not saved."""
    return BankRules.objects.filter(store=store).first() or BankRules(store=store)


def save_rules(actor: Membership, *, applies_ready: bool, tolerances: dict[str, str]) -> bool:
    """Saves the rules and writes down who changed what; False when nothing changed. Raises NotAllowed."""
    require(actor, Permission.CONFIGURE)
    after = {"bank_applies_ready": applies_ready, "bank_tolerances": tolerances}
    with transaction.atomic():
        Store.objects.select_for_update().get(pk=actor.store_id)
        rules = rules_of(actor.store)
        before = {"bank_applies_ready": rules.applies_ready, "bank_tolerances": rules.tolerances}
        changed = {name: value for name, value in after.items() if value != before[name]}
        if not changed:
            return False
        rules.applies_ready, rules.tolerances = applies_ready, tolerances
        rules.save()
        details = {"before": {name: before[name] for name in changed}, "after": changed}
        words = "; ".join(name.replace("_", " ") for name in changed)
        record(actor, Kind.RULE, words, details=details)
    return True
