"""`make bench`: one line a bar, `NAME  measured  target  ok|short`; exit code 1 if one is short."""

import sys
import tempfile
import traceback
from pathlib import Path

from arportal.local.postgres import Cluster, temporary_server
from bench import bars
from bench.bars import Bar

VAR = Path(__file__).resolve().parent.parent / "var"


def main() -> int:
    try:
        chosen = bars.find(",".join(sys.argv[1:]))
    except bars.UnknownBarError as error:
        print(error)
        return 2
    VAR.mkdir(mode=0o700, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="bench-", dir=VAR) as directory,
        temporary_server(Path(directory) / "postgres") as cluster,
    ):
        held = [_report(bar, cluster) for bar in chosen]
    return 0 if all(held) else 1


def _report(bar: Bar, cluster: Cluster) -> bool:
    database = f"bench_{bar.label.lower()}"
    try:
        done = bars.run(bar, cluster.prepare(database))
    except Exception:  # noqa: BLE001 - one broken bar must not hide the others
        traceback.print_exc()
        print(f"{bar.label}  could not be measured  -  short", flush=True)
        return False
    finally:
        cluster.drop(database)
    verdict = "ok" if done.result.ok else "short"
    print(f"{done.name}  {done.result.measured}  {done.target}  {verdict}", flush=True)
    return done.result.ok


if __name__ == "__main__":
    sys.exit(main())
