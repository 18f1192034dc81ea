"""Writes docs/api-coverage.md: `python docs/api_coverage.py`. A test holds it to what the code says today.

Operations come from the sandbox's tests, client methods from their own docstrings (each names its endpoint), routes
from the sandbox's URLs, tests from the calls they make.
"""

import ast
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
PAGE = ROOT / "docs" / "api-coverage.md"
ENDPOINT = re.compile(r"(GET|POST|PUT|DELETE) (/[\w/{}-]+)")
HEAD = """# What of the B2B Edition API is covered

Made by `python docs/api_coverage.py`; do not edit. Numbers are ours: I invoices, Y payments received, R receipts,
O orders, M payment methods, K credit and terms, C companies, U users, H channels. Every operation is also asked of
the sandbox in `tests/sandbox/test_conformance.py` and its answer held against the published OpenAPI files, where
they lie beside the checkout.

| | Operation | Client | Sandbox | Client tested against it in |
|---|---|---|---|---|
"""


def main() -> None:
    PAGE.write_text(page(), encoding="utf-8")


def page() -> str:
    from tests.sandbox.operations import OPERATIONS

    methods, calls, is_served = _client_methods(), _calls_in_tests(), _sandbox()
    lines = []
    for operation in OPERATIONS:
        names = methods.get((operation.method, _anonymous(operation.address)), [])
        files = sorted({file for name in names for file in calls.get(name, ())})
        lines.append(
            f"| {operation.number} | {operation.method} {operation.address} "
            f"| {', '.join(f'`{name}`' for name in names) or 'missing'} "
            f"| {'yes' if is_served(operation.method, operation.address) else 'missing'} "
            f"| {', '.join(files) or 'missing'} |\n"
        )
    return HEAD + "".join(lines) + _not_imitated()


def _client_methods() -> dict[tuple[str, str], list[str]]:
    """(verb, path) → the client's methods whose docstring names it."""
    from arportal.b2b import Client

    found: dict[tuple[str, str], list[str]] = {}
    with Client(store_hash="any", token="none") as client:  # noqa: S106 - nothing is sent
        for resource_name, resource in vars(client).items():
            if resource_name.startswith("_"):
                continue
            for name in sorted(dir(type(resource))):
                for verb, path in _endpoints(resource, name):
                    found.setdefault((verb, _anonymous(path)), []).append(f"{resource_name}.{name}")
    return found


def _endpoints(resource: object, name: str) -> Iterator[tuple[str, str]]:
    if name.startswith("_") or not callable(getattr(resource, name)):
        return
    if name == "extra_fields":
        yield "GET", resource.extra_fields_path  # type: ignore[attr-defined]  # those that have fields
        return
    text = getattr(resource, name).__doc__ or ""
    # "GET, then PUT /path": the last verb before the path is the one that names the operation.
    yield from re.findall(ENDPOINT, text.split(". ")[0])


def _anonymous(path: str) -> str:
    return re.sub(r"{\w+}", "{}", path)


def _calls_in_tests() -> dict[str, set[str]]:
    """`invoices.get` → the test files that call it on a client."""
    calls: dict[str, set[str]] = {}
    for file in sorted((ROOT / "tests" / "b2b").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute):
                calls.setdefault(f"{node.value.attr}.{node.attr}", set()).add(file.name)
    return calls


def _sandbox():  # type: ignore[no-untyped-def]  # a predicate; Django is imported late
    os.environ["DJANGO_SETTINGS_MODULE"] = "arportal.sandbox.settings"
    os.environ.setdefault("ARPORTAL_SANDBOX_DATABASE", ":memory:")
    import django
    from django.urls import Resolver404, resolve

    django.setup()

    def is_served(verb: str, path: str) -> bool:
        try:
            view = resolve("/api/v3/io" + re.sub(r"{\w+}", "1", path)).func
        except Resolver404:
            return False
        return hasattr(view.cls, verb.lower())

    return is_served


def _not_imitated() -> str:
    from arportal.sandbox.limits import NOT_IMITATED

    return "\n## What the sandbox does not imitate\n\n" + "".join(f"- {limit}\n" for limit in NOT_IMITATED)


if __name__ == "__main__":
    main()
