"""Sign-ins, failed ones, sign-outs, passwords and second factors, written down in every store of the person."""

import logging
from typing import Any

from allauth.account.signals import password_changed, password_reset
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import (
    authentication_failed,
    authenticator_added,
    authenticator_removed,
    authenticator_reset,
)
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.utils.translation import gettext as _

from arportal.stores.activity import Kind
from arportal.stores.models import Activity, User
from arportal.stores.scope import as_person, in_store

logger = logging.getLogger(__name__)


@receiver(user_logged_in)
def signed_in(sender: Any, user: User, **_more: Any) -> None:
    _record(user, Kind.SIGN_IN, _("Signed in"), is_known=True)


@receiver(user_logged_out)
def signed_out(sender: Any, user: User | None, **_more: Any) -> None:
    if user is not None:
        _record(user, Kind.SIGN_OUT, _("Signed out"), is_known=True)


@receiver(user_login_failed)
def failed(sender: Any, credentials: dict[str, Any], **_more: Any) -> None:
    """Somebody gave a wrong password. An address of nobody belongs to no store: it is not written down."""
    address = credentials.get("email") or credentials.get("username") or ""
    user = User.objects.filter(email__iexact=address).first()
    if user is None:
        logger.warning("somebody tried to sign in with an address of nobody")
    else:
        words = _("Somebody tried to sign in as %(who)s, with a wrong password") % {"who": user}
        _record(user, Kind.SIGN_IN_FAILED, words, is_known=False)


@receiver(authentication_failed)
def wrong_code(sender: Any, user: User, **_more: Any) -> None:
    words = _("Somebody signed in as %(who)s, with a wrong second factor") % {"who": user}
    _record(user, Kind.SIGN_IN_FAILED, words, is_known=False)


@receiver(password_changed)
def changed(sender: Any, user: User, **_more: Any) -> None:
    _record(user, Kind.PERSON, _("Changed the password"), is_known=True)


@receiver(password_reset)
def reset(sender: Any, user: User, **_more: Any) -> None:
    _record(user, Kind.PERSON, _("Reset the password by mail"), is_known=True)


@receiver([authenticator_added, authenticator_removed, authenticator_reset])
def second_factor(sender: Any, user: User, signal: Any, authenticator: Authenticator, **_more: Any) -> None:
    words = {
        authenticator_added: _("Set up a second factor: %(kind)s"),
        authenticator_removed: _("Removed a second factor: %(kind)s"),
        authenticator_reset: _("Made second factors anew: %(kind)s"),
    }
    kind = {"kind": authenticator.get_type_display()}
    _record(user, Kind.PERSON, words[signal] % kind, is_known=True)


def _record(user: User, kind: Activity.Kind, words: str, *, is_known: bool) -> None:
    """`is_known`: it was this person."""
    with as_person(user.pk):
        for membership in user.memberships.active():
            with in_store(membership.store_id):
                Activity.objects.create(
                    store_id=membership.store_id,
                    actor=membership if is_known else None,
                    who=str(user) if is_known else "",
                    kind=kind,
                    words=words,
                )
