"""The version of what makes documents, told by the files themselves: nobody has to remember to raise it.

It is part of the key of every PDF that is kept, so each change of this folder or of the templates makes them anew.
"""

import hashlib
from importlib.metadata import version
from pathlib import Path

from django.conf import settings

# They decide how a document is written and drawn.
LIBRARIES = ("Babel", "weasyprint", "pydyf", "factur-x")


_files = [
    *sorted(Path(__file__).parent.rglob("*.py")),
    *sorted(Path(settings.ROOT, "templates", "documents").rglob("*.*")),
]
_parts = [f"{library} {version(library)}".encode() for library in LIBRARIES]
for _file in _files:
    _parts += [_file.relative_to(settings.ROOT).as_posix().encode(), _file.read_bytes()]

VERSION = hashlib.sha256(b"\0".join(_parts)).hexdigest()
