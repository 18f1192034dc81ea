"""Adding a person who buys for a company."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.b2b import Client, UserRole
from arportal.mirror.api.connections import client_for
from arportal.mirror.api.refresh import refresh_buyer
from arportal.mirror.models import Buyer, Channel, Company
from arportal.receivables.changes.draft import Content, Draft
from arportal.receivables.changes.errors import Conflict, Invalid
from arportal.receivables.changes.execution import LookupResult
from arportal.receivables.changes.reasons import check_reason
from arportal.receivables.changes.state_machine import LookupOutcome
from arportal.receivables.changes.verb import About, Verb
from arportal.receivables.companies.set_values import Values, extra_of
from arportal.receivables.models import Change
from arportal.stores.access import Permission

TAKEN = _lazy("Somebody with this e-mail address buys here already.")


class _Adding:
    def send(self, client: Client, change: Change) -> int:
        asked, email = change.after, change.after["email"]
        if change.is_deferred and any(client.users.list(email=email)):
            raise Conflict(str(TAKEN))
        made = client.users.create(
            company_id=change.company_id,
            first_name=asked["first_name"],
            last_name=asked["last_name"],
            email=email,
            phone_number=asked["phone"] or None,
            role=UserRole(asked["role"]),
            channel_ids=change.payload["channel_ids"] or None,
            extra_fields=extra_of(asked) or None,
            # The mark that tells this person's account from one that somebody else makes meanwhile.
            uuid=str(change.pk),
        )
        return made.user_id

    def look_up(self, client: Client, change: Change) -> LookupResult:
        users = list(client.users.list(email=change.after["email"]))
        ours = next((user for user in users if user.uuid == str(change.pk)), None)
        if ours is not None:
            return LookupResult(LookupOutcome.DONE, ours.user_id)
        return LookupResult(LookupOutcome.OVERTAKEN if users else LookupOutcome.NOT_DONE)

    def read_back(self, change: Change) -> None:
        if change.target_id:
            refresh_buyer(change.store, change.target_id)


@dataclass(kw_only=True)
class AddBuyer(Verb[Company]):
    """Gives a person an account of the company (POST /users). `wanted`: `email`, `first_name`, `last_name`, `phone`,
    `role` and extra fields; `channel_ids` are the storefronts, none where the store has one. Invalid names these."""

    name = Change.Verb.ADD_BUYER
    about = About.COMPANY
    handler = _Adding()

    company_id: int
    wanted: Values
    channel_ids: list[int]
    reason: str
    # Whether the store knows the e-mail address; the mirror may not know its newest people.
    is_taken: bool = field(default=False, init=False)

    def permission(self, row: Company | None = None) -> Permission:
        return Permission.ADMINISTER_COMPANY

    def content(self) -> Content:
        payload = {"wanted": self.wanted, "channel_ids": self.channel_ids, "reason": self.reason}
        return {"payload": payload}

    def row(self) -> Company:
        return Company.objects.visible_to(self.actor).get(api_id=self.company_id)

    def company_of(self, row: Company) -> int:
        return row.api_id

    def read(self, row: Company) -> Company:
        self.is_taken = any(client_for(self.actor.store).users.list(email=self.wanted["email"]))
        return row

    def check(self, row: Company) -> None:
        check_reason(self.reason)
        store, email = self.actor.store, self.wanted["email"]
        others = Buyer.objects.filter(store=store, gone_at=None, email__iexact=email)
        coming = Change.objects.unfinished().filter(store=store, verb=self.name, after__email=email)
        if self.is_taken or others.exists() or coming.exists():
            raise Invalid({"email": [str(TAKEN)]})
        if not UserRole(self.wanted["role"]).is_known:
            raise Invalid({"role": [_("There is no such role.")]})
        channels = Channel.objects.filter(store=store, gone_at=None)
        if channels.exists() and not self.channel_ids:
            raise Invalid({"channels": [_("Choose at least one storefront.")]})

    def draft(self, row: Company) -> Draft:
        return Draft(company_id=row.api_id, after=self.wanted)
