"""The imports between our modules, as a graph: of modules, and of rooms. Reads files only."""

import ast
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(sys.argv[1] if len(sys.argv) > 1 else __file__).resolve()
ROOT = ROOT if ROOT.is_dir() else ROOT.parent.parent


def modules() -> dict[str, ast.Module]:
    found = {}
    for path in sorted((ROOT / "arportal").rglob("*.py")):
        if "migrations" not in path.parts:
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            found[name] = ast.parse(path.read_text())
    return found


def imports(trees: dict[str, ast.Module]) -> dict[str, set[str]]:
    """Module → modules it imports, also inside functions and for type checking only."""
    graph: dict[str, set[str]] = {name: set() for name in trees}
    for name, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                graph[name] |= {alias.name for alias in node.names if alias.name in trees}
            elif isinstance(node, ast.ImportFrom) and node.module:
                full = {f"{node.module}.{alias.name}" for alias in node.names}
                inner = full & trees.keys()
                graph[name] |= inner | ({node.module} & trees.keys() if full - inner else set())
        graph[name].discard(name)
    return graph


def circles(graph: dict[str, set[str]]) -> list[list[str]]:
    """Groups of nodes that reach each other (Tarjan)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(node: str) -> None:
        index[node] = low[node] = len(index)
        stack.append(node)
        for other in graph[node]:
            if other not in index:
                visit(other)
                low[node] = min(low[node], low[other])
            elif other in stack:
                low[node] = min(low[node], index[other])
        if low[node] == index[node]:
            at = stack.index(node)
            if len(stack) - at > 1:
                found.append(sorted(stack[at:]))
            del stack[at:]

    sys.setrecursionlimit(10_000)
    for node in graph:
        if node not in index:
            visit(node)
    return found


def rooms(graph: dict[str, set[str]]) -> dict[str, set[str]]:
    """The same graph, of rooms: a floor's packages, and each module that stands at its root."""
    short: dict[str, set[str]] = defaultdict(set)
    for name, others in graph.items():
        for other in others:
            if name.split(".")[1:2] == other.split(".")[1:2] and other.count(".") > 1 and name.count(".") > 1:
                short[_room(name)].add(_room(other))
                short[_room(other)]
    return {room: others - {room} for room, others in short.items()}


def _room(module: str) -> str:
    return ".".join(module.split(".")[:3])


def reached(graph: dict[str, set[str]], files: list[str]) -> set[str]:
    """The modules that these import, and that those import."""
    found: set[str] = set()
    new = set(files)
    while new:
        found |= new
        new = {other for name in new for other in graph[name]} - found
    return found
