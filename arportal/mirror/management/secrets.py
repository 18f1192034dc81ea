"""Secrets that commands are given."""

import os
import sys

from django.core.management.base import CommandError


def read_secret(variable: str | None, missing: str) -> str:
    """The secret in an environment variable, or a line of stdin. Raises CommandError(missing) when it is empty.

    Never taken from the command line: other users of the machine can read that.
    """
    secret = os.environ.get(variable, "") if variable else sys.stdin.readline()
    if not secret.strip():
        raise CommandError(missing)
    return secret.strip()
