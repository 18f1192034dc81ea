"""The way in: by e-mail address and password, and a second factor; nobody can sign themselves up."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.db.models import QuerySet
from django.http import HttpRequest

from arportal.stores.models import Membership, User
from arportal.stores.tokens import decrypt, encrypt

# Recovery codes alone are for a day without the device.
FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


class ClosedAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def reauthenticate(self, user: User, password: str) -> bool:
        """allauth looks for the address in a table of its own, which is empty here."""
        person = self.authenticate(context.request, email=user.email, password=password)
        return bool(person == user)


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth ships no types
    """Secrets of authenticators are encrypted at rest, as API tokens are."""

    def encrypt(self, text: str) -> str:
        return encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return decrypt(encrypted_text)


def with_second_factor(members: QuerySet[Membership]) -> set[int]:
    """The ids of those of these members who have set one up."""
    users = Authenticator.objects.filter(type__in=FACTORS).values("user_id")
    return set(members.filter(user_id__in=users).values_list("pk", flat=True))


def factors_of(user: User) -> QuerySet[Authenticator]:
    """The second factors a person has set up, and their recovery codes."""
    factors: QuerySet[Authenticator] = Authenticator.objects.filter(user=user).order_by("type", "pk")
    return factors


def lacks_second_factor(actor: Membership) -> bool:
    """True if the store asks a second factor of this role, and the person has not set one up yet."""
    return actor.role in actor.store.second_factor_roles and not is_mfa_enabled(actor.user, types=FACTORS)
