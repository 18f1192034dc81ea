"""The demo store's setting beside its trade: storefronts and the merchant's own fields."""

from arportal.sandbox.demo import numbers
from arportal.sandbox.models import Channel, ExtraField

STOREFRONTS = (
    (1, "Main storefront", "https://store.example"),
    (604, "Trade counter", "https://trade.example"),
)
FIELDS: tuple[tuple[str, str, int, bool, list[str]], ...] = (
    ("invoice", "Cost centre", 0, False, []),
    ("invoice", "Region", 3, False, ["North", "South"]),
    ("order", "Project", 0, True, []),
    ("company", "Account tier", 3, False, ["Gold", "Silver"]),
    ("user", "Spending note", 1, False, []),
    ("company", numbers.VAT_ID, 0, False, []),
    ("company", numbers.ADDRESS, 0, False, []),
    ("company", numbers.REFERENCE, 0, False, []),
)
LONG_AGO = {"created_at": 1_577_836_800, "updated_at": 1_577_836_800, "born": 0}


def write_setting() -> None:
    for number, (channel_id, name, site) in enumerate(STOREFRONTS, start=31):
        Channel.objects.create(id=number, bc_channel_id=channel_id, name=name, site=site, **LONG_AGO)
    for noun, name, field_type, is_required, options in FIELDS:
        ExtraField.objects.create(
            noun=noun, name=name, field_type=field_type, is_required=is_required, options=options, **LONG_AGO
        )
