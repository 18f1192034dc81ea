"""Removing a person who buys for a company. Their orders and invoices stay, and they stay a customer."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from arportal import b2b
from arportal.b2b import Client, UserRole
from arportal.b2b.errors import NotFound
from arportal.mirror.api.refresh import refresh_buyer
from arportal.mirror.models import Buyer
from arportal.receivables.changes.draft import Content, Draft
from arportal.receivables.changes.errors import Conflict, Invalid
from arportal.receivables.changes.execution import LookupResult
from arportal.receivables.changes.reasons import check_reason
from arportal.receivables.changes.state_machine import LookupOutcome
from arportal.receivables.changes.verb import About, Verb
from arportal.receivables.companies.edit_buyer import OF_ONE_BUYER
from arportal.receivables.companies.set_values import NOBODY, Values
from arportal.receivables.models import Change
from arportal.stores.access import Permission


def guarded(user: b2b.User) -> Values:
    """The values that must still be so when the person is removed."""
    return {
        "first_name": user.first_name,
        "last_name": user.last_name,
        "email": user.email,
        "role": int(user.role),
    }


def is_last_admin(buyer: Buyer) -> bool:
    """True if nobody else of the company could do business for it."""
    admins = Buyer.objects.filter(store=buyer.store_id, gone_at=None, role=UserRole.ADMIN)
    others = admins.filter(company_id=buyer.company_id).exclude(pk=buyer.pk)
    return buyer.role == UserRole.ADMIN and not others.exists()


class _Removing:
    def send(self, client: Client, change: Change) -> int:
        if guarded(client.users.get(change.target)) != change.before:
            raise Conflict(_("The person has changed since they were shown; they were left as they are."))
        return client.users.delete(change.target)

    def look_up(self, client: Client, change: Change) -> LookupResult:
        try:
            user = client.users.get(change.target)
        except NotFound:
            return LookupResult(LookupOutcome.DONE, change.target)
        is_untouched = guarded(user) == change.before
        return LookupResult(LookupOutcome.NOT_DONE if is_untouched else LookupOutcome.OVERTAKEN)

    def read_back(self, change: Change) -> None:
        refresh_buyer(change.store, change.target)


@dataclass(kw_only=True)
class RemoveBuyer(Verb[Buyer]):
    """Takes a person's account of the company away (DELETE /users/{id}). `seen` is how they were shown, as `guarded`
    has it. Raises Conflict. Invalid names `reason`, or ""."""

    name = Change.Verb.REMOVE_BUYER
    about = About.COMPANY
    handler = _Removing()
    excludes = OF_ONE_BUYER

    user_id: int
    seen: Values
    reason: str

    def permission(self, row: Buyer | None = None) -> Permission:
        return Permission.ADMINISTER_COMPANY

    def content(self) -> Content:
        return {"target_id": self.user_id, "payload": {"reason": self.reason}}

    def row(self) -> Buyer:
        return Buyer.objects.visible_to(self.actor).get(api_id=self.user_id)

    def company_of(self, row: Buyer) -> int:
        return row.company_id or NOBODY

    def read(self, row: Buyer) -> Buyer:
        refresh_buyer(self.actor.store, self.user_id)
        return row

    def check(self, row: Buyer) -> None:
        check_reason(self.reason)
        if row.gone_at is not None:
            raise Invalid({"": [_("The store no longer has this person.")]})
        now = guarded(b2b.User.parse(row.raw))
        if now != self.seen:
            words = _("The person has changed since they were shown. Look at them, then try again.")
            raise Conflict(words, seen=self.seen, now=now)
        people = Buyer.objects.filter(store=row.store_id, company_id=row.company_id, gone_at=None)
        if not people.exclude(pk=row.pk).exists():
            raise Invalid({"": [_("The last person of a company cannot be removed. Add another one first.")]})

    def draft(self, row: Buyer) -> Draft:
        return Draft(company_id=self.company_of(row), before=self.seen)
