"""API tokens at rest."""

import pytest
from cryptography.fernet import Fernet

from arportal.stores.tokens import TokenUnreadable, decrypt, encrypt


def test_it_works():
    assert decrypt(encrypt("secret")) == "secret"


def test_it_is_not_stored_as_it_is():
    assert "secret" not in encrypt("secret")


def test_an_old_key_still_reads(settings):
    settings.TOKEN_KEYS = [Fernet.generate_key().decode()]
    old = encrypt("secret")
    settings.TOKEN_KEYS = [Fernet.generate_key().decode(), *settings.TOKEN_KEYS]
    assert decrypt(old) == "secret"


def test_a_lost_key_says_what_to_do(settings):
    old = encrypt("secret")
    settings.TOKEN_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(TokenUnreadable, match="connect the store again"):
        decrypt(old)
