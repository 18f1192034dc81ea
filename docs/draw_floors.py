"""The floors and their rooms, drawn from the real imports: python docs/draw_floors.py > docs/floors.svg."""

import sys
from collections.abc import Iterator

# Beside this file: both are run as scripts.
from import_graph import ROOT, imports, modules, rooms

FLOORS = ("rest", "desk", "documents", "receivables", "mirror", "stores", "b2b", "sandbox")
LINE, LEFT, WIDTH = 34, 130, 1280
STYLE = (
    "text{font:14px system-ui,sans-serif;fill:#1f2937}.floor{fill:#f1f5f9;stroke:#94a3b8}"
    ".room{fill:#fff;stroke:#64748b}.name{font-weight:600}.down{fill:#0f766e;font-size:13px}"
)


def floors_below(graph: dict[str, set[str]]) -> dict[str, set[str]]:
    """Floor → floors it imports. Without how many imports: a picture with those would be stale after each commit."""
    floors: dict[str, set[str]] = {floor: set() for floor in FLOORS}
    for name, others in graph.items():
        floor = name.split(".")[1] if "." in name else ""
        if floor in floors:
            floors[floor].update(other.split(".")[1] for other in others if "." in other)
    return floors


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


def lines(names: list[str]) -> list[list[tuple[int, int, str]]]:
    """Lines of (x, width, room), as many as fit beside each other."""
    made: list[list[tuple[int, int, str]]] = [[]]
    x = LEFT
    for name in names:
        wide = 16 + 8 * len(name)
        if x + wide > WIDTH - 16:
            made.append([])
            x = LEFT
        made[-1].append((x, wide, name))
        x += wide + 6
    return made


def band(y: int, floor: str, rows: list[list[tuple[int, int, str]]], below: set[str]) -> Iterator[str]:
    yield f'<rect class="floor" x="8" y="{y}" width="{WIDTH - 16}" height="{LINE * len(rows) + 32}" rx="6"/>'
    yield f'<text class="name" x="20" y="{y + 28}">{floor}</text>'
    for place, row in enumerate(rows):
        for x, wide, name in row:
            top = y + 8 + place * LINE
            yield f'<rect class="room" x="{x}" y="{top}" width="{wide}" height="28" rx="4"/>'
            yield f'<text x="{x + wide // 2}" y="{top + 19}" text-anchor="middle">{name}</text>'
    lower = [other for other in FLOORS if other in below and other != floor]
    words = f"imports ↓ {', '.join(lower)}" if lower else "imports nothing of the others"
    yield f'<text class="down" x="{LEFT}" y="{y + LINE * len(rows) + 22}">{words}</text>'


def picture() -> str:
    graph = imports(modules())
    below, lower = rooms(graph), floors_below(graph)
    y, bands = 8, []
    for floor in FLOORS:
        rows = lines(folders(floor, below))
        bands += band(y, floor, rows, lower[floor])
        y += LINE * len(rows) + 44
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y}" role="img">',
            "<title>The floors of arportal, the rooms in each, and the floors that each imports</title>",
            f'<style>{STYLE}</style><rect width="100%" height="100%" fill="#fff"/>',
            *bands,
            "</svg>\n",
        ]
    )


if __name__ == "__main__":
    sys.stdout.write(picture())
