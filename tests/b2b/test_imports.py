"""The client stands alone: no Django, no settings, nothing but requests."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SCRIPT = """
import sys
before = set(sys.modules)
import requests
with_requests = set(sys.modules)
from arportal.b2b import Client
import arportal.b2b
own = {name.partition(".")[0] for name in set(sys.modules) - with_requests}
print(sorted(own - sys.stdlib_module_names))
assert not {"django", "psycopg", "babel"} & {name.partition(".")[0] for name in sys.modules}
Client(store_hash="x", token="y").close()
assert all(hasattr(arportal.b2b, name) for name in arportal.b2b.__all__)
"""


def test_it_works() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", SCRIPT],
        cwd=ROOT,
        env={},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip() == "['arportal']"
