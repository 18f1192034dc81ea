"""Figures about the shape of the code: python docs/measure.py [ROOT]. Reads files only, needs no Django."""

import ast
import io
import re
import statistics
import sys
import tokenize
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(sys.argv[1] if len(sys.argv) > 1 else __file__).resolve()
ROOT = ROOT if ROOT.is_dir() else ROOT.parent.parent
MOST_FILES, LONGEST_LINE = 20, 160
# Words that begin a docstring which does not say what the thing is.
OPENINGS = """what whether who whom whose which where when why how of by in on for from with without at to as if until
 above below under after before between through since while""".split()
# Pages of which a recorded payment's own files are reached (which company it is from comes before), and what names
# every page or verb.
RECORDING = re.compile(r"arportal\.desk\.(recording\.(?!pick_company|company_picker)\w+|recording_\w+)")
NAMES_ALL = ("arportal.desk.urls", "arportal.receivables.verbs", "arportal.receivables.apps")
Function = ast.FunctionDef | ast.AsyncFunctionDef


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


def own_files(graph: dict[str, set[str]]) -> list[str]:
    """Those that only the pages of recording a payment lead to."""
    importers: dict[str, set[str]] = defaultdict(set)
    for name, others in graph.items():
        for other in others:
            importers[other].add(name)
    own = {name for name in graph if RECORDING.fullmatch(name)}
    while True:
        more = {name for name in graph if importers[name] and importers[name] - set(NAMES_ALL) <= own} - own
        more = {name for name in more if importers[name] & own}
        if not more:
            return sorted(own)
        own |= more


def functions(trees: dict[str, ast.Module]) -> Iterator[tuple[ast.Module, Function]]:
    for tree in trees.values():
        for node in ast.walk(tree):
            if isinstance(node, Function):
                yield tree, node


def has_one_caller(tree: ast.Module, function: Function) -> bool:
    """A private function that its module names once, outside itself."""
    if not function.name.startswith("_") or function.name.startswith("__"):
        return False
    inside = set(map(id, ast.walk(function)))
    named = [
        node
        for node in ast.walk(tree)
        if id(node) not in inside and function.name in (getattr(node, "id", ""), getattr(node, "attr", ""))
    ]
    return len(named) == 1


def splats(trees: dict[str, ast.Module]) -> Iterator[ast.AST]:
    """A literal spread where it stands: {**{…}}, f(**{…}), f(*(…))."""
    for node in (node for tree in trees.values() for node in ast.walk(tree)):
        if isinstance(node, ast.Dict):
            spread = [value for key, value in zip(node.keys, node.values, strict=True) if key is None]
            yield from (value for value in spread if isinstance(value, ast.Dict))
        elif isinstance(node, ast.Call):
            named = [word.value for word in node.keywords if word.arg is None]
            starred = [given.value for given in node.args if isinstance(given, ast.Starred)]
            yield from (value for value in named if isinstance(value, ast.Dict))
            yield from (value for value in starred if isinstance(value, ast.Tuple | ast.List))


def docstrings(trees: dict[str, ast.Module]) -> list[str]:
    owners = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    nodes = (node for tree in trees.values() for node in ast.walk(tree) if isinstance(node, owners))
    return [text for node in nodes if (text := ast.get_docstring(node))]


def comments() -> tuple[int, int]:
    """Comments and lines."""
    said = lines = 0
    for path in (ROOT / "arportal").rglob("*.py"):
        if "migrations" not in path.parts:
            text = path.read_text()
            lines += text.count("\n")
            tokens = tokenize.generate_tokens(io.StringIO(text).readline)
            said += sum(token.type == tokenize.COMMENT and "noqa" not in token.string for token in tokens)
    return said, lines


def report() -> Iterator[str]:
    trees = modules()
    graph = imports(trees)
    files = [path for path in (ROOT / "arportal").rglob("*.py") if "migrations" not in path.parts]
    folders = Counter(path.parent for path in files if path.name != "__init__.py")
    for folder, count in folders.most_common(8):
        yield f"files in {folder.relative_to(ROOT)}: {count}"
    crowded = [str(folder.relative_to(ROOT)) for folder, count in folders.items() if count > MOST_FILES]
    yield f"folders with more than {MOST_FILES} files: {len(crowded)} of {len(folders)} {sorted(crowded)}"
    between = circles(rooms(graph))
    yield f"circles between rooms: {len(between)} {between}"
    inside = circles(graph)
    yield f"circles between modules: {len(inside)} {inside}"
    every = list(functions(trees))
    single = sum(has_one_caller(tree, function) for tree, function in every)
    yield f"private functions with one caller: {single} of {len(every)} ({single / len(every):.1%})"
    lengths = sorted((function.end_lineno or 0) - function.lineno + 1 for _, function in every)
    longest = lengths[len(lengths) * 9 // 10]
    yield f"lines of a function: median {statistics.median(lengths):.0f}, nine in ten up to {longest}"
    yield f"literal splats: {sum(1 for _ in splats(trees))}"
    texts = docstrings(trees)
    odd = sum(re.split(r"\W", text, maxsplit=1)[0].lower() in OPENINGS for text in texts)
    yield f"docstrings that open with a question word or preposition: {odd} of {len(texts)} ({odd / len(texts):.1%})"
    said, lines = comments()
    yield f"comments: {said} in {lines} lines ({100 * said / lines:.1f} in 100)"
    templates = [
        line for path in (ROOT / "templates").rglob("*.html") for line in path.read_text().splitlines()
    ]
    long = sum(len(line) > LONGEST_LINE for line in templates)
    yield f"template lines over {LONGEST_LINE}: {long} of {len(templates)} ({long / len(templates):.1%})"
    own = own_files(graph)
    yield f"a recorded payment's own files: {len(own)} {[name.removeprefix('arportal.') for name in own]}"


if __name__ == "__main__":
    sys.stdout.write("\n".join(report()) + "\n")
