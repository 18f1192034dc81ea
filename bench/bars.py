"""Finding the bars, and running one in a process and a database of its own."""

import os
import re
import warnings
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path

from bench.result import Result

FILE_NAME = re.compile(r"([a-z]\d+)_\w+")


class UnknownBarError(Exception):
    """Somebody asked for a bar that is not here; the message is one sentence."""


@dataclass(frozen=True)
class Bar:
    label: str
    module: str


@dataclass(frozen=True)
class Measurement:
    name: str
    target: str
    result: Result


def find(only: str) -> list[Bar]:
    """All bars, or those of `only`: labels with commas between them, such as "P5,P6"."""
    names = sorted(path.stem for path in Path(__file__).parent.glob("*.py"))
    bars = [Bar(match[1].upper(), f"bench.{name}") for name in names if (match := FILE_NAME.fullmatch(name))]
    wanted = {label.strip().upper() for label in only.split(",") if label.strip()}
    if unknown := wanted - {bar.label for bar in bars}:
        raise UnknownBarError(f"No such bar: {', '.join(sorted(unknown))}.")
    return [bar for bar in bars if not wanted or bar.label in wanted]


def run(bar: Bar, database_url: str) -> Measurement:
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_measure, bar.module, database_url).result()


def _measure(module_name: str, database_url: str) -> Measurement:
    # The tests' settings: everything as in production but for keys, password hashing and static files.
    os.environ.update(DATABASE_URL=database_url, DJANGO_SETTINGS_MODULE="tests.settings")
    # No static files are collected here, and no bar asks for one.
    warnings.filterwarnings("ignore", message="No directory at", category=UserWarning)
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    module = import_module(module_name)
    return Measurement(name=module.NAME, target=module.TARGET, result=module.measure())
