"""The door through which the web server of the journeys calls the product, and at which all it sends is read."""

import os
import sys
from collections.abc import Callable, Iterable
from typing import Any

from arportal.wsgi import application as product

# isort: split
import arportal.desk.urls  # noqa: F401 - with it all lists are there
from arportal.desk.lists.lists import NAMED

# Who only passes on the store's PDFs, or has them printed by others, does not load what prints them.
assert "weasyprint" not in sys.modules
SECRETS = [each.encode() for each in os.environ["SECRETS"].split()]
# Where an admin reads and sets the address of the API, the first of them.
TELLING_THE_ADDRESS = ("/connection/", "/stores/connect/")

# What is seen of a dozen rows is seen of fifty, and a browser and axe take a fourth of the time for them.
for each in NAMED.values():
    object.__setattr__(each, "size", int(os.environ["ROWS"]))


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """An answer that would give a secret away breaks instead, which no journey survives."""
    started: list[Any] = []
    answer = product(environ, lambda *args: started.extend(args))
    try:
        body = b"".join(answer)
    finally:
        getattr(answer, "close", lambda: None)()
    sent = str(started).encode() + body
    secrets = SECRETS[1:] if environ["PATH_INFO"].endswith(TELLING_THE_ADDRESS) else SECRETS
    if any(secret in sent for secret in secrets):
        sys.stderr.write(f"{environ['PATH_INFO']} would have given a secret away.\n")
        start_response("500 Secret", [("Content-Type", "text/plain")])
        return [b"This would have given a secret away."]
    start_response(*started)
    return [body]
