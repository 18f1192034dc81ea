"""API tokens at rest: encrypted with the first of TOKEN_KEYS, readable with any of them."""

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.translation import gettext as _


class TokenUnreadable(Exception):
    """The stored token was encrypted with a key that TOKEN_KEYS no longer holds."""


def encrypt(token: str) -> str:
    return _keys().encrypt(token.encode()).decode()


def decrypt(encrypted: str) -> str:
    try:
        return _keys().decrypt(encrypted.encode()).decode()
    except InvalidToken as unreadable:
        raise TokenUnreadable(
            _(
                "The store's API token cannot be read with the present TOKEN_KEYS. "
                "Restore the old key, or connect the store again."
            )
        ) from unreadable


def _keys() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.TOKEN_KEYS])
