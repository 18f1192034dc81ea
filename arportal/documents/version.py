"""Which version of the templates a document was made by, told by the files themselves: nobody has to remember."""

import hashlib
from importlib.metadata import version
from pathlib import Path

from django.conf import settings

# The code that decides what a document says, and the libraries that decide how it is written and drawn.
CODE = ("*.py", "branding/*.py", "rendering/*.py")
LIBRARIES = ("Babel", "weasyprint", "pydyf")


def _version() -> str:
    here = Path(__file__).parent
    files = [file for pattern in CODE for file in sorted(here.glob(pattern))]
    files += sorted(Path(settings.ROOT, "templates", "documents").iterdir())
    digest = hashlib.sha256(" ".join(f"{name} {version(name)}" for name in LIBRARIES).encode())
    for file in files:
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


VERSION = _version()
