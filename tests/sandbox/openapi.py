"""The published OpenAPI files, read from beside the repository when they are there."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

# Beside the checkout, or beside a folder that holds several.
_PLACES = [folder / "shared" / "b2b-openapi" for folder in Path(__file__).parents[3:]]
ROOT = next((place for place in _PLACES if place.exists()), _PLACES[0])
SPECS = ROOT / "specs" / "api-v3"
PORTAL = "invoice-management.yaml"


@cache
def load(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def _point(document: Any, pointer: str) -> Any:
    for part in pointer.strip("/").split("/") if pointer.strip("/") else []:
        document = document[part.replace("~1", "/").replace("~0", "~")]
    return document


def _file(name: str, home: Path) -> Path:
    """Some references name the published place of a file that lies here too."""
    if name.startswith("https:"):
        return ROOT / name.rsplit("/b2b-edition/", 1)[1]
    return (home.parent / name).resolve() if name else home


def resolved(node: Any, home: Path) -> Any:
    """The node with every reference replaced by what it points to; nullable becomes a type of its own."""
    if isinstance(node, list):
        return [resolved(each, home) for each in node]
    if not isinstance(node, dict):
        return node
    if isinstance(node.get("$ref"), str):
        file, _, pointer = node["$ref"].partition("#")
        target = _file(file, home)
        return resolved(_point(load(target), pointer), target)
    whole = {key: resolved(value, home) for key, value in node.items() if not str(key).startswith("x-")}
    whole.pop("examples", None)
    if whole.pop("nullable", False) and isinstance(whole.get("type"), str):
        whole["type"] = [whole["type"], "null"]
    return whole


@cache
def schema(file: str, path: str, method: str, status: int) -> Any:
    """The schema of one answer; None when the files do not describe it."""
    home = SPECS / file
    answers = load(home)["paths"][path][method.lower()]["responses"]
    if str(status) not in answers:
        return None
    answer = resolved(answers[str(status)], home)
    return answer.get("content", {}).get("application/json", {}).get("schema")
