"""Editing a person who buys for a company: name, phone, role and the fields that the merchant has added."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from arportal import b2b
from arportal.b2b import Client, UserRole
from arportal.b2b.users import UserChanges
from arportal.mirror.api.refresh import refresh_buyer
from arportal.mirror.models import Buyer
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.companies.set_values import SetValues, Values, Writer, extra_of, extra_values
from arportal.receivables.models import Change
from arportal.stores.models import Store

# While one of these is under way, nobody can say what the next one would find.
OF_ONE_BUYER = frozenset({Change.Verb.EDIT_BUYER, Change.Verb.REMOVE_BUYER})


def values_of(user: b2b.User) -> Values:
    return {
        "first_name": user.first_name,
        "last_name": user.last_name,
        "phone": user.phone_number,
        "role": int(user.role),
        **extra_values(user.extra_fields),
    }


class _BuyerWriter(Writer):
    def values(self, client: Client, api_id: int) -> Values:
        return values_of(client.users.get(api_id))

    def write(self, client: Client, change: Change) -> None:
        after = change.after
        changes: UserChanges = {
            "first_name": after.get("first_name"),
            "last_name": after.get("last_name"),
            "phone_number": after.get("phone"),
            "role": UserRole(after["role"]) if "role" in after else None,
            "extra_fields": extra_of(after) or None,
        }
        client.users.update(change.target, **changes)

    def refresh(self, store: Store, api_id: int) -> None:
        refresh_buyer(store, api_id)


@dataclass(kw_only=True)
class EditBuyer(SetValues[Buyer]):
    """Sets `first_name`, `last_name`, `phone`, `role` and extra fields (PUT /users/{id}); nobody moves to another
    company."""

    name = Change.Verb.EDIT_BUYER
    handler = _BuyerWriter()
    excludes = OF_ONE_BUYER
    model = Buyer

    @classmethod
    def known(cls, row: Buyer) -> Values | None:
        return values_of(b2b.User.parse(row.raw))

    def check(self, row: Buyer) -> None:
        super().check(row)
        if not UserRole(self.wanted.get("role", UserRole.ADMIN)).is_known:
            raise Invalid({"role": [_("There is no such role.")]})
