"""Processes that guess somebody's password, each with wrong ones, and count what reaches the hasher."""

from collections.abc import Sequence
from multiprocessing import get_context

import django
from django.apps import apps

if not apps.ready:
    django.setup()

from django.conf import settings
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.test import Client

_processes = get_context("forkserver")
_processes.set_forkserver_preload(["pytest", __name__])


def guess(database: str, email: str, counts: Sequence[int], address: str) -> int:
    """The guesses that were hashed, of `counts` each by a process of its own, all at once from one address."""
    hashed = _processes.Queue()
    processes = [
        _processes.Process(target=_guess, args=(database, email, count, address, hashed)) for count in counts
    ]
    for process in processes:
        process.start()
    reached = sum(hashed.get(timeout=300) for _process in processes)
    for process in processes:
        process.join()
    return reached


def _guess(database: str, email: str, count: int, address: str, hashed) -> None:
    connection.settings_dict["NAME"] = database
    settings.ALLOWED_HOSTS = ["testserver"]
    reached = 0
    plain = MD5PasswordHasher.encode

    def encode(self, password, salt, *more):
        nonlocal reached
        reached += password.startswith("guess")
        return plain(self, password, salt, *more)

    MD5PasswordHasher.encode = encode
    browser = Client()
    for number in range(count):
        form = {"login": email, "password": f"guess {number}"}
        browser.post("/accounts/login/", form, REMOTE_ADDR=address)
    hashed.put(reached)
