"""Figures about the shape of the code: python docs/measure.py [ROOT]. Reads files only, needs no Django."""

import ast
import io
import re
import statistics
import sys
import tokenize
from collections import Counter, defaultdict
from collections.abc import Iterator

from import_graph import ROOT, circles, imports, modules, reached, rooms

MOST_FILES, LONGEST_LINE = 20, 160
# Words that begin a docstring which does not say what the thing is.
OPENINGS = """what whether who whom whose which where when why how of by in on for from with without at to as if until
 above below under after before between through since while""".split()
# Pages of which a recorded payment's own files are reached (which company it is from comes before), and what names
# every page or verb.
RECORDING = re.compile(r"arportal\.desk\.(recording\.(?!pick_company|company_picker)\w+|recording_\w+)")
NAMES_ALL = ("arportal.desk.urls", "arportal.receivables.verbs", "arportal.receivables.apps")
RECORDED = "arportal.receivables.payments.record_payment"
DISPLAYS = ast.Tuple | ast.List | ast.Set
Function = ast.FunctionDef | ast.AsyncFunctionDef


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


def climbs(trees: dict[str, ast.Module], graph: dict[str, set[str]], files: list[str]) -> list[str]:
    """Each module below these files that calls one of them back: a method of their class, by a base class or protocol
    that the module knows."""
    below = reached(graph, files) - set(files)
    contracts = [(node, methods(node)) for name in sorted(below) for node in classes(trees[name])]
    found = set()
    for file in files:
        for own in classes(trees[file]):
            for contract, names in contracts:
                bases = {
                    part.id for base in own.bases for part in ast.walk(base) if isinstance(part, ast.Name)
                }
                is_like = any(
                    "Protocol" in ast.unparse(base) for base in contract.bases
                ) and names <= methods(own)
                if is_like or contract.name in bases:
                    back = {name for name in below if calls(trees[name], contract.name, names & methods(own))}
                    found |= {f"{name} → {file}" for name in back}
    return sorted(found)


def classes(tree: ast.Module) -> list[ast.ClassDef]:
    return [node for node in tree.body if isinstance(node, ast.ClassDef)]


def methods(node: ast.ClassDef) -> set[str]:
    return {each.name for each in node.body if isinstance(each, Function) and not each.name.startswith("__")}


def calls(tree: ast.Module, contract: str, names: set[str]) -> bool:
    """True if the module knows the contract and calls one of these methods, of somebody else's object."""
    nodes = list(ast.walk(tree))
    froms = [node for node in nodes if isinstance(node, ast.ImportFrom)]
    imported = {alias.asname or alias.name for node in froms for alias in node.names}
    is_own = contract in {node.name for node in classes(tree)}
    # A function of a module, or a method of what is itself such a class, is no call back.
    not_back = imported if is_own else imported | {"self", "super()"}
    attributes = [
        node.func for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    ]
    called = any(each.attr in names and ast.unparse(each.value) not in not_back for each in attributes)
    return called and (is_own or contract in imported)


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
    """A literal spread where it stands: {**{…}}, (*(…),), f(**{…}), f(*(…))."""
    for node in (node for tree in trees.values() for node in ast.walk(tree)):
        if isinstance(node, ast.Dict):
            spread = [value for key, value in zip(node.keys, node.values, strict=True) if key is None]
            yield from (value for value in spread if isinstance(value, ast.Dict))
        elif isinstance(node, DISPLAYS):
            spread = [part.value for part in node.elts if isinstance(part, ast.Starred)]
            yield from (value for value in spread if isinstance(value, DISPLAYS))
        elif isinstance(node, ast.Call):
            named = [word.value for word in node.keywords if word.arg is None]
            starred = [given.value for given in node.args if isinstance(given, ast.Starred)]
            yield from (value for value in named if isinstance(value, ast.Dict))
            yield from (value for value in starred if isinstance(value, DISPLAYS))


def nested_conditionals(trees: dict[str, ast.Module]) -> int:
    """Conditional expressions with another one as a part: a if b else c if d else e."""
    every = [node for tree in trees.values() for node in ast.walk(tree) if isinstance(node, ast.IfExp)]
    return sum(
        any(isinstance(part, ast.IfExp) for part in (node.test, node.body, node.orelse)) for node in every
    )


def untyped(trees: dict[str, ast.Module]) -> Iterator[str]:
    """Of each floor how often `Any` stands in 1,000 lines, its imports left out."""
    found: Counter[str] = Counter()
    lines: Counter[str] = Counter()
    for name, tree in trees.items():
        _root, floor, *_rest = [*name.split("."), ""]
        lines[floor] += max((node.end_lineno or 0 for node in tree.body), default=0)
        found[floor] += sum(isinstance(node, ast.Name) and node.id == "Any" for node in ast.walk(tree))
    for floor, count in found.most_common():
        if count:
            yield f"{floor} {1000 * count / lines[floor]:.1f}"


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
    yield f"nested conditional expressions: {nested_conditionals(trees)}"
    yield f"Any in 1,000 lines: {', '.join(untyped(trees))}"
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
    back = climbs(trees, graph, [*own, RECORDED])
    yield f"climbs of a recorded payment's call: {len(back)} {back}"


if __name__ == "__main__":
    sys.stdout.write("\n".join(report()) + "\n")
