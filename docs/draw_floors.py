"""The floors and their rooms, drawn from the real imports: python docs/draw_floors.py > docs/floors.svg."""

import sys
from collections import Counter
from collections.abc import Iterator

# Beside this file: both are run as scripts.
from measure import ROOT, imports, modules, rooms

FLOORS = ("desk", "rest", "documents", "receivables", "mirror", "stores", "b2b", "sandbox")
ROW, LEFT, WIDTH = 78, 130, 1280
STYLE = (
    "text{font:14px system-ui,sans-serif;fill:#1f2937}.floor{fill:#f1f5f9;stroke:#94a3b8}"
    ".room{fill:#fff;stroke:#64748b}.name{font-weight:600}.down{fill:#0f766e;font-size:13px}"
)


def down(graph: dict[str, set[str]]) -> Counter[tuple[str, str]]:
    """(upper floor, lower floor) → how many imports lead there."""
    pairs = ((name.split("."), other.split(".")) for name, others in graph.items() for other in others)
    floors = ((upper[1], lower[1]) for upper, lower in pairs if len(upper) > 1 and len(lower) > 1)
    return Counter(pair for pair in floors if pair[0] != pair[1] and set(pair) <= set(FLOORS))


def height(room: str, below: dict[str, set[str]]) -> int:
    """0 for a room that imports nothing of its floor, else one more than the highest below it."""
    return 1 + max((height(other, below) for other in below.get(room, ())), default=-1)


def folders(floor: str, below: dict[str, set[str]]) -> list[str]:
    """The floor's rooms, the upper ones first. Modules at its root and what Django asks for are none."""
    names = [
        path.name
        for path in (ROOT / "arportal" / floor).iterdir()
        if (path / "__init__.py").exists()
        and path.name not in ("migrations", "management", "models", "templatetags")
    ]
    return sorted(names, key=lambda name: (-height(f"arportal.{floor}.{name}", below), name))


def band(y: int, floor: str, below: dict[str, set[str]], counts: Counter[tuple[str, str]]) -> Iterator[str]:
    yield f'<rect class="floor" x="8" y="{y}" width="{WIDTH - 16}" height="{ROW - 12}" rx="6"/>'
    yield f'<text class="name" x="20" y="{y + 28}">{floor}</text>'
    x = LEFT
    for folder in folders(floor, below):
        wide = 16 + 8 * len(folder)
        yield f'<rect class="room" x="{x}" y="{y + 8}" width="{wide}" height="28" rx="4"/>'
        yield f'<text x="{x + wide // 2}" y="{y + 27}" text-anchor="middle">{folder}</text>'
        x += wide + 6
    lower = [f"{other} {counts[floor, other]}" for other in FLOORS if counts[floor, other]]
    words = f"imports ↓ {', '.join(lower)}" if lower else "imports nothing of the others"
    yield f'<text class="down" x="{LEFT}" y="{y + 56}">{words}</text>'


def picture() -> str:
    graph = imports(modules())
    below, counts = rooms(graph), down(graph)
    bands = [
        line for place, floor in enumerate(FLOORS) for line in band(8 + place * ROW, floor, below, counts)
    ]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {len(FLOORS) * ROW + 4}" role="img">',
            "<title>The floors of arportal, the rooms in each, and how many imports lead down</title>",
            f'<style>{STYLE}</style><rect width="100%" height="100%" fill="#fff"/>',
            *bands,
            "</svg>\n",
        ]
    )


if __name__ == "__main__":
    sys.stdout.write(picture())
