"""A store's own rules: what one person may do alone, and how much of the API is left to others."""

from dataclasses import asdict, dataclass

from django.db import transaction

from arportal.stores.access import Permission, require
from arportal.stores.activity import Kind, record
from arportal.stores.models import Activity, Membership, Store


@dataclass(frozen=True)
class Rules:
    """`reserve`: requests a minute. `approval_limits`: currency code → decimal string; empty for no limits.
    `reply_to`: an e-mail address, or "". `write_off_limits`: role → limits as those of approval, see `Store`.
    `second_factor_roles`: roles. `quarantine`: minutes, or None for the usual. `first_number`, `last_number`: of new
    invoices, see `Store`."""

    reserve: int
    allow_overpayment: bool
    approval_limits: dict[str, str]
    reply_to: str
    write_off_limits: dict[str, dict[str, str]]
    second_factor_roles: list[str]
    quarantine: int | None
    first_number: str
    last_number: str


def rules_of(store: Store) -> Rules:
    return Rules(
        reserve=store.reserve,
        allow_overpayment=store.allow_overpayment,
        approval_limits=store.approval_limits,
        reply_to=store.reply_to,
        write_off_limits=store.write_off_limits,
        second_factor_roles=store.second_factor_roles,
        quarantine=store.quarantine,
        first_number=store.first_number,
        last_number=store.last_number,
    )


def save_rules(actor: Membership, rules: Rules) -> Activity | None:
    """Saves the rules and writes down who changed what; None when nothing changed. Raises NotAllowed."""
    require(actor, Permission.CONFIGURE)
    with transaction.atomic():
        store = Store.objects.select_for_update().get(pk=actor.store_id)
        was, now = asdict(rules_of(store)), asdict(rules)
        after = {name: value for name, value in now.items() if value != was[name]}
        if not after:
            return None
        before = {name: was[name] for name in after}
        words = []
        for name, value in after.items():
            setattr(store, name, value)
            label = name.replace("_", " ")
            # Of what is more than one value, the name alone.
            words.append(label if isinstance(value, dict | list) else f"{label}: {before[name]} → {value}")
        store.save(update_fields=list(after))
        return record(actor, Kind.RULE, "; ".join(words), details={"before": before, "after": after})
