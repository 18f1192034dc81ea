"""Somebody who guesses a password, twice at once, with a count of what reaches the hasher."""

from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from threading import Thread
from typing import Any

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


def guess_in_threads(email: str, count: int, address: str) -> int:
    """The guesses that were hashed, of `count` by each of two threads."""
    with counted() as hashed:
        threads = [Thread(target=_guess, args=(email, count, address)) for _number in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return len(hashed)


def guess_in_processes(email: str, count: int, address: str) -> int:
    """The same by two processes."""
    name, hashed = connection.settings_dict["NAME"], _processes.Queue()
    arguments = (name, email, count, address, hashed)
    processes = [_processes.Process(target=_guess_in_process, args=arguments) for _number in range(2)]
    for process in processes:
        process.start()
    reached = sum(hashed.get(timeout=300) for _process in processes)
    for process in processes:
        process.join()
    return reached


@contextmanager
def counted() -> Iterator[list[str]]:
    """The guesses that are hashed meanwhile."""
    hashed: list[str] = []
    plain = MD5PasswordHasher.encode

    def encode(self, password, salt, *more):
        if password.startswith("guess"):
            hashed.append(password)
        return plain(self, password, salt, *more)

    MD5PasswordHasher.encode = encode
    try:
        yield hashed
    finally:
        MD5PasswordHasher.encode = plain


def _guess(email: str, count: int, address: str) -> None:
    browser = Client()
    for number in range(count):
        form = {"login": email, "password": f"guess {number}"}
        browser.post("/accounts/login/", form, REMOTE_ADDR=address)
    connection.close()


def _guess_in_process(database: str, email: str, count: int, address: str, reached: Any) -> None:
    connection.settings_dict["NAME"] = database
    settings.ALLOWED_HOSTS = ["testserver"]
    with counted() as hashed:
        _guess(email, count, address)
    reached.put(len(hashed))
