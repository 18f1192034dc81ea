"""A store's own rules: what one person may do alone, and how much of the API is left to others."""

from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction

from arportal.stores.access import Permission, require
from arportal.stores.models import Membership, RuleChange, Store


@dataclass(frozen=True)
class Rules:
    """`reserve`: requests a minute. `approval_limits`: currency code → decimal string; empty for no limits."""

    reserve: int
    allow_overpayment: bool
    approval_limits: dict[str, str]


def rules_of(store: Store) -> Rules:
    return Rules(store.reserve, store.allow_overpayment, store.approval_limits)


def save_rules(actor: Membership, rules: Rules) -> RuleChange | None:
    """Saves the rules and writes down who changed what; None when nothing changed. Raises NotAllowed."""
    require(actor, Permission.CONFIGURE)
    with transaction.atomic():
        store = Store.objects.select_for_update().get(pk=actor.store_id)
        before, after = _differences(asdict(rules_of(store)), asdict(rules))
        if not after:
            return None
        for name, value in after.items():
            setattr(store, name, value)
        store.save(update_fields=list(after))
        return RuleChange.objects.create(store=store, actor=actor, before=before, after=after)


def _differences(was: dict[str, Any], now: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    changed = [name for name in now if was[name] != now[name]]
    return {name: was[name] for name in changed}, {name: now[name] for name in changed}
